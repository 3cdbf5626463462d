"""Issues: what is wrong with a file, a row or a cell; and the findings of one run, counted."""

import heapq
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import chain
from operator import attrgetter
from typing import BinaryIO, Final, NamedTuple, Protocol

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


class IssueKind(NamedTuple):
    """What an issue says, without where: see Issue. A file may have many issues of one kind."""

    code: str
    severity: Severity
    message: str
    column: str | None
    field: str | None
    value: str | None


_KIND_OF: Final = attrgetter(*IssueKind._fields)


@dataclass(frozen=True, slots=True)
class IssueBatch:
    """Issues in columns, so that many of one kind need no object each: the i-th says
    `kinds[numbers[i]]` of row `rows[i]`, whose Student ID is `student_ids[i]`."""

    kinds: Sequence[IssueKind]
    numbers: Sequence[int]
    rows: Sequence[int | None]
    student_ids: Sequence[str | None]

    @classmethod
    def of(cls, issues: Iterable[Issue]) -> "IssueBatch":
        """Return `issues` in columns; what several say is there once."""
        kept = list(issues)
        said: dict[IssueKind, int] = {}
        numbers = [said.setdefault(IssueKind(*_KIND_OF(issue)), len(said)) for issue in kept]
        rows, student_ids = [each.row for each in kept], [each.student_id for each in kept]
        return cls(list(said), numbers, rows, student_ids)

    def __len__(self) -> int:
        return len(self.numbers)

    def __iter__(self) -> Iterator[Issue]:
        for number, row, student_id in zip(self.numbers, self.rows, self.student_ids, strict=True):
            code, severity, message, *where = self.kinds[number]
            yield Issue(code, severity, message, row, student_id, *where)

    def part(self, start: int, stop: int) -> "IssueBatch":
        """Return the issues from `start` to before `stop`, with the kinds of these alone."""
        numbers = self.numbers[start:stop]
        new = {number: at for at, number in enumerate(dict.fromkeys(numbers))}
        return IssueBatch(
            [self.kinds[number] for number in new],
            [new[number] for number in numbers],
            self.rows[start:stop],
            self.student_ids[start:stop],
        )

    def parts(self, size: int) -> Iterator["IssueBatch"]:
        """Yield them in parts of at most `size` issues."""
        for start in range(0, len(self), size):
            yield self.part(start, start + size)

    def with_more(self, issues: Iterable[Issue]) -> "IssueBatch":
        """Return `issues` and these in the order of the file; of one row, `issues` come first."""
        more = IssueBatch.of(issues)
        if not more:
            return self
        first = len(more.kinds)
        rows = [*more.rows, *self.rows]
        numbers = [*more.numbers, *(first + number for number in self.numbers)]
        student_ids = [*more.student_ids, *self.student_ids]
        order = sorted(range(len(rows)), key=lambda at: rows[at] or 0)
        return IssueBatch(
            [*more.kinds, *self.kinds],
            [numbers[at] for at in order],
            [rows[at] for at in order],
            [student_ids[at] for at in order],
        )


LONGEST_DETAIL = 4_000


def private_detail(error: RollbookError) -> list[Issue]:
    """Return the issue about the whole file that keeps what only administrators may read.

    [] where the error has no such part.
    """
    if not error.private:
        return []
    code, detail = error.reason.upper(), shortened(error.private)
    message = " ".join(part for part in (error.message.what, error.message.advice) if part)
    return [Issue(code, Severity.ERROR, message, value=detail)]


def shortened(detail: str) -> str:
    """Return what is kept of a detail: a file may have any number of headers, of any length."""
    return detail if len(detail) <= LONGEST_DETAIL else f"{detail[:LONGEST_DETAIL]}…"


SPOOLED_AT_ONCE: Final = 1_000
"""Issues that are put aside and read again together: what they say is written once."""


class IssueSink(Protocol):
    """Where issues are kept: the database's table, or a file in memory for `check`."""

    def add(self, issues: IssueBatch) -> None: ...


MOST_CAUSES: Final = 200
"""Codes and columns that a run tells apart while it goes on; a file may have any number."""

MOST_APART: Final = 5
"""Sentences of one code in one column that are told apart."""


