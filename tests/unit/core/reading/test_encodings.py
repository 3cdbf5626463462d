"""In which encoding a text file was written, by the accented letters of its names."""

import io
import random
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rollbook.core.feed_settings import AUTO, ENCODINGS
from rollbook.core.reading.detect import BLOCK, Detected, detect_encoding
from rollbook.core.reading.encodings import SPOKEN, TOLD
from rollbook.core.reading.words import StrangeWords

SPANISH = [
    "García",
    "Martínez",
    "Rodríguez",
    "López",
    "Hernández",
    "González",
    "Pérez",
    "Sánchez",
    "Ramírez",
    "Muñoz",
    "Núñez",
    "Peña",
    "José",
    "María",
    "Sofía",
    "Andrés",
    "Jesús",
    "Raúl",
    "Ángel",
    "Iñárritu",
    "Zúñiga",
    "Ibáñez",
    "Lucía",
    "Inés",
    "Óscar",
    "Rocío",
    "Echevarría",
    "Olavarría",
    "Larrañaga",
    "Sarasúa",
    "Mondragón",
    "Peñafiel",
    "Cabañas",
]
PORTUGUESE = [
    "João",
    "Gonçalves",
    "Araújo",
    "Conceição",
    "Magalhães",
    "Simões",
    "Inês",
    "Antônio",
    "Lourenço",
    "Assunção",
    "Mônica",
    "Luísa",
    "Júnior",
    "Patrícia",
    "Falcão",
    "Brandão",
    "Estêvão",
    "Vitória",
]
FRENCH = [
    "Zoé",
    "Chloé",
    "Noël",
    "François",
    "Hélène",
    "Élodie",
    "Jérôme",
    "Lefèvre",
    "Côté",
    "Benoît",
    "Maël",
    "Gaëlle",
    "Anaïs",
    "Désirée",
    "Geneviève",
    "Théo",
    "Éric",
    "Bélanger",
]
GERMAN = [
    "Müller",
    "Schröder",
    "Jäger",
    "Groß",
    "Günther",
    "Köhler",
    "Böhm",
    "Weiß",
    "Krüger",
    "Schäfer",
    "Björn",
    "Jürgen",
    "Strauß",
    "Möller",
]
POLISH = [
    "Wałęsa",
    "Łukasz",
    "Paweł",
    "Michał",
    "Dąbrowska",
    "Wiśniewska",
    "Zieliński",
    "Jagiełło",
    "Kołodziej",
    "Świątek",
]
WESTERN = SPANISH + PORTUGUESE + FRENCH + GERMAN
TYPOGRAPHIC = [
    "O’Brien",
    "D’Angelo",
    "De’Andre",
    "Ja’niya",
    "Ka’lani",
    "D’andre",
    "M’hamed",
    "N’Diaye",
    "L’Heureux",
    "Hawai’i",
    "“Bob”",
    "Smith–Jones",
    "Children’s",
    "Mary’s",
]

names = st.lists(st.sampled_from(WESTERN), min_size=8, max_size=40, unique=True)


# Hardly one of them is part of the program.
RARE_NAMES = """
Pagès Pallarès Juliá Llàtzer Bórquez Clímaco Cózar Pío Ródenas Seguí Simó Lladó Amigó Adoración
Ascensión Purificación Pacífica Goñi Jódar Zuloagá Uzcátequi Ocón Tirado-Ruíz Bolaño Cañón Alcalá
Conbhá Caoimhín Síthigh Díghe Líthe Bhríde hÓra Míde Muiris-Ó Úrsula Íomhair Ígor Èric Ísolde
Vajèn Kivistö Lepistö Sirviö Näslund Keränen Måns Månsson Bjørg Næss Pühringer Küng Böck Köberl
Löchel Nußbaumer Käster Zänker Hölzl Lelièvre-Roÿ Faúndez Siún Abigaíl Aída Fabiënne Mariën Cassarà
Maëlys Boldù Almagià Donà Salvà Réamonn Bourgondië Eloá
"""
RARE_NAMES_OF_CENTRAL_EUROPE = """
Abičić Anđa Antończak Barać Beňo Bořivoj Bystroń Budzyń Brzęk Břetislav Wykręt Ciaś Dybaś Maślach
Pabiś Śnieg Švehla Žaneta Żybura Żywica Urška Xénia Zaraś Aurică Popîrlan Ştefan Bača Bedřich
Bićanić Burčul Anikó Ildikó Tímea Bôrik Kôstka
"""
UNLISTED = RARE_NAMES.split()
UNLISTED_CENTRAL = RARE_NAMES_OF_CENTRAL_EUROPE.split()


def detected(
    words: list[str], codec: str, told: str = AUTO, *, known: Iterable[str] = ()
) -> Detected:
    """`known` are the words of the district's own students."""
    lines = ["Student ID,SSID,Last Name", *(f"{at},9{at},{word}" for at, word in enumerate(words))]
    names = frozenset(word.lower() for word in known)
    return detect_encoding(io.BytesIO("\n".join([*lines, ""]).encode(codec)), told, names=names)


