"""A text file that ends within its last cell: the other rows of the column show it."""

import random

import pytest

from rollbook.core.reading.errors import FileDamaged
from rollbook.core.reading.last_column import LastColumn
from tests.spec.reading import Read, read

SCHOOLS = ["Peninsula High"] * 8 + ["Gig Harbor High"] * 6 + ["Kopachuck Middle"] * 5
PERCENT = [f"{number}.{number % 100:02}" for number in range(40, 70)]
DATES = [f"2026-11-{day:02}" for day in range(1, 25)]
AMERICAN_DATES = [f"{day % 12 + 1}/{day}/2026" for day in range(1, 25)]


def looks_cut(values: list[str], last: str, *, end: str = "") -> bool:
    table = opened(values, last, end=end).table
    return table.open_end is not None and table.open_end.looks_cut


def opened(values: list[str], last: str, *, end: str = "", codec: str = "utf-8") -> Read:
    lines = ["Student ID,SSID,School"]
    lines += [f"{at:04},90{at:04},{value}" for at, value in enumerate([*values, last])]
    return read(("\n".join(lines) + end).encode(codec))


@pytest.mark.parametrize(
    ("values", "last"),
    [
        (SCHOOLS, "Peninsula"),
        (SCHOOLS, "Peninsula "),
        (SCHOOLS, "G"),
        (SCHOOLS, ""),
        (["Yes", "No"] * 10, "Ye"),
        (["9", "10", "11", "12"] * 8, "1"),
        (["Level 1", "Level 2", "Level 3"] * 5, "Level"),
        (PERCENT, "94."),
        (PERCENT, "94"),
        (PERCENT, "94.5"),
        ([f"{each}%" for each in PERCENT], "94.50"),
        (DATES, "2026-11-"),
        (DATES, "2026-1"),
        (DATES, "2026-11-2"),
        (AMERICAN_DATES, "11/2"),
        (AMERICAN_DATES, "11/26/"),
        (AMERICAN_DATES, "11/26/20"),
        ([f"{at:07}" for at in range(900, 920)], "00009"),
        ([str(at) for at in range(410, 460)], "42"),
    ],
)
def test_the_beginning_of_what_a_column_holds_is_cut(values: list[str], last: str) -> None:
    assert looks_cut(values, last)
    assert not looks_cut(values, last, end="\n")


@pytest.mark.parametrize(
    ("values", "last"),
    [
        (SCHOOLS, "Peninsula High"),
        (SCHOOLS, "Gig Harbor High "),
        (SCHOOLS, "Artondale"),
        ([*SCHOOLS, "Peninsula"], "Peninsula"),
        (["Peninsula High", "Gig Harbor High", "Kopachuck Middle"], "Peninsula"),
        ([*SCHOOLS, ""], ""),
        (SCHOOLS, '"Peninsula"'),  # a closed quote ends a value
        ([str(at % 31) for at in range(12, 40)], "3"),
        ([str(at) for at in range(1, 60)], "7"),
        ([f"{at / 4:g}" for at in range(300, 360)], "8"),
        (PERCENT, "94.50"),
        (PERCENT, "100.00"),
        (DATES, "2026-12-01"),
        (AMERICAN_DATES, "1/2/2026"),
        ([str(at) for at in range(95, 140)], "98"),
        (["Kim", "Lee", "Ngo", "Kimball", "Smith", "Jones"], "Ki"),
    ],
)
def test_a_whole_value_is_not_cut_though_no_line_end_follows(values: list[str], last: str) -> None:
    found = opened(values, last)
    assert found.table.open_end is not None
    assert not found.table.open_end.looks_cut


def test_sound_files_without_a_last_line_end_raise_no_alarm() -> None:
    """Also where a value is rare: one student of a school, a single absence."""
    weights = {"Lincoln": 3, "Lincoln High": 9, "Lincoln Middle": 6, "Artondale": 1}
    alarms = 0
    for seed in range(300):
        chance = random.Random(seed)
        schools = chance.choices(list(weights), list(weights.values()), k=80)
        absences = [str(min(int(chance.expovariate(0.12)), 60)) for _ in range(400)]
        grades = chance.choices([*map(str, range(1, 13)), "K"], k=300)
        scores = [str(chance.randint(80, 600)) for _ in range(200)]
        averages = [str(round(chance.uniform(1, 4), 2)) for _ in range(200)]
        for values in (schools, absences, grades, scores, averages):
            column = LastColumn()
            column.add(values[:-1])
            alarms += column.is_cut(values[-1])
    assert alarms <= 6  # of 1,500


def test_a_cell_that_ends_within_a_letter_of_utf_8_is_cut() -> None:
    for kept in (1, 2):
        lines = "Student ID,SSID,School\n0001,900001,Peña\n0002,900002,Año ’".encode()
        found = read(lines[: -3 + kept])
        assert found.table.open_end is not None
        assert found.table.open_end.looks_cut
    assert not looks_cut(["Peña"] * 3, "Peñ")  # a whole letter shows nothing


def test_a_row_that_lacks_the_delimiters_at_the_end_of_the_others_is_cut() -> None:
    assert looks_cut([f"{each}," for each in SCHOOLS], "Penins")
    assert not looks_cut([f"{each}," for each in SCHOOLS], "Artondale,")


def test_half_a_line_end_may_be_a_cut_behind_a_whole_row() -> None:
    lines = ["Student ID,SSID,School", "0001,900001,Peninsula", "0002,900002,Gig Harbor", ""]
    found = read("\r\n".join(lines).removesuffix("\n"))
    end = found.table.open_end
    assert end is not None
    assert (end.row, end.column, end.looks_cut) == (3, -1, False)
    assert found.rows[-1] == ["0002", "900002", "Gig Harbor"]
    assert read("\r".join(lines)).table.open_end is None
    assert read("\r\n".join(lines)).table.open_end is None


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_with_half_a_letter_at_its_end_is_damaged(codec: str) -> None:
    text = "Student ID,SSID,School\r\n0001,900001,Peninsula\r\n0002,900002,Gig Harbor"
    for lost in (1, 3, 9):
        with pytest.raises(FileDamaged):
            read(text.encode(codec)[:-lost])
    whole = read(f"{text}\r\n".encode(codec))
    assert (len(whole.rows), whole.table.open_end) == (2, None)
    assert read(text.encode(codec)).table.open_end is not None


def test_a_cell_whose_quote_is_not_closed_at_the_end_is_cut() -> None:
    quoted = [f'"{each}"' for each in SCHOOLS]
    found = opened(quoted, '"Peninsula')
    assert found.damaged == {len(SCHOOLS) + 2: "FILE_TRUNCATED"}


def test_the_sign_with_which_dos_ends_a_file_is_no_row() -> None:
    found = opened(SCHOOLS, "Peninsula", end="\r\n\x1a")
    assert (len(found.rows), found.damaged, found.table.open_end) == (len(SCHOOLS) + 1, {}, None)
