"""Names for people who do not exist. The parts are invented or common; their pairing is chance."""

GIVEN = (
    "Ada", "Amara", "Amélie", "Anh", "Aria", "Beatriz", "Ben", "Caleb", "Chidi", "Chloe", "Clara",
    "Dalia", "Diego", "Elif", "Elena", "Ezra", "Farah", "Felix", "Freya", "Gael", "Hana", "Hugo",
    "Imani", "Inés", "Isaac", "Jada", "Jonas", "José", "Kai", "Keiko", "Lars", "Leila", "Liam",
    "Linh", "Lucía", "Malik", "Mateo", "Maya", "Mei", "Mila", "Nadia", "Niamh", "Noor", "Nora",
    "Omar", "Oskar", "Otis", "Paloma", "Priya", "Quinn", "Ravi", "Rosa", "Rowan", "Sana", "Sofía",
    "Soren", "Talia", "Thea", "Tomás", "Uma", "Viktor", "Wren", "Ximena", "Yara", "Yusuf", "Zoë",
)  # fmt: skip
FAMILY_BEGINNINGS = (
    "Alder", "Ash", "Bell", "Birch", "Bright", "Brook", "Cedar", "Clay", "Cold", "Copper", "Dale",
    "East", "Elm", "Fair", "Fen", "Fern", "Field", "Glen", "Gold", "Gran", "Green", "Hart", "Hazel",
    "Heath", "High", "Holl", "Iron", "Kings", "Lang", "Lark", "Linden", "Long", "Maple", "Marsh",
    "Mill", "Moor", "North", "Oak", "Penn", "Pine", "Quill", "Red", "Ridge", "Rose", "Rush", "Sand",
    "Shell", "Silver", "South", "Stone", "Strand", "Thorn", "Vale", "Wake", "West", "Whit", "Wild",
    "Wind", "Winter", "Wood", "Yarrow",
)  # fmt: skip
FAMILY_ENDINGS = (
    "bank", "berg", "bridge", "brook", "by", "combe", "croft", "dale", "feld", "field", "ford",
    "gate", "grove", "ham", "hill", "holm", "hurst", "ley", "man", "mere", "ridge", "sen", "son",
    "stead", "stone", "ton", "ward", "water", "well", "wick", "wood", "worth",
)  # fmt: skip
WHOLE_FAMILY = ("Null", "O'Brookfield", "Muñoz-Vale", "de la Rosa Linden", "Nguyễn", "Sjöholm",
                "Na", "St. Alder", "D'Ashford", "None")  # fmt: skip
"""Names that careless software breaks on: they are people's names and must arrive."""

SCHOOLS = (
    ("Alder Creek Elementary", 0, 5), ("Birchwood Elementary", 0, 5),
    ("Cedar Hill Elementary", 0, 5),
    ("Fernridge Elementary", 0, 5), ("Harbor View Elementary", 0, 5),
    ("Meadowlark Elementary", 0, 5),
    ("Pioneer Elementary", 0, 5), ("Sandpiper Elementary", 0, 5),
    ("Lakeshore Middle School", 6, 8), ("Kestrel Ridge Middle School", 6, 8),
    ("Foxglove Middle School", 6, 8),
    ("Northgate High School", 9, 12), ("Tidewater High School", 9, 12),
)  # fmt: skip
"""Name, lowest and highest grade; 0 is kindergarten."""

UNTESTED = "Pioneer Elementary"
"""In the demo it has no results of i-Ready: something to find on the page of the data's quality."""