def is_right(found: Detected, word: str, codec: str) -> bool:
    return word.encode(codec).decode(found.encoding.codec, "replace") == word


def can_be_written(word: str, codec: str) -> bool:
    return word.encode(codec, "ignore").decode(codec) == word


@pytest.mark.parametrize("codec", ["mac_roman", "cp850", "cp1252", "utf-8"])
@settings(max_examples=60, deadline=None)
@given(words=names)
def test_some_names_show_what_a_file_is_written_in(codec: str, words: list[str]) -> None:
    found = detected(words, codec)
    assert "".join(words).encode(codec).decode(found.encoding.codec) == "".join(words)
    assert not found.doubtful


@pytest.mark.parametrize("codec", ["mac_roman", "cp850", "cp1252"])
@settings(max_examples=60, deadline=None)
@given(words=names)
def test_names_in_capitals_show_it_too(codec: str, words: list[str]) -> None:
    capitals = [word.upper() for word in words]
    found = detected(capitals, codec)
    assert "".join(capitals).encode(codec).decode(found.encoding.codec) == "".join(capitals)


@pytest.mark.parametrize("codec", ["mac_roman", "cp850", "cp1252"])
@pytest.mark.parametrize("word", WESTERN)
def test_a_single_accented_name_is_right_or_doubtful(codec: str, word: str) -> None:
    found = detected([word], codec)
    assert is_right(found, word, codec) or found.doubtful


@pytest.mark.parametrize("codec", ["mac_roman", "cp850", "cp437", "cp1250"])
def test_a_single_name_that_nobody_listed_is_right_or_doubtful_also_in_capitals(codec: str) -> None:
    names = [*UNLISTED, *UNLISTED_CENTRAL]
    words = [word for name in names for word in (name, name.upper()) if can_be_written(word, codec)]
    found = {word: detected([word], codec) for word in words}
    wrong = [word for word in words if not is_right(found[word], word, codec)]
    assert len(wrong) > 20
    assert [word for word in wrong if not found[word].doubtful] == []


@pytest.mark.parametrize("codec", ["mac_roman", "cp850", "cp437", "cp1250"])
@pytest.mark.parametrize("size", [2, 3, 5, 7])
def test_a_few_names_that_nobody_listed_are_right_or_doubtful(codec: str, size: int) -> None:
    """Also where one of them shows nothing, because it is the same in two encodings."""
    pool = UNLISTED_CENTRAL + UNLISTED if codec == "cp1250" else UNLISTED
    pool = [word for word in pool if can_be_written(word, codec)]
    for seed in range(40):
        words = random.Random(seed).sample(pool, size)
        found = detected(words, codec)
        assert found.doubtful or all(is_right(found, word, codec) for word in words)


@pytest.mark.parametrize("word", ["García", "Muñoz", "Zoë", "José", "Peña", "Renée", "Bañuelos"])
def test_one_ordinary_name_in_windows_1252_is_no_reason_for_a_warning(word: str) -> None:
    for written in (word, word.upper()):
        assert detected([written], "cp1252") == Detected(TOLD["windows-1252"])
    # What may be read otherwise is no doubt any more beside it.
    assert detected([word, "O’Brien", "Ja’niya"], "cp1252") == Detected(TOLD["windows-1252"])


@pytest.mark.parametrize("word", ["–", "…", "•", "™", "St–Pierre", "Children’s", "“Bob”"])
def test_signs_of_windows_alone_are_no_reason_for_a_warning(word: str) -> None:
    assert detected([word], "cp1252") == Detected(TOLD["windows-1252"])


def test_names_of_the_district_s_own_students_decide() -> None:
    for codec in ("mac_roman", "cp850", "cp1250"):
        for word in (
            "Abičić",
            "Pabiś",
            "Bórquez",
            "Vajèn",
            "Agustí",
            "Siún",
            "Kivistö",
            "Nußbaumer",
        ):
            if can_be_written(word, codec):
                found = detected([word], codec, known=[word, "Muñoz"])
                assert is_right(found, word, codec)
                assert not found.doubtful


def test_a_name_of_the_district_s_own_students_ends_the_doubt_about_windows_1252() -> None:
    assert detected(["Pallarès"], "cp1252").doubtful
    assert detected(["Pallarès"], "cp1252", known=["Pallarès"]) == Detected(TOLD["windows-1252"])
    assert detected(["D’az"], "cp1252", known=["D’az"]).doubtful  # Díaz makes as much sense


def test_what_is_stored_wrongly_does_not_show_an_encoding() -> None:
    """A name in which signs are where letters belong is no name."""
    assert detected(["Otamend‚"], "cp1252", known=["Otamend‚"]).doubtful


def test_a_doubtful_encoding_other_than_windows_1252_is_told_as_well() -> None:
    found = detected(["Bascuñán"], "mac_roman")
    assert found.encoding.name == "mac-roman"
    assert found.doubtful
    assert "MacRoman" in found.note


