"""A row with several tests: each fills the fields of its own term, and of no other."""

import io
from datetime import date, timedelta
from functools import partial

from hypothesis import given
from hypothesis import strategies as st

from rollbook.core.catalogue.students import student_catalogue
from rollbook.core.catalogue.terms import Term
from rollbook.core.feed_settings import FeedRules
from rollbook.core.layouts.laid_out import LaidOutTable
from rollbook.core.layouts.recognition import layout_of
from rollbook.core.reading.delimited import DelimitedTable
from tests.unit.core.layouts.test_laid_out import damaged, rows
from tests.unit.core.layouts.test_laid_out import laid_out as of_header

CATALOGUE = student_catalogue([Term("Fall 2025"), Term("Winter 2026")])
NAMES = ("Most Recent", "1", "2", "3")
SHARED = ("Last Name", "First Name", "Student ID", "Academic Year", "Subject", "Lexile Measure")
OF_TEST = ("Completion Date", "Rush Flag", "Overall Scale Score", "Overall Relative Placement")
HEADER = [
    *SHARED[:-1],
    "Diagnostic: Lexile Measure (Most Recent)",
    *(f"Diagnostic: {what} ({name})" for name in NAMES for what in OF_TEST),
]
FALL, LATER, WINTER, SPRING = "9/10/2025", "10/1/2025", "1/12/2026", "4/20/2026"
READING = "winter_2026_iready_reading_score"

Test = tuple[str, str]
"""Day and score; the level is “Early On-Grade”."""


def line(student: str, *tests: Test, last: Test | None = None, subject: str = "Reading") -> str:
    """A row; the most recent test is the last one, as i-Ready writes it."""
    recent = [last or tests[-1]] if tests or last else []
    cells = [f"L,F,{student},2025-2026,{subject},215L"]
    for at in range(len(NAMES)):
        found = recent if at == 0 else list(tests[at - 1 : at])
        cells += [
            f"{day},,{score},Early On-Grade" if score else f"{day},,," for day, score in found
        ]
        cells += [] if found else [",,,"]
    return ",".join(cells)


laid_out = partial(of_header, header=",".join(HEADER), catalogue=CATALOGUE)


def scores(table: LaidOutTable) -> dict[str, dict[str, str]]:
    """Student -> term -> score."""
    found: dict[str, dict[str, str]] = {}
    for cells in rows(table).values():
        own = found.setdefault(cells["student_id"], {})
        own |= {name.split("_iready")[0]: text for name, text in cells.items() if "_score" in name}
    return found


def test_each_test_fills_its_own_term_in_one_record() -> None:
    table = laid_out(line("1", (FALL, "431"), (WINTER, "451")))
    assert rows(table) == {
        2: {
            "student_id": "1",
            "last_name": "L",
            "first_name": "F",
            "fall_2025_iready_reading_score": "431",
            "fall_2025_iready_reading_level": "Early On-Grade",
            "winter_2026_iready_reading_score": "451",
            "winter_2026_iready_reading_level": "Early On-Grade",
        }
    }
    assert table.notes == (), "the most recent test is one of the numbered ones"
    assert table.issues() == []


def test_each_cell_of_a_row_knows_the_header_that_it_has_in_the_file() -> None:
    table = laid_out(
        line("1", (FALL, "431"), (WINTER, "451")), line("2", (FALL, "432"), (LATER, "440"))
    )
    first, second = (origin for chunk in table.chunks() for origin in chunk.origins)
    named = {table.fields[at].name: text for at, text in first.items()}
    assert named == {
        "student_id": "Student ID",
        "last_name": "Last Name",
        "first_name": "First Name",
        "fall_2025_iready_reading_score": "Diagnostic: Overall Scale Score (1)",
        "fall_2025_iready_reading_level": "Diagnostic: Overall Relative Placement (1)",
        "winter_2026_iready_reading_score": "Diagnostic: Overall Scale Score (Most Recent)",
        "winter_2026_iready_reading_level": "Diagnostic: Overall Relative Placement (Most Recent)",
    }
    named = {table.fields[at].name: text for at, text in second.items()}
    assert named["fall_2025_iready_reading_score"] == (
        "Diagnostic: Overall Scale Score (Most Recent)"
    )
    assert set(table.header) <= {*HEADER}


def test_of_several_tests_of_a_window_the_last_counts_and_the_others_are_told() -> None:
    table = laid_out(line("1", (LATER, "440"), (FALL, "431"), (WINTER, "451")))
    assert scores(table) == {"1": {"fall_2025": "440", "winter_2026": "451"}}
    assert table.left_out.total() == 0, "no row was left out"
    assert "1 further tests of the same window" in table.notes[-1]


def test_a_most_recent_test_without_a_number_counts_too() -> None:
    table = laid_out(line("1", (FALL, "431"), last=(WINTER, "451")))
    assert scores(table) == {"1": {"fall_2025": "431", "winter_2026": "451"}}


def test_tests_of_one_day_that_differ_reject_the_row_and_name_its_student() -> None:
    table = laid_out(line("1", (FALL, "431"), (FALL, "432")), line("2", (FALL, "431")))
    assert damaged(table) == [(2, "TESTS_CONTRADICT")]
    assert scores(table) == {"2": {"fall_2025": "431"}}


