"""What a column has lost is judged by how full it was in the last import."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollbook.core.catalogue.students import student_catalogue
from rollbook.core.filled import FIRST, NOTHING, Before, Filled, blanked_issue, lost_values
from rollbook.core.measure import Measure

CATALOGUE = student_catalogue()


def before(rows: int, *, is_alike: bool = True, **fields: int) -> Before:
    return Before(Filled(rows, fields), is_alike)


def test_values_are_expected_in_the_share_of_the_last_import() -> None:
    last = before(1000, absences_ytd=900)
    assert lost_values(last, Filled(500, {"absences_ytd": 90})) == {
        "absences_ytd": Measure(360, 450)
    }
    assert lost_values(last, Filled(500, {"absences_ytd": 450})) == {}
    assert lost_values(last, Filled(500, {"absences_ytd": 500})) == {}


def test_a_column_that_was_blank_for_half_of_the_rows_has_nothing_to_lose() -> None:
    assert lost_values(before(100, tardies_ytd=50), Filled(100, {"tardies_ytd": 0})) == {}
    assert lost_values(before(100, tardies_ytd=51), Filled(100, {"tardies_ytd": 0})) == {
        "tardies_ytd": Measure(51, 51)
    }


def test_a_column_that_is_gone_counts_where_columns_are_understood_as_before() -> None:
    gone = Filled(100, {"grade": 100})
    assert lost_values(before(100, grade=100, tardies_ytd=90), gone) == {
        "tardies_ytd": Measure(90, 90)
    }
    assert lost_values(before(100, is_alike=False, grade=100, tardies_ytd=90), gone) == {}
    blank = Filled(100, {"grade": 0})
    assert lost_values(before(100, is_alike=False, grade=100), blank) == {
        "grade": Measure(100, 100)
    }


def test_a_first_import_and_an_empty_one_have_nothing_to_compare() -> None:
    assert lost_values(FIRST, Filled(100, {"grade": 0})) == {}
    assert lost_values(before(100, grade=100), NOTHING) == {}


@given(
    rows=st.integers(1, 10_000),
    filled=st.integers(0, 10_000),
    now=st.integers(0, 10_000),
    still=st.integers(0, 10_000),
)
def test_no_more_is_lost_than_was_expected(rows: int, filled: int, now: int, still: int) -> None:
    last = before(rows, grade=min(filled, rows))
    for lost in lost_values(last, Filled(now, {"grade": min(still, now)})).values():
        assert 0 < lost.part <= lost.whole <= now


def test_the_issue_says_what_is_gone_and_what_comes_of_stored_values() -> None:
    def told(header: str | None, *, clears: bool) -> str:
        issue = blanked_issue(
            "absences_ytd", Measure(360, 450), header=header, catalogue=CATALOGUE, clears=clears
        )
        assert (issue.code, issue.field, issue.row) == ("COLUMN_BLANKED", "absences_ytd", None)
        assert issue.column == header or issue.column == "Absences YTD"
        return issue.message

    assert "about 450 rows would have a value in this column, and 90 have one" in told(
        "Abs", clears=False
    )
    assert "Stored values stay" in told("Abs", clears=False)
    assert "would be cleared" in told("Abs", clears=True)
    assert "this file has none" in told(None, clears=False)


@pytest.mark.parametrize(
    "stored", [None, {}, [], "x", {"rows": "x", "fields": {}}, {"rows": 1, "fields": {"a": "b"}}]
)
def test_what_was_not_kept_or_is_of_another_program_is_nothing(stored: Any) -> None:
    assert Filled.from_json(stored) == NOTHING
