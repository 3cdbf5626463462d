"""The issues of one job for people: found by words, paged, and what follows from each."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from rollbook.core.column_examples import examples_in
from rollbook.core.feed_settings import IDENTIFIERS
from rollbook.core.issues import Issue, IssueGroup, Severity
from rollbook.records.models import IssueBlock, Job, RejectedRow
from rollbook.records.queries import issue_blocks
from rollbook.records.queries.history import Page
from rollbook.records.queries.jobs import JobView

MOST_COLUMNS: Final = 1_000
"""Columns of a file whose examples are shown."""


class Effect(StrEnum):
    """What an issue means for the data."""

    ROW_REFUSED = "row_refused"
    VALUE_REFUSED = "value_refused"
    COLUMN_SKIPPED = "column_skipped"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class Problem:
    """The issues of one code in one column, and what they mean for the data."""

    group: IssueGroup
    effect: Effect

    @property
    def cause(self) -> tuple[str, str | None]:
        return self.group.example.code, self.group.example.column


IssueFilter = issue_blocks.IssueFilter


def has_issues(job: int) -> bool:
    """Tell whether anything was found in the job's file."""
    return IssueBlock.objects.filter(job_id=job).exists()


def problems(job: int) -> list[Problem]:
    """Return what is to be fixed, errors first."""
    groups = issue_groups(job)
    rows = [group.example.row for group in groups if group.example.row is not None]
    refused = set(
        RejectedRow.objects.filter(job_id=job, row_number__in=rows).values_list(
            "row_number", flat=True
        )
    )
    return [Problem(group, _effect(group.example, refused)) for group in groups]


def find_issues(job: int, asked: IssueFilter, *, page: int, size: int = 50) -> Page[Issue]:
    """Return one page of the job's issues in the order of the file; the last one beyond its end."""
    total = issue_blocks.count(job, asked)
    number = max(1, min(page, -(-total // size)))
    found = issue_blocks.in_order(job, asked, limit=size, offset=(number - 1) * size)
    return Page([issue for _, issue in found], number, size, total)


def _effect(issue: Issue, refused: set[int]) -> Effect:
    if issue.row is None:
        return Effect.COLUMN_SKIPPED
    if issue.severity is Severity.WARNING:
        return Effect.KEPT
    # What is wrong with a row as a whole has no column, and without an identifier there is no row;
    # a failed import keeps no rejected rows.
    is_row = issue.row in refused or issue.column is None or issue.field in IDENTIFIERS
    return Effect.ROW_REFUSED if is_row else Effect.VALUE_REFUSED


def issues_of(number: int, *, limit: int | None) -> list[Issue]:
    """Return the job's issues in the order of the file, those of the whole file first."""
    return [issue for _, issue in issue_blocks.in_order(number, IssueFilter(), limit=limit)]


def issues_after(
    number: int, asked: IssueFilter, *, place: tuple[int, int] | None, limit: int
) -> list[tuple[tuple[int, int], Issue]]:
    """Return the job's next issues after `place` in the order of `issues_of`, with their places.

    A place is the row (0 of the whole file) and the issue's number; None is before the first one.
    """
    return issue_blocks.in_order(number, asked, after=place, limit=limit)


def every_issue(number: int) -> Iterator[Issue]:
    """Return all of the job's issues in that order, however many, without holding them."""
    return issue_blocks.every(number, IssueFilter())


def issue_groups(number: int) -> list[IssueGroup]:
    """Return the groups of a job's issues, errors first, then the most frequent."""
    return issue_blocks.groups(number)


def last_examples(feed: int) -> dict[str, tuple[str, ...]]:
    """Return, by header, a few values of each column of the newest file that was not known."""
    job = Job.imports.of_feed(feed).with_header().newest()
    return {} if job is None else examples_of(job.pk)


def examples_of(job: int) -> dict[str, tuple[str, ...]]:
    """Return the same of one import's file."""
    found = issue_blocks.in_order(job, IssueFilter(code="UNKNOWN_COLUMN"), limit=MOST_COLUMNS)
    return examples_in(issue for _, issue in found)


def rejected_rows(number: int) -> Iterator[tuple[int, list[str]]]:
    """Return the job's rejected rows as the file wrote them, in its order."""
    for row in RejectedRow.objects.filter(job_id=number).order_by("row_number").iterator():
        yield row.row_number, row.cells


def has_rejected_rows(job: JobView) -> bool:
    """Tell whether rows of the job were rejected, also where they are deleted by now."""
    is_stored = RejectedRow.objects.filter(job_id=job.number).exists
    return bool(job.report.counts.rejected) or is_stored()


def row_errors(number: int) -> dict[int, list[str]]:
    """Return the sentences of the job's errors by row number."""
    found: dict[int, list[str]] = {}
    for issue in issue_blocks.every(number, IssueFilter(severity=Severity.ERROR)):
        if issue.row is not None:
            where = f"{issue.column}: " if issue.column else ""
            found.setdefault(issue.row, []).append(where + issue.message)
    return found
