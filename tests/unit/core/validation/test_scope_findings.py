"""What the texts of one column mean for the file, near the edge of each rule."""

from collections import Counter

import pytest

from rollbook.core.validation.scope_findings import Scores, finding_of
from rollbook.core.validation.scope_headers import scope_of_column

ROSTER = Scores(False, frozenset(), frozenset())
NAMED = Scores(True, frozenset(), frozenset())
"""Scores whose headers name their term and subject."""
FALL = Scores(True, frozenset({"fall_2025"}), frozenset({"reading"}))

ALL_SCORES = {"roster": ROSTER, "named": NAMED, "fall": FALL}


def told(header: str, texts: Counter[str] | list[str], scores: Scores) -> tuple[str, bool] | None:
    """What is found of a column, and whether it holds the file."""
    found = finding_of(header, scope_of_column(header), Counter(texts), scores=scores)
    return (found.scope.name, found.is_held) if found else None


HELD = [
    # The texts of each rule: the fewest, the nearest.
    ("Role", "Reader, Helper", "roster", "ROLE"),
    ("Title", "Mr., Ms., Teacher", "roster", "ROLE"),
    ("Type", "Primary, Coach", "roster", "ROLE"),
    ("Student Y/N", "Y, N", "roster", "ROLE"),
    ("Is Contact", "Y, N", "roster", "ROLE"),
    ("Account Type", "S, T", "roster", "ROLE"),
    ("enrollstatus", "0, 2", "roster", "STATUS"),
    ("Enroll_Status", "0, 1", "roster", "STATUS"),
    ("Enroll_Status", "-1, -1", "roster", "STATUS"),
    ("Currently Enrolled", "Y, N", "roster", "STATUS"),
    ("Enrolled", "Y, N", "roster", "STATUS"),
    ("Active Flag", "1, 0", "roster", "STATUS"),
    ("Column 9", "Active, Withdrawn", "roster", "STATUS"),
    ("Term", "Fall 2024, Winter 2025", "named", "TERM"),
    ("Term", "Fall 2024-2025, Spring 2025", "named", "TERM"),
    ("Column 3", "Beginning, Middle", "fall", "TERM"),
    ("Column 3", "Spring, Spring", "fall", "TERM"),
    ("Column 5", "2023-2024, 2023-24", "fall", "YEAR"),
    ("Year", "2026, 2027", "fall", "YEAR"),
    ("Subject", "Reading, Math", "named", "SUBJECT"),
    ("Column 4", "Math, Math", "fall", "SUBJECT"),
    ("Latest Test", "Y, N", "fall", "LATEST"),
    ("Test Date", "9/10/2024, 9/11/2024", "fall", "DATE"),
]
PASSED = [
    ("Role", "Night Owl, Night Owl", "roster"),
    ("Group", "Coach, Red", "roster"),
    ("Type", "Primary, Alternate, Coach", "roster"),
    ("Category", "Primary, Alternate, Coach", "roster"),
    ("Position", "Primary, Alternate, Coach", "roster"),
    ("Kind", "Primary, Alternate, Coach", "roster"),
    ("Type", "Y, N", "roster"),
    ("Type", "S, T", "roster"),
    ("User Type", "S, S", "roster"),
    ("Column 7", "Student, Student", "roster"),
    ("Column 7", "Student, Teacher, a, b, c, d", "roster"),
    ("Column 9", "Active, Enrolled", "roster"),
    ("Column 9", "Withdrawn, Graduated", "roster"),
    ("Column 9", "Withdrawn, Active, a, b, c, d", "roster"),
    ("Lunch Program", "Active, Withdrawn", "roster"),
    ("Status", "Y, N", "roster"),
    ("Status", "1, 2", "roster"),
    ("Enrollment Status", "0, 2", "roster"),
    ("enrollstatus", "0, 0", "roster"),
    ("Group", "Red, Blue, Green, Student, Coach", "roster"),
    ("Term", "Fall, FALL", "named"),
    ("Term", "Fall, FALL", "roster"),
    ("Term", "Fall 2025-2026, Fall 2025-26", "roster"),
    ("Column 3", "Fall, Winter, a, b, c, d, e", "fall"),
    ("Column 3", "Middle, Middle", "fall"),
    ("Column 5", "2025-2026, 2025-26", "fall"),
    ("Column 5", "2023-2024, 2024-2025, a, b, c", "fall"),
    ("School Year", "2025-2026, 2026", "roster"),
    ("School Year", "2025, 2025", "roster"),
    ("School Year", "Year 3, 2019-2020", "fall"),
    ("School Year", "One, Two", "fall"),
    ("Year", "2026, 2028", "fall"),
    ("Subject", "Reading, Reading", "named"),
    ("Column 4", "Reading, Reading", "fall"),
    ("Column 4", "Math, Reading", "named"),
    ("Latest Test", "Y, Y", "fall"),
    ("Latest Test", "Y, N", "named"),
    ("Test Language", "English, English", "fall"),
    ("Test Language", "English, Spanish", "roster"),
    ("Relationship", "Friend, Neighbor", "roster"),
    ("Test Date", "9/10/2025, none", "fall"),
]


@pytest.mark.parametrize(("header", "texts", "scores", "scope"), HELD)
def test_rows_that_would_be_stored_wrongly_hold_the_file(
    header: str, texts: str, scores: str, scope: str
) -> None:
    assert told(header, texts.split(", "), ALL_SCORES[scores]) == (scope, True)


@pytest.mark.parametrize(("header", "texts", "scores"), PASSED)
def test_rows_that_can_be_stored_as_they_are_pass(header: str, texts: str, scores: str) -> None:
    assert told(header, texts.split(", "), ALL_SCORES[scores]) is None


def test_a_term_is_only_doubtful_where_no_score_would_be_stored_in_another() -> None:
    assert told("Term", ["Fall", "Winter"], ROSTER) == ("TERM", False)


def test_a_season_in_a_text_beside_years_makes_it_a_term() -> None:
    texts = ["Fall 2025-2026", "Winter 2025-2026"]
    assert told("Term", texts, FALL) == ("TERM", True)


@pytest.mark.parametrize(("fitting", "is_told"), [(899, False), (900, True)])
def test_nine_in_ten_of_the_rows_are_of_the_kind_where_the_header_does_not_say_it(
    fitting: int, is_told: bool
) -> None:
    texts = Counter({"Student": fitting - 1, "Teacher": 1, "Night Owl": 1000 - fitting})
    assert told("Column 7", texts, ROSTER) == (("ROLE", True) if is_told else None)
