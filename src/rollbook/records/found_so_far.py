"""What a running import has found so far, as it is kept beside its progress: no value of a cell."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Final, TypeVar

from rollbook.core import cells
from rollbook.core.events import RowsCounted, StudentsCounted
from rollbook.core.issues import CauseSoFar, Issue, IssueGroup, Severity

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
        """Return what `as_object` gave; what an earlier version did not write is not known."""
        rows, students = found.get("rows"), found.get("students")
        return cls(
            _known(RowsCounted, rows),
            _known(StudentsCounted, students),
            found.get("problems", 0),
            tuple(map(_group, found.get("causes", ()))),
            found.get("furthest", 0.0),
        )


def _known(kind: type[Counts], said: Any) -> Counts | None:
    """Return the counts; None where another version wrote others, as in an upgrade."""
    names = {each.name for each in fields(kind)}
    try:
        return kind(**{name: said[name] for name in names}) if said else None
    except (KeyError, TypeError):
        return None


def most_telling(causes: Iterable[CauseSoFar]) -> tuple[IssueGroup, ...]:
    """Return the causes that are shown, each with its first issue, of which the value is left."""
    ordered = sorted(causes, key=lambda cause: (cause.severity, -cause.count))
    return tuple(
        IssueGroup(
            Issue(
                cause.code,
                cause.severity,
                _kept(cause.message) or "",
                row=cause.row,
                column=_kept(cause.column),
                field=cause.field,
            ),
            cause.count,
        )
        for cause in ordered[:MOST_CAUSES]
    )


def _cause_object(group: IssueGroup) -> dict[str, Any]:
    issue = group.example
    where = {"row": issue.row, "column": issue.column, "field": issue.field}
    said = {"code": issue.code, "severity": issue.severity.value, "message": issue.message}
    return {**said, **where, "count": group.count}


def _group(cause: Mapping[str, Any]) -> IssueGroup:
    said = {name: cause[name] for name in ("code", "message", "row", "column", "field")}
    severity = Severity(cause["severity"])
    return IssueGroup(Issue(**said, severity=severity), cause["count"])


def _kept(text: str | None) -> str | None:
    """Return text of a file as PostgreSQL can keep it."""
    if text is None:
        return None
    return cells.shown(text)[:LONGEST].encode(errors="replace").decode()