def test_a_test_whose_day_is_unreadable_or_of_another_year_rejects_the_row() -> None:
    table = laid_out(
        line("1", (FALL, "431"), ("soon", "450")),
        line("2", ("9/10/2024", "431")),
        line("3", ("", "4")),
    )
    assert damaged(table) == [(row, "TEST_OF_UNKNOWN_TERM") for row in (2, 3, 4)]
    assert rows(table) == {}


def test_tests_of_a_term_that_is_not_set_up_are_counted_and_the_others_taken() -> None:
    table = laid_out(line("1", (FALL, "431"), (SPRING, "460")), line("2", (SPRING, "470")))
    assert scores(table) == {"1": {"fall_2025": "431"}}
    [issue] = table.issues()
    assert issue.message.startswith("2 tests belong to the term Spring 2026, which isn't set up")
    assert table.left_out == {"tests of a term that isn't set up": 1}
    assert "1 tests of a term that isn't set up" in table.notes[-1]


def test_a_row_without_a_test_is_left_out() -> None:
    table = laid_out(line("1"), line("2", (FALL, "")), line("3", (FALL, "431")))
    assert scores(table) == {"3": {"fall_2025": "431"}}
    assert table.left_out == {"students without a test": 2}


def test_rows_of_another_subject_are_left_out() -> None:
    table = laid_out(line("1", (FALL, "431"), subject="Math"), line("2", (FALL, "432")))
    assert scores(table) == {"2": {"fall_2025": "432"}}
    assert table.left_out == {"tests of another subject": 1}


def test_two_rows_of_a_student_are_chosen_between_test_by_test() -> None:
    table = laid_out(
        line("1", (FALL, "431")),
        line("1", (LATER, "440"), (WINTER, "451")),
        line("1", (LATER, "440")),
    )
    assert rows(table).keys() == {3}
    assert scores(table) == {"1": {"fall_2025": "440", "winter_2026": "451"}}
    assert table.left_out == {"further tests of the same window": 2}


def test_two_rows_of_a_student_that_contradict_each_other_are_both_rejected() -> None:
    table = laid_out(line("1", (FALL, "431")), line("1", (FALL, "432"), (WINTER, "451")))
    assert damaged(table) == [(2, "TESTS_CONTRADICT"), (3, "TESTS_CONTRADICT")]
    assert rows(table) == {}


def test_the_last_cell_of_a_cut_file_is_known_by_its_field() -> None:
    lines = [",".join(HEADER), line("1", (FALL, "431"), (LATER, "440"), (WINTER, "451"))]
    data = "\n".join(lines).encode()
    table = DelimitedTable(
        io.BytesIO(data), name="f.csv", size=len(data), catalogue=CATALOGUE, rules=FeedRules()
    )
    read = layout_of(table.header, FeedRules())
    assert read is not None
    laid = LaidOutTable(table, read, CATALOGUE)
    rows(laid)
    end = laid.open_end
    assert end is not None
    assert end.column == -1, "the most recent test has the same text, and is whole"
    other = line("1", (FALL, "431"), (LATER, "440"), (WINTER, "451"), last=(FALL, "431"))
    data = "\n".join([lines[0], other]).encode()
    table = DelimitedTable(
        io.BytesIO(data), name="f.csv", size=len(data), catalogue=CATALOGUE, rules=FeedRules()
    )
    laid = LaidOutTable(table, read, CATALOGUE)
    rows(laid)
    end = laid.open_end
    assert end is not None
    assert laid.fields[end.column].name == "winter_2026_iready_reading_level"
    assert end.header == "Diagnostic: Overall Relative Placement (3)"


DAYS = [date(2025, 7, 1) + timedelta(days=day) for day in range(365)]
TESTS = st.lists(st.tuples(st.sampled_from(DAYS), st.integers(100, 800)), max_size=3)


def window_of(day: date) -> str:
    """i-Ready's own windows, as the issue of its exports says: until November 15 and March 1."""
    if day <= date(2025, 11, 15):
        return "fall_2025"
    return "winter_2026" if day <= date(2026, 3, 1) else "spring_2026"


@given(st.lists(TESTS, min_size=1, max_size=4))
def test_whatever_the_tests_each_score_is_the_last_of_its_own_window(
    students: list[list[tuple[date, int]]],
) -> None:
    lines = [
        line(str(at), *((f"{day:%m/%d/%Y}", str(score)) for day, score in tests))
        for at, tests in enumerate(students)
    ]
    table = laid_out(*lines)
    found, rejected = scores(table), {row - 2 for row, _ in damaged(table)}
    counted = len(rows(table)) + len(rejected) + table.left_out.total()
    assert counted == len(students), "each row is counted once"
    for at, tests in enumerate(students):
        windows: dict[str, set[int]] = {}
        for term in ("fall_2025", "winter_2026"):
            days = [day for day, _ in tests if window_of(day) == term]
            if days:
                windows[term] = {score for day, score in tests if day == max(days)}
        is_open = any(len(best) > 1 for best in windows.values())
        between_years = any(day.month in (6, 7, 8) for day, _ in tests)
        assert at not in rejected or is_open or between_years
        if at not in rejected:
            assert found.get(str(at), {}) == {
                term: str(best.pop()) for term, best in windows.items()
            }
