"""What is said of a single row: what it may name, what is shown, and what its rules tell."""

from collections.abc import Sequence

import pytest

from rollbook.core import cells
from rollbook.core.feed_settings import FeedRules
from rollbook.core.table import DamagedRecord
from rollbook.core.validation.rows import shown
from tests.spec.judging import CATALOGUE, judge

IDS = "student_id ssid"


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("x" * 200, "x" * 200),
        ("x" * 201, "x" * 200 + "…"),
        (f"{cells.NUMBER}{'7' * 200}", "7" * 200),
        (" x ".ljust(300), "x"),
        ("\ud800", "\\ud800"),
    ],
)
def test_200_characters_of_a_cell_are_shown(cell: str, text: str) -> None:
    assert shown(cell) == text


def mentioned(fields: str, *damaged: DamagedRecord) -> list[set[str]]:
    return [set(each.mentioned) for each in judge(fields, damaged=damaged).rejected]


def record(code: str, *texts: str) -> DamagedRecord:
    return DamagedRecord(2, code, "", list(texts))


def test_a_damaged_record_of_another_width_names_what_its_identifiers_may_be() -> None:
    long = record("ROW_TOO_LONG", "001", "Jr", "900", "3", "x")
    assert mentioned(f"{IDS} last_name grade", long) == [{"001", "Jr", "900"}]
    short = record("ROW_TOO_SHORT", "001", "900", "3")
    assert mentioned(f"{IDS} last_name grade", short) == [{"001", "900"}]


def test_a_record_of_one_cell_names_what_it_begins_with() -> None:
    (named,) = mentioned(f"last_name grade {IDS}", record("ROW_TOO_SHORT", "00123|900|Doe|3"))
    assert named == {"00123|900|Doe|3", "00123", "900"}


def test_a_record_names_a_hundred_texts_at_most() -> None:
    long = record("ROW_TOO_LONG", *map(str, range(300)))
    assert len(mentioned("student_id last_name", long)[0]) == 100


def test_an_identifier_that_a_line_break_cut_is_put_together_from_the_end_and_the_beginning() -> (
    None
):
    first = record("ROW_BROKEN", "Doe", "A", "001")
    second = record("ROW_BROKEN", "23", "900", "3")
    named = mentioned(f"last_name first_name {IDS} grade", first, second)
    assert "00123" in named[0]
    assert not any("001" in text or "Doe2" in text for text in named[1])


@pytest.mark.parametrize(
    ("fields", "row", "named"),
    [
        ("student_id last_name first_name absences_ytd", ["7", "Ng", "", "Mia"], {"7", "Ng"}),
        (
            "grade last_name student_id first_name absences_ytd",
            ["3", "Ng", "7", "", "Mia"],
            {"Ng", "7"},
        ),
    ],
)
def test_a_shifted_row_names_its_identifier_and_the_cells_beside_it(
    fields: str, row: list[str], named: set[str]
) -> None:
    rules = FeedRules(required=("student_id",))
    others = [["8", "Lee", "Mia", "3"], ["9", "Lee", "Mia", "4"]]
    if fields.startswith("grade"):
        others = [["3", name, number, *rest] for number, name, *rest in others]
    (rejected,) = judge(fields, *others, row, rules=rules).rejected
    assert set(rejected.mentioned) == named


def test_a_refused_cell_of_a_shifted_row_is_taken_back_once() -> None:
    fields = f"{IDS} last_name first_name absences_ytd"
    rows = [[str(n), f"9{n}", "Lee", "Mia", "x" if n < 5 else "3"] for n in range(48)]
    outcome = judge(fields, *rows, ["80", "980", "Lee", "", "Mia"])
    assert [each.row for each in outcome.rejected] == [50]
    assert outcome.set_aside == ["absences_ytd"]


def absences(*rows: Sequence[str], days: str, **rules: str) -> list[tuple[str, str | None]]:
    fields = f"{IDS} absences_{days} unexcused_absences_{days} excused_absences_{days}"
    numbered = [[str(n), f"9{n}", *row] for n, row in enumerate(rows)]
    found = judge(fields, *numbered, rules=FeedRules(**rules))  # type: ignore[arg-type]
    return [(each.code, each.field) for each in found.issues]


@pytest.mark.parametrize("days", ["ytd", "last_30_days"])
def test_rounded_half_days_may_miss_the_absences_by_one(days: str) -> None:
    told = [("ABSENCES_DO_NOT_ADD_UP", f"absences_{days}")]
    assert absences(("5", "3", "3"), days=days, half_days="up") == []
    assert absences(("5", "3", "4"), days=days, half_days="up") == told
    assert absences(("5", "3", "3"), days=days) == told


@pytest.mark.parametrize(
    ("name", "thing"),
    [
        ("absences", "absences"),
        ("tardies", "tardies"),
        ("unexcused_absences", "unexcused absences"),
        ("excused_absences", "excused absences"),
        ("incident_count", "incidents"),
    ],
)
def test_what_is_more_in_30_days_than_in_the_year_is_named(name: str, thing: str) -> None:
    (issue,) = judge(f"{IDS} {name}_ytd {name}_last_30_days", ["1", "2", "5", "6"]).issues
    assert f"more {thing} in the last 30 days" in issue.message


def test_a_row_with_a_warning_was_not_repaired_for_that() -> None:
    outcome = judge(f"{IDS} last_name", ["1", "2", "=A2"])
    assert (outcome.codes, outcome.rows[2]["repaired"]) == (["UNLIKELY_CHARACTER"], "0")


def test_a_school_that_is_lacking_stays_and_is_no_filled_cell() -> None:
    of_each = [[str(at), cells.LACKING] for at in range(100)]
    outcome = judge("student_id school", *of_each)
    assert outcome.validator.filled["school"] == 0
    assert not outcome.set_aside
    assert not outcome.rejected
    assert sum(each.copy_text.count("\t{school}\n") for each in outcome.judged) == 100


def test_a_cell_that_was_refused_holds_something_and_a_word_for_no_score_holds_nothing() -> None:
    score = next(name for name in CATALOGUE.by_name if name.endswith("_iready_reading_score"))
    rows = [["1", "500"], ["2", "lots"], ["3", "not assessed"], ["4", ""]]
    assert judge(f"student_id {score}", *rows).validator.filled[score] == 2
