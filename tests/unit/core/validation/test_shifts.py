"""Which rows have shifted, near the edge of each rule."""

import pytest

from tests.spec.judging import judge

IDS = "student_id ssid"
COUNTS = "absences_ytd tardies_ytd incident_count_ytd"
MET = "fall_2025_iready_math_met_standard"
SCORE = "fall_2025_iready_reading_score"
LEVEL = "fall_2025_iready_reading_level"


def codes(fields: str, whole: str, row: str) -> set[str]:
    """The codes of a row beside three whole ones; cells are divided by blanks, - is an empty one.

    The identifiers are added, and differ.
    """
    cells = [[" ".join(cell.split("_")).replace("-", "") for cell in each.split()]
             for each in (whole, whole, whole, row)]  # fmt: skip
    rows = [[f"100{n}", f"900{n}", *each] for n, each in enumerate(cells)]
    return judge(f"{IDS} {fields}", *rows).codes_of(5)


@pytest.mark.parametrize(
    ("fields", "row", "is_shifted"),
    [
        # 45 is no grade, but a number of days: it moved up to the cell that is left out.
        ("grade absences_ytd", "45 -", True),
        ("absences_ytd grade", "- 45", True),
        ("grade absences_ytd", "45 3", False),
        ("grade absences_ytd", "45 2.5", True),
        (f"grade {COUNTS} absences_last_30_days", "45 3 2 - 1", True),
        (f"grade {COUNTS} absences_last_30_days", "45 3 2 1 -", False),
        (f"grade {LEVEL}", "Ungraded -", False),
        ("attendance_percentage absences_ytd", "203 -", True),
    ],
)
def test_a_cell_that_belongs_to_its_neighbor_is_followed_to_one_that_is_left_out(
    fields: str, row: str, is_shifted: bool
) -> None:
    whole = {"grade": "4", LEVEL: "Core", "attendance_percentage": "95"}
    usual = " ".join(whole.get(name, "3") for name in fields.split())
    assert ("ROW_SHIFTED" in codes(fields, usual, row)) is is_shifted


def test_the_first_column_of_a_file_is_a_neighbor_too() -> None:
    fields = f"absences_ytd grade {IDS}"
    rows = [["3", "4", f"100{n}", f"900{n}"] for n in range(3)]
    outcome = judge(fields, *rows, ["", "45", "1009", "9009"])
    assert "ROW_SHIFTED" in outcome.codes_of(5)


@pytest.mark.parametrize(
    ("fields", "row", "is_shifted"),
    [
        (f"absences_ytd grade {MET}", "3 45 maybe", True),
        (f"{MET} grade absences_ytd", "maybe 45 30", True),
        (f"grade {MET} {LEVEL}", "forty maybe Core", False),
        (f"absences_ytd grade tardies_ytd {MET}", "3 45 3 maybe", False),
        (f"{SCORE} grade absences_ytd", "many 45 3", True),
        (f"{SCORE} grade absences_ytd", "94,5 45 3", False),
    ],
)
def test_two_odd_cells_beside_each_other_show_a_shift_where_one_fits_beside(
    fields: str, row: str, is_shifted: bool
) -> None:
    whole = {"grade": "4", LEVEL: "Core", MET: "Yes", SCORE: "455"}
    usual = " ".join(whole.get(name, "3") for name in fields.split())
    assert ("ROW_SHIFTED" in codes(fields, usual, row)) is is_shifted


@pytest.mark.parametrize("name", ["Smith,_Jr", "Smith,7", "7,Smith"])
def test_a_name_with_a_comma_in_the_place_of_a_grade_is_a_shift(name: str) -> None:
    assert "ROW_SHIFTED" in codes("last_name grade", f"{name} 4", f"- {name}")


def test_a_name_in_place_of_an_identifier_shows_beside_a_refused_cell_in_front_of_it() -> None:
    rows = [["4", f"100{n}", f"900{n}", "Lee"] for n in range(3)]
    outcome = judge(f"grade {IDS} last_name", *rows, ["Ungraded", "Ortiz", "9009", "Lee"])
    assert "ROW_SHIFTED" in outcome.codes_of(5)


@pytest.mark.parametrize(
    ("student_id", "is_shifted"), [("Lovelace", True), ("lovelace", False), ("Demo", False)]
)
def test_a_word_in_place_of_an_identifier_is_a_name_where_it_is_written_as_one(
    student_id: str, is_shifted: bool
) -> None:
    rows = [[f"100{n}", f"900{n}", "Lee", "4"] for n in range(3)]
    outcome = judge(f"{IDS} last_name grade", *rows, [student_id, "9009", "Lee", ""])
    assert outcome.codes_of(5) == {"ROW_SHIFTED" if is_shifted else "ID_IS_WORD"}


def test_a_number_that_a_blank_divides_from_a_name_was_not_glued_to_it() -> None:
    assert codes("first_name grade", "Mia 4", "7_Mia -") == {"NAME_WITH_NUMBER"}
    assert codes("first_name grade", "Mia 4", "7Mia -") == {"ROW_SHIFTED"}
