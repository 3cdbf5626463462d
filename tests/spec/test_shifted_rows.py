"""A row of the right width whose values are in the wrong columns is rejected as a whole."""

import random

import pytest

from rollbook.core.feed_settings import FeedRules
from tests.spec.judging import judge
from tests.spec.reading import imported

IDS = "student_id ssid"
PEOPLE = f"{IDS} last_name first_name preferred_name"
COUNTS = "absences_ytd tardies_ytd absences_last_30_days tardies_last_30_days grade"
WHOLE = ["0001", "9001", "Brown", "Mia", "Zoe", "12", "20", "3", "2", "11"]
OTHERS = [
    ["0002", "9002", "Smith", "Mia", "Zoe", "11", "19", "4", "1", "10"],
    ["0003", "9003", "Brown", "Ada", "Max", "13", "21", "2", "0", "9"],
]


def codes(row: list[str], fields: str = f"{PEOPLE} {COUNTS}") -> set[str]:
    return judge(fields, *OTHERS, row).codes_of(4)


def test_a_whole_row_is_none() -> None:
    assert codes(WHOLE) == set()


@pytest.mark.parametrize(
    "row",
    [
        ["0001", "9001", "BrownMia", "Zoe", "12", "", "20", "3", "2", "11"],  # no name: 12
        ["0001", "9001", "Brown", "Mia", "Zoe", "", "12", "203", "2", "11"],  # 203 of 30 days
        ["0001", "9001", "Brown", "", "Mia", "Zoe", "20", "3", "2", "11"],  # Zoe absences
        ["00019001", "Brown", "", "Mia", "Zoe", "12", "20", "3", "2", "11"],  # an SSID Brown
        ["0001", "9001", "Brown", "Mia", "Zoe1220", "Zoe", "20", "3", "2", "11"],
    ],
)
def test_a_delimiter_lost_and_one_too_many_reject_the_row(row: list[str]) -> None:
    outcome = judge(f"{PEOPLE} {COUNTS}", *OTHERS, row)
    assert "ROW_SHIFTED" in outcome.codes_of(4)
    assert [rejected.row for rejected in outcome.rejected] == [4]


def test_a_school_in_the_place_of_the_grade_is_a_shift() -> None:
    rows = [["1", "2", "10", "Oak Hill"], ["3", "4", "9", "Oak Hill"]]
    assert "ROW_SHIFTED" in judge(f"{IDS} grade school", *rows, ["5", "6", "Oak Hill", ""]).codes


@pytest.mark.parametrize("grade", ["Ungraded", "13", "-2", "PS", "X5"])
def test_a_code_that_is_not_known_is_no_shift(grade: str) -> None:
    rows = [["1", "2", "Oak Hill", "10", "4"], ["3", "4", "Oak Hill", "9", "3"]]
    fields = f"{IDS} school grade absences_ytd"
    assert judge(fields, *rows, ["5", "6", "Oak Hill", grade, "2"]).codes_of(4) == {"BAD_GRADE"}


def test_a_new_code_in_two_columns_of_all_students_sets_them_aside_and_rejects_nobody() -> None:
    rows = [[str(n), f"9{n}", "TBD", "TBD", "3"] for n in range(20)]
    fields = f"{IDS} fall_2025_iready_math_score spring_2025_iready_math_score absences_ytd"
    outcome = judge(fields, *rows)
    assert outcome.rejected == []
    assert len(outcome.set_aside) == 2


def test_half_days_and_decimal_commas_are_no_shift() -> None:
    fields = f"{IDS} attendance_percentage absence_percentage absences_ytd tardies_ytd"
    outcome = judge(fields, ["1", "2", "94,5", "5,5", "1.5", "2.5"])
    assert outcome.rejected == []


def test_identifiers_that_are_words_everywhere_are_no_shift() -> None:
    rows = [[word, f"9{at}", "Doe"] for at, word in enumerate(["adoe", "bdoe", "cdoe"])]
    assert judge(f"{IDS} last_name", *rows).codes == []


def test_what_was_refused_in_a_shifted_row_says_nothing_of_its_column() -> None:
    good = [[f"1{n}", f"9{n}", "Lee", "Mia", "Zoe", "1", "2", "3", "4", "5"] for n in range(20)]
    bad = [[f"2{n}", f"8{n}", "LeeMia", "Zoe", "1", "", "2", "3", "4", "5"] for n in range(5)]
    outcome = judge(f"{PEOPLE} {COUNTS}", *good, *bad)
    assert (len(outcome.rejected), outcome.set_aside) == (5, [])


def test_the_student_of_a_shifted_row_is_known() -> None:
    row = ["0001", "9001", "BrownMia", "Zoe", "12", "", "20", "3", "2", "11"]
    (rejected,) = judge(f"{PEOPLE} {COUNTS}", *OTHERS, row).rejected
    assert {"0001", "9001"} <= set(rejected.mentioned)


def test_hardly_a_shifted_value_is_stored() -> None:
    """What remains are numbers among numbers, which only the undamaged file could tell."""
    source = random.Random(7)
    header = (
        "Student ID,SSID,Last Name,First Name,Preferred Name,School,Grade,Absences YTD,"
        "Tardies YTD,Absences in last 30 days"
    )
    students = [
        f"{n:04},9{n:04},{source.choice(['Smith', 'Lee', 'Brown'])},"
        f"{source.choice(['Mia', 'Ada', 'Max'])},{source.choice(['Zoe', 'Bo', 'Al'])},"
        f"{source.choice(['Oak Hill', 'Lakeview'])},{source.randint(1, 12)},"
        f"{source.randint(5, 40)},{source.randint(5, 40)},{source.randint(0, 9)}"
        for n in range(40)
    ]
    stored = 0
    for _ in range(150):
        parts = source.choice(students[5:]).split(",")
        lost, gained = source.sample(range(1, 9), 2)
        shifted = [*parts[: lost - 1], parts[lost - 1] + parts[lost], *parts[lost + 1 :]]
        shifted.insert(gained, "")
        text = "\n".join([header, *students[:5], ",".join(shifted), *students[5:], ""])
        stored += 7 in imported(text).rows
    assert stored < 60


