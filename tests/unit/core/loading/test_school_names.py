"""Which school of the application a name of the file probably means, and which it may not."""

import pytest

from rollbook.core.loading.school_names import School, is_same_name, suggested_school

SCHOOLS = (
    School("1", "North Elementary School", "101"),
    School("2", "South Middle School", "201"),
    School("3", "Lincoln Elementary"),
    School("4", "Lincoln High School"),
    School("5", "St. Mary's Academy"),
    School("6", "École Montréal"),
    School("7", "Harbor Ridge Middle School"),
)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("North Elementary School", "1"),
        ("NORTH ELEMENTARY", "1"),
        ("North Elem.", "1"),
        ("N. Elem. Sch.", "1"),
        ("North ES", "1"),
        ("north-elementary", "1"),
        ("North", "1"),
        ("101", "1"),
        ("South MS", "2"),
        ("The South Middle School", "2"),
        ("Lincoln Elem", "3"),
        ("Lincoln HS", "4"),
        ("Saint Marys Academy", "5"),
        ("St Mary’s", "5"),
        ("Ecole Montreal", "6"),
        ("Harbor Ridge", "7"),
    ],
)
def test_another_writing_of_a_name_is_suggested(name: str, key: str) -> None:
    found = suggested_school(name, SCHOOLS)
    assert found is not None
    assert found.key == key


@pytest.mark.parametrize(
    "name", ["Lincoln", "North Middle", "Elementary", "School", "", "…", "West", "Northern High"]
)
def test_where_several_or_none_may_be_meant_nothing_is_suggested(name: str) -> None:
    assert suggested_school(name, SCHOOLS) is None


def test_two_schools_of_one_name_are_not_told_apart() -> None:
    assert suggested_school("Oak", [School("1", "Oak"), School("2", "OAK")]) is None


def test_only_writing_is_passed_over_where_names_are_compared() -> None:
    assert is_same_name("St. Mary's  School", "ST MARYS SCHOOL")
    assert not is_same_name("North Elementary", "North Elem.")


SHORT = {
    "el": "elementary", "elem": "elementary", "elementry": "elementary", "es": "elementary",
    "mid": "middle", "midd": "middle", "ms": "middle", "intermed": "intermediate", "hs": "high",
    "hi": "high", "jr": "junior", "jh": "junior high", "jhs": "junior high", "sr": "senior",
    "shs": "senior high", "prim": "primary", "pri": "primary", "alt": "alternative",
    "acad": "academy", "ctr": "center", "centre": "center", "comm": "community",
    "lrng": "learning", "n": "north", "s": "south", "e": "east", "w": "west", "mt": "mount",
    "st": "saint", "ft": "fort", "hts": "heights",
}  # fmt: skip
LEVELS = (
    "elementary", "primary", "middle", "intermediate", "junior", "senior", "high", "preschool",
)  # fmt: skip
SAYS_NOTHING = "and the of at for school schools sch schl"


@pytest.mark.parametrize(("short", "word"), SHORT.items())
def test_a_word_may_be_shortened(short: str, word: str) -> None:
    schools = [School("1", f"Oak {word}"), School("2", "Elm"), School("3", "Oak Ridge")]
    found = suggested_school(f"Oak {short}.", schools)
    assert found is not None
    assert found.key == "1"


@pytest.mark.parametrize("word", SAYS_NOTHING.split())
def test_a_word_that_tells_no_school_from_another_does_not_count(word: str) -> None:
    found = suggested_school(f"Oak {word} Hill", [School("1", "Oak Hill"), School("2", "Oak")])
    assert found is not None
    assert found.key == "1"


@pytest.mark.parametrize("level", LEVELS)
def test_a_kind_of_school_alone_means_none(level: str) -> None:
    assert suggested_school(level, [School("1", f"Oak {level}")]) is None
    assert suggested_school(f"Oak {level}", [School("1", level)]) is None
