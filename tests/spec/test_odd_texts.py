"""Names and identifiers unlike all others of their column are told, or their row has shifted."""

import pytest

from tests.spec.judging import Outcome, judge

FIELDS = "student_id ssid last_name first_name grade school absences_ytd"
WHOLE = [
    ["1001", "9001", "Brown", "Mia", "12", "Peninsula High", "3"],
    ["1002", "9002", "Smith", "Ada", "11", "Peninsula High", "2"],
    ["1003", "9003", "Lee", "Zoe", "10", "Oak Hill", "1"],
    ["1004", "9004", "Ortiz", "Max", "9", "Oak Hill", "0"],
]


def outcome(**cells: str) -> Outcome:
    row = dict(zip(FIELDS.split(), WHOLE[0], strict=True))
    row |= {"student_id": "1009", "ssid": "9009"} | cells
    return judge(FIELDS, *WHOLE, list(row.values()))


def codes(**cells: str) -> set[str]:
    found = outcome(**cells)
    assert found.rejected or 6 in found.rows
    return found.codes_of(6) | ({"rejected"} if found.rejected else set())


@pytest.mark.parametrize(
    "name",
    ['=T("x")', "=A2", "@Home", "+Mia", "-A1+B1", "＝x", "\u0410nna", "Ann\u0430", "Mi\u03b1",
     "Ｍia", "Lee Ann\u0430"],
)  # fmt: skip
@pytest.mark.parametrize("field", ["first_name", "last_name", "school"])
def test_formulas_and_letters_of_two_alphabets_are_told_and_stored(field: str, name: str) -> None:
    found = outcome(**{field: name})
    assert found.codes_of(6) == {"UNLIKELY_CHARACTER"}
    assert found.rows[6][field] == name


@pytest.mark.parametrize(
    "name",
    ["José", "Łukasz", "Nguyễn", "\u0410\u043d\u043d\u0430", "\u0410\u043d\u043d\u0430-Maria",
     "\u0391\u03bd\u03bd\u03b1 Lee", "李 Lee", "-Smith", "Mary Ann", "O’Brien", "Kealiʻi", "Mª"],
)  # fmt: skip
def test_names_of_one_alphabet_a_word_are_names(name: str) -> None:
    assert codes(first_name=name) == set()


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"first_name": "Mia12"}, {"NAME_WITH_NUMBER"}),
        ({"first_name": "Mar1a"}, {"NAME_WITH_NUMBER"}),
        ({"last_name": "9001Brown"}, {"NAME_WITH_NUMBER"}),
        ({"first_name": "Mia12", "grade": ""}, {"ROW_SHIFTED", "rejected"}),
        ({"school": "2.3Peninsula High"}, {"ROW_SHIFTED", "rejected"}),
        ({"school": "Peninsula High3", "absences_ytd": ""}, {"ROW_SHIFTED", "rejected"}),
        ({"school": "12 Peninsula High"}, {"NAME_WITH_NUMBER"}),
        ({"school": "2.3Elsewhere"}, {"NAME_WITH_NUMBER"}),
        # Accounts for tests, and what names really are.
        ({"last_name": "Student 7"}, {"NAME_WITH_NUMBER"}),
        ({"first_name": "Test7", "grade": ""}, {"NAME_WITH_NUMBER"}),
        ({"first_name": "John Paul II"}, set()),
        ({"last_name": "Lee 3rd"}, set()),
        ({"school": "3rd Street Elementary"}, set()),
        ({"school": "3rd Street 5"}, set()),
        ({"school": "PS 118"}, set()),
        ({"school": "PS118"}, set()),
        ({"school": "School No. 4"}, set()),
    ],
)  # fmt: skip
def test_a_number_in_a_name_is_told_or_shows_a_shift(
    cells: dict[str, str], expected: set[str]
) -> None:
    assert codes(**cells) == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"student_id": "TEST"}, {"ID_IS_WORD"}),
        ({"student_id": "abc"}, {"ID_IS_WORD"}),
        ({"student_id": "Demo", "grade": ""}, {"ID_IS_WORD"}),
        ({"student_id": "Lovelace"}, {"ID_IS_WORD"}),
        ({"student_id": "Lovelace", "grade": ""}, {"ROW_SHIFTED", "rejected"}),
        ({"student_id": "Ortiz"}, {"ROW_SHIFTED", "rejected"}),
        ({"student_id": "1009Lovelace"}, {"ROW_SHIFTED", "rejected"}),
    ],
)
def test_a_word_among_numbers_is_told_and_a_name_among_them_shows_a_shift(
    cells: dict[str, str], expected: set[str]
) -> None:
    assert codes(**cells) == expected


def test_names_with_numbers_are_usual_in_a_file_of_such_names() -> None:
    rows = [[str(n), f"9{n}", f"Last{n}", f"First {n}", "4", f"{n}A School", "1"] for n in range(9)]
    assert judge(FIELDS, *rows).codes == []


def test_a_school_with_a_number_is_told_for_a_row_or_two_and_not_for_each_student_of_it() -> None:
    rows = [[str(n), f"9{n}", "Lee", "Zoe", "4", "Oak Hill", "1"] for n in range(900)]
    for at in (7, 500, 600, 880):
        rows[at][5] = "21C Academy"
    assert judge(FIELDS, *rows).codes_of(9) == {"NAME_WITH_NUMBER"}
    assert len(judge(FIELDS, *rows).codes) == 1
