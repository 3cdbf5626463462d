"""Tests are told from students by their header, also where no layout reads them."""

from collections.abc import Sequence

import pytest

from rollbook.core.catalogue.students import student_catalogue
from rollbook.core.catalogue.terms import INITIAL_TERMS
from rollbook.core.feed_settings import IGNORE, NO_LAYOUT, FeedRules
from rollbook.core.layouts.builtin import BY_NAME, LAYOUTS
from rollbook.core.layouts.layout import Layout
from rollbook.core.layouts.recognition import layout_near, layout_of
from rollbook.core.layouts.resemblance import header_known
from tests.unit.core.layouts.headers import PUBLISHED

OF_TESTS = (
    "iready_reading", "iready_math", "iready_spanish", "iready_lessons",
    "iready_diagnostic_and_instruction", "mclass", "mclass_progress", "mclass_lectura",
    "mclass_dibels_next", "dibels_by_window", "acadience_benchmark",
    "iready_diagnostic_and_instruction_reading", "dibels_data_system_wide",
    "dibels_data_system_1st", "dibels_data_system_k", "dibels_data_system_end",
    "dibels_next_wide",
)  # fmt: skip
ROSTERS: dict[str, Sequence[str]] = {
    "plain": ["Student ID", "SSID", "Last Name", "First Name", "Grade", "School", "Absences YTD"],
    "wide": [field.header for field in student_catalogue(INITIAL_TERMS).fields],
    "demographics": [
        "Student ID", "Last Name", "First Name", "Student Grade", "School", "Academic Year", "Sex",
        "Hispanic or Latino", "Race", "English Language Learner", "Special Education", "Migrant",
        "Language", "Enrollment Date", "Date of Birth", "School Name", "Home Language",
    ],
    "statuses": [
        "Student ID", "Grade", "School Name", "Enrollment Status", "Lunch Status", "EL Status",
        "IEP Status", "Migrant Status", "Teacher Name", *(f"{n} Status" for n in "ABCDEFGH"),
    ],
}  # fmt: skip


def layout_in(header: Sequence[str], rules: FeedRules) -> Layout | None:
    return header_known(header, rules).tests


@pytest.mark.parametrize("name", OF_TESTS)
def test_vendors_exports_are_tests_whether_a_layout_reads_them_or_not(name: str) -> None:
    assert layout_in(PUBLISHED[name], FeedRules()) is not None


@pytest.mark.parametrize("name", OF_TESTS)
def test_unknown_columns_make_tests_no_students(name: str) -> None:
    more = [f"Column {number}" for number in range(len(PUBLISHED[name]) // 10)]
    assert layout_in([*PUBLISHED[name], *more], FeedRules()) is not None


@pytest.mark.parametrize("header", ROSTERS.values(), ids=ROSTERS)
def test_a_file_of_students_is_none_of_tests(header: Sequence[str]) -> None:
    assert layout_in(header, FeedRules()) is None


@pytest.mark.parametrize("layout", [each for each in LAYOUTS if not each.is_of_tests])
def test_exports_of_a_sis_are_none_of_tests(layout: object) -> None:
    header = [column.headers[0] for column in layout.columns]  # type: ignore[attr-defined]
    assert layout_in(header, FeedRules()) is None


def test_an_administrator_who_says_that_a_row_is_a_student_is_believed() -> None:
    header = [*PUBLISHED["iready_reading"], *(f"Column {number}" for number in range(30))]
    assert layout_in(header, FeedRules()) == BY_NAME["iready-diagnostic-results"]
    assert layout_in(header, FeedRules(layout=NO_LAYOUT)) is None
    assert layout_in(header, FeedRules(headers={"School": "school"})) is None
    assert layout_in(header, FeedRules(headers={"Overall Scale Score": "grade"})) is None
    for undecided in ({"School": IGNORE}, {"Student ID": "ssid"}, {"Elsewhere": "school"}):
        assert layout_in(header, FeedRules(headers=undecided)) is not None


@pytest.mark.parametrize("header", [*PUBLISHED.values(), *ROSTERS.values()])
@pytest.mark.parametrize(
    "rules",
    [
        FeedRules(),
        FeedRules(layout=NO_LAYOUT),
        FeedRules(layout="iready-diagnostic-results"),
        FeedRules(headers={"Student ID": "student_id"}),
        FeedRules(headers={"Overall Scale Score": "grade"}),
    ],
)
def test_a_file_is_read_as_its_header_was_found(header: Sequence[str], rules: FeedRules) -> None:
    known = header_known(header, rules)
    assert known.read == layout_of(header, rules)
    assert known.near == (None if known.read else layout_near(header, rules))
