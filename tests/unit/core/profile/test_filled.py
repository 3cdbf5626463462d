"""What a column has lost is judged by how full it was in the last import."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollbook.core.catalogue.students import student_catalogue
from rollbook.core.measure import Measure
from rollbook.core.profile.filled import (
    FIRST,
    NOTHING,
    Before,
    Filled,
    blanked_issue,
    compared,
    lost_values,
    named_columns,
    not_in_file,
    of_tests,
)
from rollbook.core.profile.spread import Spread

CATALOGUE = student_catalogue()


def lost(share: float, rows: int, still: int | None, *, let_go: Any = ()) -> Measure | None:
    now = Filled(rows, {} if still is None else {"absences_ytd": still})
    return lost_values({"absences_ytd": share}, let_go, now).get("absences_ytd")


def test_values_are_expected_in_the_share_of_the_last_files() -> None:
    assert lost(0.9, 500, 90) == Measure(360, 450)
    assert lost(0.9, 500, 450) is None
    assert lost(0.9, 500, 500) is None


def test_a_column_that_was_blank_for_half_of_the_rows_has_nothing_to_lose() -> None:
    assert lost(0.5, 100, 0) is None
    assert lost(0.51, 100, 0) == Measure(51, 51)


def test_a_column_that_is_gone_counts_unless_the_feed_has_let_it_go() -> None:
    assert lost(0.9, 100, None) == Measure(90, 90)
    assert lost(0.9, 100, None, let_go={"absences_ytd"}) is None
    assert lost(0.9, 100, None, let_go={"grade"}) == Measure(90, 90)
    assert lost(0.9, 100, 0, let_go={"absences_ytd"}) == Measure(90, 90), "it is in the file"


def nights(*filled: int, accepted: int | None = None) -> Before:
    """Nights of 100 rows, the newest first, one of which was accepted as it was."""
    files = [(Filled(100, {"grade": count}), at == accepted) for at, count in enumerate(filled)]
    return compared(files, ())


def test_the_fullest_of_the_last_files_is_compared_with() -> None:
    before = nights(40, 70, 100, 90)
    assert before.shares == before.accepted == {"grade": 1.0}
    assert {*before.last} == {"grade"}


def test_what_was_accepted_is_told_and_holds_no_more() -> None:
    before = nights(0, 0, 100, accepted=1)
    assert (before.shares, before.accepted) == ({"grade": 1.0}, {"grade": 0.0})
    since = nights(10, 95, 0, 100, accepted=2)
    assert since.accepted == {"grade": 0.95}, "what came back counts again"


def test_a_first_import_and_an_empty_one_have_nothing_to_compare() -> None:
    assert lost_values(FIRST.shares, FIRST.let_go, Filled(100, {"grade": 0})) == {}
    assert lost_values({"grade": 1.0}, (), NOTHING) == {}


@given(share=st.floats(0, 1), rows=st.integers(0, 10_000), still=st.none() | st.integers(0, 10_000))
def test_no_more_is_lost_than_was_expected(share: float, rows: int, still: int | None) -> None:
    found = lost(share, rows, still and min(still, rows))
    assert found is None or 0 < found.part <= found.whole <= rows


def test_columns_that_the_last_file_had_are_a_note() -> None:
    last = Before(last=[each.name for each in CATALOGUE.fields[:8]])
    now = Filled(1, {CATALOGUE.fields[0].name: 1})
    note = not_in_file(last, now, CATALOGUE)
    assert note is not None
    assert f"{CATALOGUE.fields[1].header}, {CATALOGUE.fields[2].header}" in note
    assert " and 2 more. Saved values stay." in note
    assert not_in_file(FIRST, now, CATALOGUE) is None
    assert not_in_file(Before(last=[CATALOGUE.fields[0].name]), now, CATALOGUE) is None


def test_the_issue_says_what_is_gone_and_what_comes_of_stored_values() -> None:
    def told(header: str | None, *, clears: bool) -> str:
        issue = blanked_issue(
            "absences_ytd", Measure(360, 450), header=header, catalogue=CATALOGUE, clears=clears
        )
        assert (issue.code, issue.field, issue.row) == ("COLUMN_BLANKED", "absences_ytd", None)
        assert issue.column == header or issue.column == "Absences YTD"
        return issue.message

    assert "about 450 rows would have a value in this column. Only 90 do" in told(
        "Abs", clears=False
    )
    assert "Saved values stay" in told("Abs", clears=False)
    assert "would be cleared" in told("Abs", clears=True)
    assert "this one doesn't" in told(None, clears=False)


def test_spreads_are_read_when_they_are_asked_for() -> None:
    kept = {"rows": 1, "fields": {}, "headers": {}, "groups": {"grade": [[1, 2, 30]]}}
    assert Filled.from_json(kept).spreads() == {"grade": Spread(((1.0, 2.0, 30),))}
    assert Filled.from_json(kept | {"groups": {"grade": "x"}}).spreads() == {}
    assert Filled.from_json(kept | {"groups": None}).spreads() == {}


@pytest.mark.parametrize(
    "stored", [None, {}, [], "x", {"rows": "x", "fields": {}}, {"rows": 1, "fields": {"a": "b"}}]
)
def test_what_was_not_kept_or_is_of_another_program_is_nothing(stored: Any) -> None:
    assert Filled.from_json(stored) == NOTHING


def test_the_columns_that_hold_an_import_are_named_by_the_first_of_them() -> None:
    assert named_columns(["Tardies YTD"], "shifted") == "Tardies YTD"
    assert named_columns(["Tardies YTD", "Grade"], "shifted") == (
        "Tardies YTD (1 more column has shifted)"
    )
    assert named_columns(["A", "B", "C"], "lost theirs") == "A (2 more columns have lost theirs)"


def test_the_windows_of_i_readys_tests_are_one_column_and_other_fields_are_none() -> None:
    filled = Filled(
        90,
        {
            "student_id": 90,
            "spring_2025_iready_math_score": 30,
            "fall_2025_iready_math_score": 50,
            "fall_2025_iready_math_level": 0,
            "fall_2025_dibels_lnf_score": 9,
        },
        {"fall_2025_iready_math_score": "Overall Scale Score", "student_id": "Student ID"},
    )
    assert of_tests(filled, CATALOGUE) == Filled(
        90,
        {"spring_2025_iready_math_score": 80, "spring_2025_iready_math_level": 0},
        {"spring_2025_iready_math_score": "Overall Scale Score"},
    )


def test_blanks_in_a_column_of_the_past_take_nothing_away() -> None:
    now = Filled(100, {"absences_ytd": 0})
    assert lost_values({"absences_ytd": 0.9}, (), now, past={"absences_ytd"}) == {}
    assert lost_values({"absences_ytd": 0.9}, (), now, past={"grade"}) != {}


def test_what_is_no_measure_for_the_next_file_is_taken_out_everywhere() -> None:
    full = Filled(9, {"a": 1, "b": 2}, {"a": "A", "b": "B"}, {"a": [], "b": []})
    assert full.without({"a"}) == Filled(9, {"b": 2}, {"b": "B"}, {"b": []})
    assert full.without(()) is full
