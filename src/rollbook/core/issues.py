"""Issues: what is wrong with a file, a row or a cell; and the findings of one run, counted."""

import heapq
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import chain
from typing import BinaryIO, Final, Protocol

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


SPOOLED_AT_ONCE: Final = 1_000
"""Issues that are put aside and read again together: what they say is written once."""


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
        self.by_code.update(issue.code for issue in kept)
        errors = sum(issue.severity is Severity.ERROR for issue in kept)
        self.errors += errors
        self.warnings += len(kept) - errors
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
        self._parts: Spool[list[Issue]] = Spool(file)
        self._examples: dict[tuple[str, str | None], Issue] = {}
        self._counts: Counter[tuple[str, str | None]] = Counter()

    def add(self, issues: Iterable[Issue]) -> None:
        kept = list(issues)
        for start in range(0, len(kept), SPOOLED_AT_ONCE):
            self._parts.extend([kept[start : start + SPOOLED_AT_ONCE]])
        for issue in kept:
            self._examples.setdefault((issue.code, issue.column), issue)
        self._counts.update((issue.code, issue.column) for issue in kept)

    def first(self, limit: int | None) -> list[Issue]:
        """Return the first `limit` issues (None: all) in the order of the file."""
        issues = chain.from_iterable(self._parts)
        if limit is None:
            return sorted(issues, key=_place)
        return heapq.nsmallest(limit, issues, key=_place)

    def groups(self) -> list[IssueGroup]:
        """Return one group per code and column, errors first, then the most frequent."""
        groups = [IssueGroup(each, self._counts[cause]) for cause, each in self._examples.items()]
        return sorted(groups, key=lambda group: (group.example.severity, -group.count))


def _place(issue: Issue) -> int:
    return issue.row or 0
