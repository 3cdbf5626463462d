"""What the page of a running import shows of its rows, its students and its first problems."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from rollbook.core.events import RowsCounted
from rollbook.records.found_so_far import FoundSoFar
from rollbook.records.queries.for_viewers import problems_for_viewers
from rollbook.records.queries.issues import Effect, Problem
from rollbook.records.queries.progress import JobProgress
from rollbook.web.pages.imports.result import Tile

TOO_EARLY: Final = 0.05
"""With less than this part of the file read, no number of rows is estimated."""

SAID: Final = 2
"""Digits of an estimate."""


def so_far(progress: JobProgress | None, *, headers: Mapping[str, str]) -> dict[str, Any]:
    """Return what the template shows. `headers`: the catalogue's, by field.

    The file's own are shown with the result, which is put on record.
    """
    found = progress.found if progress else FoundSoFar()
    causes: Sequence[Problem] = [
        Problem(group, Effect.COLUMN_SKIPPED if group.example.row is None else Effect.KEPT)
        for group in found.causes
    ]
    causes, _ = problems_for_viewers(causes, None, headers=headers)
    return {
        "counts_so_far": counts(found, progress),
        "problems_so_far": found.problems,
        "causes_so_far": [each.group for each in causes],
        "other_problems": found.problems - sum(each.group.count for each in causes),
    }


def counts(found: FoundSoFar, progress: JobProgress | None) -> Sequence[Tile]:
    """Return rows by what becomes of them, then students; nothing before the first row."""
    rows, students = found.rows, found.students
    if rows is None:
        return ()
    tiles = [
        Tile("Rows", rows.read, _of_how_many(rows, progress)),
        Tile("Good", rows.good, "no problems"),
        Tile(
            "With problems",
            rows.with_warnings,
            "imported, but look at them",
            tone="warn" if rows.with_warnings else "",
        ),
        Tile("Rejected", rows.rejected, "not imported", tone="bad" if rows.rejected else ""),
    ]
    if students is not None:
        tiles += [
            Tile("New", students.inserted, "students"),
            Tile("Updated", students.updated, "students"),
            Tile("Unchanged", students.unchanged, "students"),
        ]
    return tiles


def estimated(rows: int, part: float) -> int | None:
    """Return about how many rows there are, by the part of the file that is read; None where it is
    too early to say, or where all are read."""
    if not TOO_EARLY <= part < 1:
        return None
    about = round(rows / part)
    return max(rows, round(about, SAID - len(str(about))))


def _of_how_many(rows: RowsCounted, progress: JobProgress | None) -> str:
    if progress is None or progress.phase != "validating" or not progress.total:
        return "read and checked"
    about = estimated(rows.read, progress.done / progress.total)
    return f"of about {about:,}" if about else "read and checked"