@dataclass(frozen=True, slots=True)
class IssueGroup:
    """The issues of one code in one column: how many, and the first of the file as the example.

    Up to MOST_APART different sentences of them are groups of their own; of more, such as those
    that name a row, the first speaks for all.
    """

    example: Issue
    count: int


_Groups = dict[str, IssueGroup]
"""Sentence -> its issues."""


@dataclass(slots=True)
class IssueGroups:
    """The groups of issues as a run finds them; another thread may read them meanwhile.

    `most`: of so many codes and columns at most, those that came first; an error's takes the place
    of a warning's.
    """

    most: int | None = None
    _found: dict[tuple[Severity, str, str | None], _Groups] = field(default_factory=dict)

    def add(self, issues: IssueBatch, times: Mapping[int, int]) -> None:
        """Count issues. `times`: how often each kind of the batch is in it."""
        for number, count in times.items():
            kind = issues.kinds[number]
            key = kind.severity, kind.code, kind.column
            if key not in self._found and not self._has_room(kind.severity):
                continue
            groups = self._found.setdefault(key, {})
            sentence = kind.message
            if sentence not in groups and len(groups) > MOST_APART:
                sentence = next(iter(groups))
            known = groups.get(sentence)
            if known is None:
                first = issues.numbers.index(number)
                [example] = issues.part(first, first + 1)
                groups[sentence] = IssueGroup(example, count)
            else:
                groups[sentence] = replace(known, count=known.count + count)

    def _has_room(self, severity: Severity) -> bool:
        if self.most is None or len(self._found) < self.most:
            return True
        if severity is not Severity.ERROR:
            return False
        warning = next((key for key in self._found if key[0] is not severity), None)
        return warning is not None and self._found.pop(warning) is not None

    def in_order(self) -> list[IssueGroup]:
        """Return the groups, errors first, then the most frequent."""
        groups = [group for known in list(self._found.values()) for group in _told_apart(known)]
        return sorted(groups, key=lambda group: (group.example.severity, -group.count))


def _told_apart(known: _Groups) -> list[IssueGroup]:
    groups = list(known.values())
    if len(groups) <= MOST_APART:
        return groups
    return [replace(groups[0], count=sum(group.count for group in groups))]


@dataclass(slots=True)
class Findings:
    """Everything one run found. Counts are exact; the issues themselves go to the sink."""

    sink: IssueSink
    notes: list[str] = field(default_factory=list)
    """What is worth knowing about the file and is no issue (preamble, footer, percent scale)."""
    errors: int = 0
    warnings: int = 0
    by_code: Counter[str] = field(default_factory=Counter)
    groups: IssueGroups = field(default_factory=lambda: IssueGroups(MOST_CAUSES))

    def add(self, issues: Iterable[Issue]) -> None:
        found = issues if isinstance(issues, IssueBatch) else IssueBatch.of(issues)
        times = Counter(found.numbers)
        self.groups.add(found, times)
        for number, count in times.items():
            kind = found.kinds[number]
            self.by_code[kind.code] += count
            if kind.severity is Severity.ERROR:
                self.errors += count
            else:
                self.warnings += count
        if found:
            self.sink.add(found)

    def note(self, sentence: str) -> None:
        self.notes.append(sentence)


class SpooledIssues:
    """An IssueSink for runs without a database: issues wait in an anonymous file, in any number."""

    def __init__(self, file: BinaryIO) -> None:
        self._parts: Spool[IssueBatch] = Spool(file)
        self._groups = IssueGroups()

    def add(self, issues: IssueBatch) -> None:
        self._parts.extend(issues.parts(SPOOLED_AT_ONCE))
        self._groups.add(issues, Counter(issues.numbers))

    def first(self, limit: int | None) -> list[Issue]:
        """Return the first `limit` issues (None: all) in the order of the file."""
        issues = chain.from_iterable(self._parts)
        if limit is None:
            return sorted(issues, key=_place)
        return heapq.nsmallest(limit, issues, key=_place)

    def groups(self) -> list[IssueGroup]:
        """Return the groups, errors first, then the most frequent."""
        return self._groups.in_order()


def _place(issue: Issue) -> int:
    return issue.row or 0
