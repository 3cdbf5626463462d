"""Issues: what is wrong with a file, a row or a cell; and the findings of one run, counted."""

import heapq
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import BinaryIO, Protocol

from rollbook.core.errors import RollbookError
from rollbook.core.temp_queue import Spool


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing that is wrong. `row` is None where it is about the whole file.

    `value` and `student_id` are a student's data: they go to the issues table and to
    administrators, never to a log. `message` must not repeat them.
    """

    code: str
    severity: Severity
    message: str
    row: int | None = None
    student_id: str | None = None
    column: str | None = None
    """The header as the file writes it."""
    field: str | None = None
    """The catalogue's name of the field (a database column)."""
    value: str | None = None


LONGEST_DETAIL = 4_000


def private_detail(error: RollbookError) -> list[Issue]:
    """Return the issue about the whole file that keeps what only administrators may read.

    [] where the error has no such part.
    """
    if not error.private:
        return []
    code, detail = error.reason.upper(), error.private
    if len(detail) > LONGEST_DETAIL:
        detail = f"{detail[:LONGEST_DETAIL]}…"
    message = " ".join(part for part in (error.message.what, error.message.advice) if part)
    return [Issue(code, Severity.ERROR, message, value=detail)]


class IssueSink(Protocol):
    """Where issues are kept: the database's table, or a list in memory for `check`."""

    def add(self, issues: Iterable[Issue]) -> None: ...


@dataclass(slots=True)
class Findings:
    """Everything one run found. Counts are exact; the issues themselves go to the sink."""

    sink: IssueSink
    notes: list[str] = field(default_factory=list)
    """What is worth knowing about the file and is no issue (preamble, footer, percent scale)."""
    errors: int = 0
    warnings: int = 0
    by_code: Counter[str] = field(default_factory=Counter)

    def add(self, issues: Iterable[Issue]) -> None:
        kept = list(issues)
        for issue in kept:
            self.by_code[issue.code] += 1
            if issue.severity is Severity.ERROR:
                self.errors += 1
            else:
                self.warnings += 1
        if kept:
            self.sink.add(kept)

    def note(self, sentence: str) -> None:
        self.notes.append(sentence)


@dataclass(frozen=True, slots=True)
class IssueGroup:
    """The issues of one code in one column: how many, and the first of the file as the example."""

    example: Issue
    count: int


class SpooledIssues:
    """An IssueSink for runs without a database: issues wait in an anonymous file, in any number."""

    def __init__(self, file: BinaryIO) -> None:
        self._issues: Spool[Issue] = Spool(file)
        self._groups: dict[tuple[str, str | None], IssueGroup] = {}

    def add(self, issues: Iterable[Issue]) -> None:
        kept = list(issues)
        self._issues.extend(kept)
        for issue in kept:
            group = self._groups.get((issue.code, issue.column), IssueGroup(issue, 0))
            self._groups[issue.code, issue.column] = replace(group, count=group.count + 1)

    def first(self, limit: int | None) -> list[Issue]:
        """Return the first `limit` issues (None: all) in the order of the file."""
        if limit is None:
            return sorted(self._issues, key=_place)
        return heapq.nsmallest(limit, self._issues, key=_place)

    def groups(self) -> list[IssueGroup]:
        """Return one group per code and column, errors first, then the most frequent."""
        return sorted(
            self._groups.values(), key=lambda group: (group.example.severity, -group.count)
        )


def _place(issue: Issue) -> int:
    return issue.row or 0