def test_a_letter_of_dos_is_not_taken_for_one_of_another_script() -> None:
    assert detected(["Íñigo"], "cp850").encoding.name == "cp850"
    assert detected(["Plášťovce"], "cp1250").doubtful
    for word in ("Şimşek", "Nguyễn", "דוד", "Иван", "Μαρία", "O’Brien", "Hawaiʻi"):
        assert detected([word], "utf-8").encoding.name == "utf-8"


@pytest.mark.parametrize("word", WESTERN)
def test_a_single_name_in_windows_1252_is_read_as_it_is(word: str) -> None:
    assert detected([word], "cp1252") == Detected(TOLD["windows-1252"])


def test_the_letters_that_dos_and_a_mac_put_where_windows_has_signs_are_letters() -> None:
    assert detected(["Garc’a", "Mu–oz"], "cp1252").encoding.name == "mac-roman"
    assert detected(["M\u00a0rquez", "Jos‚", "Mu¤oz"], "cp1252").encoding.name == "cp850"


def test_names_of_central_europe_are_read_as_such() -> None:
    assert detected(POLISH, "cp1250").encoding.name == "windows-1250"
    assert detected(POLISH + SPANISH[:3], "cp1250").encoding.name == "windows-1250"


@pytest.mark.parametrize("size", [1, 3, len(TYPOGRAPHIC)])
def test_typographic_quotes_and_dashes_of_windows_stay_what_they_are(size: int) -> None:
    for seed in range(40):
        words = random.Random(seed).sample(TYPOGRAPHIC, size)
        assert detected(words, "cp1252") == Detected(TOLD["windows-1252"])
        assert detected([*words, "Muñoz", "Zoë"], "cp1252") == Detected(TOLD["windows-1252"])


def test_typographic_apostrophes_of_a_mac_are_apostrophes() -> None:
    assert detected(["O’Brien", "D’Angelo"], "mac_roman").encoding.name == "mac-roman"


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        ("Иванов Петров", "cp1251"),
        ("Nguyê\u0303n", "cp1258"),  # it writes ê as one letter and its tone as a mark
        ("王 李", "gbk"),
        ("Παπαδόπουλος", "cp1253"),
    ],
)
def test_what_no_encoding_here_explains_is_told(text: str, codec: str) -> None:
    assert detected(text.split(), codec).doubtful


def test_doubtful_words_are_shown_with_what_they_may_be() -> None:
    found = detected(["D’az", "O’Brien"], "cp1252")
    assert found.doubtful == ("D’az (Díaz in mac-roman)",)


def test_what_was_decided_is_said() -> None:
    assert "MacRoman" in detected(SPANISH, "mac_roman").note
    assert not detected(SPANISH, "cp1252").note
    assert not detected(SPANISH, "utf-8").note


def test_what_the_settings_say_counts() -> None:
    found = detected(SPANISH, "cp1252", "mac-roman")
    assert (found.encoding.name, found.doubtful) == ("mac-roman", ())
    assert "as set in the feed" in found.note


def test_a_file_that_is_all_utf_8_is_read_as_that_and_the_setting_named() -> None:
    found = detected(SPANISH, "utf-8", "mac-roman")
    assert found.encoding.name == "utf-8"
    assert "Correct the encoding in the feed" in found.note
    assert detected(["Smith"], "utf-8-sig", "cp850").encoding.name in ("utf-8", "cp850")


def test_one_stray_byte_does_not_make_what_was_told_wrong() -> None:
    data = "Muñoz\n".encode() + "Peña\n".encode("mac_roman")
    assert detect_encoding(io.BytesIO(data), "mac-roman").encoding.name == "mac-roman"


def test_every_encoding_that_can_be_chosen_is_one() -> None:
    assert {AUTO, *TOLD} == set(ENCODINGS)
    assert TOLD.keys() == SPOKEN.keys()
    for encoding in TOLD.values():
        assert b"Smith".decode(encoding.codec) == "Smith"


@pytest.mark.parametrize("at", range(1, 6))
def test_a_word_across_two_blocks_is_one(at: int) -> None:
    word = "Muñoz,".encode("cp1252")
    words = StrangeWords()
    words.add(b"x\n" * 9 + word[:at])
    words.add(word[at:])
    words.finish()
    assert words.words == {b"Mu\xf1oz"}


def test_the_whole_file_is_looked_at() -> None:
    """One name in its middle shows what it is written in, or makes it doubtful."""
    lines = b"1,9,Smith\n" * (BLOCK // 10 + 7)
    data = lines + "2,8,García\n".encode("mac_roman") + lines
    assert detect_encoding(io.BytesIO(data)).encoding.name == "mac-roman"
    data = lines + "2,8,Agustí\n".encode("mac_roman") + lines
    assert detect_encoding(io.BytesIO(data)).doubtful
