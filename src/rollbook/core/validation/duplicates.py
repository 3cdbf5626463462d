"""The same student twice in a file, where no database is asked (`rollbook check`)."""

import hashlib
from collections.abc import Sequence
from itertools import pairwise

from rollbook.core.catalogue.field import Field
from rollbook.core.issues import Findings, Issue, Severity
from rollbook.core.validation.validator import Judged

NAMED_ROWS = 5


class DuplicateFinder:
    """Remembers, of every staged row, its student and a digest of its values."""

    def __init__(self, fields: Sequence[Field], findings: Findings) -> None:
        names = [field.name for field in fields]
        # By Student ID; a file without one is compared by SSID.
        self._column = 1 + names.index("student_id" if "student_id" in names else "ssid")
        self._findings = findings
        self._rows: dict[bytes, list[tuple[int, bytes]]] = {}

    def add(self, judged: Judged) -> None:
        for line in judged.copy_text.split("\n")[:-1]:
            row, values = line.split("\t", 1)
            student = line.split("\t", self._column + 1)[self._column]
            if student != "\\N":
                self._rows.setdefault(_digest(student), []).append((int(row), _digest(values)))

    def finish(self) -> tuple[int, int]:
        """Add the issues; return how many rows are duplicates, and how many clash."""
        duplicates = clashing = 0
        for rows in self._rows.values():
            if len(rows) == 1:
                continue
            if all(first[1] == second[1] for first, second in pairwise(rows)):
                duplicates += len(rows) - 1
                self._findings.add(_repeats(row, rows[0][0]) for row, _ in rows[1:])
            else:
                clashing += len(rows)
                numbers = [row for row, _ in rows]
                self._findings.add(_clashes(row, numbers) for row in numbers)
        return duplicates, clashing


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8"), digest_size=12).digest()


def _repeats(row: int, first: int) -> Issue:
    return Issue(
        "DUPLICATE_ROW",
        Severity.WARNING,
        f"The row repeats row {first} value for value and is not counted again. Nothing is lost.",
        row=row,
        field="student_id",
    )


def _clashes(row: int, rows: list[int]) -> Issue:
    others = [str(other) for other in rows if other != row][:NAMED_ROWS]
    return Issue(
        "DUPLICATE_STUDENT",
        Severity.ERROR,
        f"The same student stands in row {', '.join(others)} with other values, so none of these "
        "rows can be imported. Leave only the right one.",
        row=row,
        field="student_id",
    )