@pytest.mark.parametrize("name", ["'Smith'", "Sm\\th", "Smi|th", "Bro;wn"])
def test_a_name_in_quotes_or_with_a_sign_that_names_do_not_have_is_told(name: str) -> None:
    outcome = judge(f"{IDS} last_name", ["1", "2", name])
    assert outcome.rows[2]["last_name"] == name
    assert outcome.codes_of(2) <= {"NAME_IN_QUOTES", "UNLIKELY_CHARACTER"}
    assert outcome.codes_of(2)


@pytest.mark.parametrize("name", ["'t Hooft", "O'Brien", "Ann-Marie", "St. John", "D’Angelo"])
def test_names_with_an_apostrophe_are_names(name: str) -> None:
    assert judge(f"{IDS} last_name", ["1", "2", name]).codes == []


@pytest.mark.parametrize("sign", ["\u200b", "\u202e", "\u2066", "\u00ad", "\ufeff", "\u200d"])
def test_characters_that_nobody_sees_are_taken_out_of_names_and_noted(sign: str) -> None:
    outcome = judge(f"{IDS} last_name school", ["1", "2", f"Gar{sign}cía", f"Oak{sign} Hill"])
    assert (outcome.rows[2]["last_name"], outcome.rows[2]["school"]) == ("García", "Oak Hill")
    assert any(note.startswith("Last Name: invisible characters") for note in outcome.notes)
    assert outcome.codes == []


def test_a_joiner_that_has_a_meaning_in_its_script_stays() -> None:
    name = "می\u200cخواهم"
    assert judge(f"{IDS} last_name", ["1", "2", name]).rows[2]["last_name"] == name


def test_an_identifier_with_a_character_that_nobody_sees_is_refused_and_the_cause_named() -> None:
    outcome = judge(IDS, ["12\u200b3", "9"])
    (issue,) = outcome.issues
    assert (issue.code, "invisible character" in issue.message) == ("BAD_IDENTIFIER", True)


ACCURACY = "fall_2025_dibels_orf_acc_score"


@pytest.mark.parametrize("one", ["1", "1.0", " 1"])
def test_an_accuracy_of_1_beside_percentages_is_1_percent(one: str) -> None:
    rows = [[str(n), f"9{n}", value] for n, value in enumerate(["98", "47", one, "100", "0"])]
    outcome = judge(f"{IDS} {ACCURACY}", *rows)
    assert outcome.rows[4][ACCURACY] == "1"
    assert outcome.codes == []


def test_the_whole_column_tells_however_late_its_fraction_comes() -> None:
    rows = [[str(n), f"9{n}", "1" if n == 3 else "98"] for n in range(900)]
    assert judge(f"{IDS} {ACCURACY}", *rows).codes == []
    outcome = judge(f"{IDS} {ACCURACY}", *rows, ["900", "9900", "0.98"])
    assert outcome.codes == ["PERCENT_AMBIGUOUS", "PERCENT_AMBIGUOUS"]


@pytest.mark.parametrize("values", [["0.98", "0.95", "1", "1"], ["1", "1", "1"], ["98%", "1"]])
def test_an_accuracy_of_1_without_such_evidence_is_refused(values: list[str]) -> None:
    rows = [[str(n), f"9{n}", value] for n, value in enumerate(values)]
    outcome = judge(f"{IDS} {ACCURACY}", *rows)
    refused = sum(not value.endswith("%") for value in values)
    assert outcome.codes == ["PERCENT_AMBIGUOUS"] * refused
    assert len(outcome.rows) == len(values)


def test_the_percent_scale_of_the_feed_says_what_1_is() -> None:
    rules = FeedRules(percent_scale="100")
    outcome = judge(f"{IDS} {ACCURACY}", ["1", "2", "1"], rules=rules)
    assert (outcome.rows[2][ACCURACY], outcome.codes) == ("1", [])


@pytest.mark.parametrize(
    ("field", "cell", "value"), [("absences_ytd", "1\t", "1"), ("last_name", "\tRay", "Ray")]
)
def test_a_tab_at_the_edge_of_a_cell_is_noted(field: str, cell: str, value: str) -> None:
    outcome = judge(f"{IDS} {field}", ["1", "2", cell])
    assert (outcome.rows[2][field], outcome.codes) == (value, [])
    assert any("begin or end with a tab" in note for note in outcome.notes)


@pytest.mark.parametrize("name", ["Mu?oz", "Jos?", "Mu¿oz", "Mu_oz", "?lvarez"])
def test_a_name_that_lost_a_letter_is_told(name: str) -> None:
    outcome = judge("student_id ssid last_name", ["1", "91", name], ["2", "92", "Quill"])
    assert outcome.codes_of(2) == {"UNLIKELY_CHARACTER"}


@pytest.mark.parametrize("separator", ["~", " : ", "  "])
def test_the_student_of_a_row_with_a_delimiter_that_nobody_knows_is_known(separator: str) -> None:
    text = "Student ID,SSID,Last Name\n1001,91001,Quill\n1002,91002,Reed\n1003,91003,Stone\n"
    line = "1002,91002,Reed"
    rejected = imported(text.replace(line, separator.join(line.split(",")))).rejected
    assert "1002" in {text for each in rejected for text in each.mentioned}
