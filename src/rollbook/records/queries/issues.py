"""The issues of one job for people: found by words, paged, and what follows from each."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Count, Min, Q, QuerySet
from django.db.models.functions import Coalesce

from rollbook.core.issues import Issue, IssueGroup, Severity
from rollbook.records.models import IssueRow, RejectedRow
from rollbook.records.queries.history import Page, paged
from rollbook.records.queries.jobs import JobView


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


@dataclass(frozen=True, slots=True)
class IssueFilter:
    """What a person asks of a job's issues; `text` is sought in student, value and row number."""

    code: str = ""
    column: str = ""
    severity: Severity | None = None
    text: str = ""


def has_issues(job: int) -> bool:
    """Tell whether anything was found in the job's file."""
    return IssueRow.objects.filter(job_id=job).exists()


def problems(job: int) -> list[Problem]:
    """Return what is to be fixed: one line per code and column, errors first."""
    groups = issue_groups(job)
    rows = [group.example.row for group in groups if group.example.row is not None]
    refused = set(
        RejectedRow.objects.filter(job_id=job, row_number__in=rows).values_list(
            "row_number", flat=True
        )
    )
    return [Problem(group, _effect(group.example, refused)) for group in groups]


def find_issues(job: int, asked: IssueFilter, *, page: int, size: int = 50) -> Page[Issue]:
    """Return one page of the job's issues in the order of the file, in two queries."""
    found = _filtered(job, asked).order_by("row_number", "id")
    rows, number, total = paged(found, page=page, size=size)
    return Page([issue_of(row) for row in rows], number, size, total)


def _filtered(job: int, asked: IssueFilter) -> "QuerySet[IssueRow]":
    found = IssueRow.objects.filter(job_id=job)
    if asked.code:
        found = found.filter(code=asked.code)
    if asked.column:
        found = found.filter(column_header=asked.column)
    if asked.severity is not None:
        found = found.filter(severity=asked.severity)
    return found.filter(_mentions(asked.text)) if asked.text else found


def _effect(issue: Issue, refused: set[int]) -> Effect:
    if issue.row is None:
        return Effect.COLUMN_SKIPPED
    if issue.severity is Severity.WARNING:
        return Effect.KEPT
    # What is wrong with a row as a whole has no column; a failed import keeps no rejected rows.
    is_row = issue.row in refused or issue.column is None
    return Effect.ROW_REFUSED if is_row else Effect.VALUE_REFUSED


def _mentions(text: str) -> Q:
    words = Q(student_id__icontains=text) | Q(value__icontains=text)
    is_row = text.isascii() and text.isdigit() and len(text) < 10
    return words | Q(row_number=int(text)) if is_row else words


def issues_of(number: int, *, limit: int | None) -> list[Issue]:
    """Return the job's issues in the order of the file, those of the whole file first."""
    rows = IssueRow.objects.filter(job_id=number).order_by("row_number", "id")
    first = rows.filter(row_number=None)[:limit]
    found = [issue_of(row) for row in first]
    rest = None if limit is None else limit - len(found)
    return found + [issue_of(row) for row in rows.exclude(row_number=None)[:rest]]


def issues_after(
    number: int, asked: IssueFilter, *, place: tuple[int, int] | None, limit: int
) -> list[tuple[tuple[int, int], Issue]]:
    """Return the job's next issues after `place` in the order of `issues_of`, with their places.

    A place is the row (0 of the whole file) and the issue's number; None is before the first one.
    """
    row_at = Coalesce("row_number", 0)
    found = _filtered(number, asked).annotate(at=row_at).order_by("at", "id")
    if place is not None:
        found = found.filter(Q(at__gt=place[0]) | Q(at=place[0], id__gt=place[1]))
    return [((row.row_number or 0, row.pk), issue_of(row)) for row in found[:limit]]


def every_issue(number: int) -> Iterator[Issue]:
    """Return all of the job's issues in that order, however many, without holding them."""
    rows = IssueRow.objects.filter(job_id=number).order_by("row_number", "id")
    for part in (rows.filter(row_number=None), rows.exclude(row_number=None)):
        yield from map(issue_of, part.iterator())


def issue_groups(number: int) -> list[IssueGroup]:
    """Return one group per code and column, errors first, then the most frequent."""
    groups = (
        IssueRow.objects.filter(job_id=number)
        .values("severity", "code", "column_header")
        .annotate(count=Count("id"), first=Min("id"))
        .order_by("severity", "-count", "code")
    )
    found = list(groups)
    examples = IssueRow.objects.in_bulk([group["first"] for group in found])
    return [IssueGroup(issue_of(examples[group["first"]]), group["count"]) for group in found]


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
    errors = IssueRow.objects.filter(job_id=number, severity=Severity.ERROR)
    for row in errors.exclude(row_number=None).order_by("row_number", "id").iterator():
        where = f"{row.column_header}: " if row.column_header else ""
        found.setdefault(row.row_number or 0, []).append(where + row.message)
    return found


def issue_of(row: IssueRow) -> Issue:
    """Return a row of `issues` as the core knows it."""
    return Issue(
        code=row.code,
        severity=Severity(row.severity),
        message=row.message,
        row=row.row_number,
        student_id=row.student_id,
        column=row.column_header,
        field=row.field,
        value=row.value,
    )
