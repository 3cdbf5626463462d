"""What a running import has found so far, as it is kept beside its progress: no value of a cell."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from typing import Any, Final, TypeVar

from rollbook.core import cells
from rollbook.core.events import RowsCounted, StudentsCounted
from rollbook.core.issues import Issue, IssueGroup, Severity

MOST_CAUSES: Final = 8
"""Causes that are shown while an import runs: errors first, then the most frequent."""

LONGEST: Final = 300
"""Characters that are kept of a header and of a sentence."""


Counts = TypeVar("Counts", RowsCounted, StudentsCounted)


@dataclass(frozen=True, slots=True)
class FoundSoFar:
    """Rows and students by what becomes of them (None: not known yet), problems and their causes.

    `furthest` is the largest part of the running step that was ever done, from 0 to 1.
    """

    rows: RowsCounted | None = None
    students: StudentsCounted | None = None
    problems: int = 0
    causes: tuple[IssueGroup, ...] = ()
    furthest: float = 0.0

    def as_object(self) -> dict[str, Any]:
        """Return what JSON can say, and PostgreSQL can keep."""
        return {
            "rows": asdict(self.rows) if self.rows else None,
            "students": asdict(self.students) if self.students else None,
            "problems": self.problems,
            "causes": [_cause_object(group) for group in self.causes],
            "furthest": self.furthest,
        }

    @classmethod
    def from_object(cls, found: Mapping[str, Any]) -> "FoundSoFar":
        """Return what `as_object` gave; what another version wrote otherwise is not known."""
        rows, students = found.get("rows"), found.get("students")
        return cls(
            _known(RowsCounted, rows),
            _known(StudentsCounted, students),
            int(_number(found.get("problems"))),
            tuple(_groups(found.get("causes"))),
            float(_number(found.get("furthest"))),
        )


def _known(kind: type[Counts], said: Any) -> Counts | None:
    """Return the counts; None where another version wrote others, as in an upgrade. Those that it
    did not write yet are 0."""
    if not isinstance(said, Mapping):
        return None
    known = {each.name: said[each.name] for each in fields(kind) if each.name in said}
    return kind(**known) if known else None


def most_telling(groups: Sequence[IssueGroup]) -> tuple[IssueGroup, ...]:
    """Return the first causes, each with its first issue, of which value and student are left out.

    `groups`: as IssueGroups gives them.
    """
    return tuple(_without_values(group) for group in groups[:MOST_CAUSES])


def _without_values(group: IssueGroup) -> IssueGroup:
    issue = group.example
    said, column = _kept(issue.message) or "", _kept(issue.column)
    kept = Issue(issue.code, issue.severity, said, row=issue.row, column=column, field=issue.field)
    return IssueGroup(kept, group.count)


def _cause_object(group: IssueGroup) -> dict[str, Any]:
    issue = group.example
    where = {"row": issue.row, "column": issue.column, "field": issue.field}
    said = {"code": issue.code, "severity": issue.severity.value, "message": issue.message}
    return {**said, **where, "count": group.count}


def _groups(causes: Any) -> Iterator[IssueGroup]:
    """Yield the causes; one that another version wrote otherwise is not known."""
    for cause in causes if isinstance(causes, list) else ():
        with suppress(KeyError, TypeError, ValueError):
            yield _group(cause)


def _group(cause: Mapping[str, Any]) -> IssueGroup:
    code, message, column, field = (cause[name] for name in ("code", "message", "column", "field"))
    are_texts = isinstance(code, str) and isinstance(message, str)
    if not are_texts or not {type(column), type(field)} <= {str, type(None)}:
        raise TypeError
    row = None if cause["row"] is None else int(cause["row"])
    issue = Issue(code, Severity(cause["severity"]), message, row, None, column, field)
    return IssueGroup(issue, int(cause["count"]))


def _number(said: Any) -> float:
    """Return a number; 0 where another version wrote something else."""
    return said if isinstance(said, int | float) else 0


def _kept(text: str | None) -> str | None:
    """Return text of a file as PostgreSQL can keep it."""
    if text is None:
        return None
    return cells.shown(text)[:LONGEST].encode(errors="replace").decode()
