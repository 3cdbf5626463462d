"""The history: each job has one outcome, filters find what they say, pages add up."""

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from rollbook.core.issues import Issue, Severity
from rollbook.core.report import Report

PACIFIC = ZoneInfo("America/Los_Angeles")
pytestmark = pytest.mark.usefixtures("records")


def add_job(status: str, reason: str | None = None, *, warnings: int = 0, **given: Any) -> int:
    from rollbook.records.models import JOB_TYPE, Job

    report = Report(status=status, reason=reason, warnings=warnings)
    report.file["name"] = str(given.pop("file", "students.csv"))
    at = given.pop("at", datetime(2026, 11, 20, 12, tzinfo=UTC))
    return Job.objects.create(
        job_type=JOB_TYPE,
        status=status,
        input_data={"feed": "files", "feed_id": 1, "started_by": "schedule"} | given,
        output_data=None
        if status in ("running", "pending") and reason is None
        else {"report": report.as_object(None)},
        created_at=at,
        started_at=at,
    ).pk


def one_of_each() -> dict[int, str]:
    return {
        add_job("pending"): "waiting",
        add_job("running"): "running",
        add_job("completed"): "succeeded",
        add_job("completed", warnings=2): "with_warnings",
        add_job("pending", "held"): "needs_review",
        add_job("failed", "bad_credentials"): "failed",
        add_job("failed", "interrupted"): "failed",
        add_job("failed", "cancelled"): "stopped",
        add_job("completed", "file_unchanged"): "no_new_file",
    }


def test_each_job_has_one_outcome_whether_it_is_sought_or_shown() -> None:
    from rollbook.records.outcome import Outcome, outcome_of
    from rollbook.records.queries.history import JobFilter, find_jobs
    from rollbook.records.queries.jobs import job_by_number

    expected = one_of_each()
    assert {number: outcome_of(job_by_number(number).report) for number in expected} == expected
    sought = {
        job.number: outcome
        for outcome in Outcome
        for job in find_jobs(JobFilter(outcome=outcome), zone=PACIFIC, page=1).items
    }
    assert sought == expected


def test_a_day_is_one_of_the_districts_time_zone() -> None:
    from rollbook.records.queries.history import JobFilter, find_jobs

    late = add_job("completed", at=datetime(2026, 11, 21, 7, 59, tzinfo=UTC))
    add_job("completed", at=datetime(2026, 11, 21, 8, 0, tzinfo=UTC))
    day = date(2026, 11, 20)
    found = find_jobs(JobFilter(since=day, until=day), zone=PACIFIC, page=1)
    assert [job.number for job in found.items] == [late]


def test_filters_find_what_they_say() -> None:
    from rollbook.records.queries.history import JobFilter, find_jobs

    mine = add_job("completed", warnings=1, file="fall.xlsx", started_by="Ada", feed_id=7)
    add_job("completed")
    for asked in (
        JobFilter(feed_id=7),
        JobFilter(started_by="ada"),
        JobFilter(file_name="FALL"),
        JobFilter(has_problems=True),
    ):
        found = find_jobs(asked, zone=PACIFIC, page=1)
        assert [job.number for job in found.items] == [mine], asked


def test_pages_hold_every_job_once_and_a_page_beyond_is_the_last() -> None:
    from rollbook.records.queries.history import JobFilter, find_jobs

    numbers = [add_job("completed") for _ in range(7)]
    pages = [find_jobs(JobFilter(), zone=PACIFIC, page=page, size=3) for page in (1, 2, 3, 99)]
    assert [job.number for page in pages[:3] for job in page.items] == numbers[::-1]
    assert pages[3] == pages[2]
    assert [(page.first, page.last, page.total) for page in pages[:3]] == [
        (1, 3, 7),
        (4, 6, 7),
        (7, 7, 7),
    ]
    assert [(page.has_previous, page.has_next) for page in pages[:3]] == [
        (False, True),
        (True, True),
        (True, False),
    ]


def test_an_empty_history_is_an_empty_page() -> None:
    from rollbook.records.queries.history import JobFilter, find_jobs

    page = find_jobs(JobFilter(), zone=PACIFIC, page=1)
    assert (page.items, page.number, page.first, page.last, page.total) == ([], 1, 0, 0, 0)


def test_issues_are_found_by_student_value_and_row() -> None:
    from rollbook.records.models import IssueRow
    from rollbook.records.queries.issues import IssueFilter, find_issues

    for row, student, value in ((17, "0017", "abc"), (18, "0018", "def")):
        IssueRow.objects.create(
            job_id=1,
            row_number=row,
            student_id=student,
            column_header="Grade",
            code="BAD",
            severity="error",
            value=value,
            message="Bad.",
        )
    expected = Issue("BAD", Severity.ERROR, "Bad.", 17, "0017", "Grade", None, "abc")
    for asked in ("0017", "ABC", "17"):
        found = find_issues(1, IssueFilter(text=asked), page=1)
        assert list(found.items) == [expected], asked
    assert find_issues(1, IssueFilter(code="GOOD"), page=1).total == 0
    assert find_issues(1, IssueFilter(code="BAD", column="Grade"), page=1).total == 2
    assert find_issues(2, IssueFilter(), page=1).total == 0


def test_an_issue_says_what_it_means_for_the_data() -> None:
    from rollbook.records.models import IssueRow, RejectedRow
    from rollbook.records.queries.issues import problems

    given = (
        (None, "COLUMN_SET_ASIDE", "error"),
        (2, "ROW_TOO_LONG", "error"),
        (3, "NOT_A_NUMBER", "error"),
        (4, "UNKNOWN_LEVEL", "warning"),
    )
    for row, code, severity in given:
        column = "Absences YTD" if code in ("NOT_A_NUMBER", "UNKNOWN_LEVEL") else None
        IssueRow.objects.create(
            job_id=1,
            row_number=row,
            code=code,
            severity=severity,
            message="So.",
            column_header=column,
        )
    RejectedRow.objects.create(job_id=1, row_number=2, cells=[])
    assert {found.group.example.code: found.effect.value for found in problems(1)} == {
        "COLUMN_SET_ASIDE": "column_skipped",
        "ROW_TOO_LONG": "row_refused",
        "NOT_A_NUMBER": "value_refused",
        "UNKNOWN_LEVEL": "kept",
    }
