"""What a reader learns of a sheet's rows beside their cells, and the notes that come of it."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

MOST_AREAS: Final = 100_000
"""Merged areas that are kept; a sheet with more has them somewhere among the first, too."""

_LONG: Final = "L"


@dataclass(slots=True)
class Remarks:
    """Filled by one pass over a sheet. Rows and columns count from 1 and 0."""

    hidden: "array[int]" = field(default_factory=lambda: array(_LONG))
    """Rows with cells that the program does not show: filtered out, or hidden by hand."""

    hides_numbers: bool = False
    """A format shows nothing where the cell holds a number, such as a zero."""

    _areas: "array[int]" = field(default_factory=lambda: array(_LONG))

    def add_area(self, first: int, last: int, column: int) -> None:
        """Remember cells that are merged from row `first` down to `last`."""
        if last > first and len(self._areas) < 3 * MOST_AREAS:
            self._areas.extend((first, last, column))

    def notes(self, *, below: int, header: Sequence[str]) -> tuple[str, ...]:
        """Return what a person may want to know of the rows below the header."""
        found = [
            _hidden(sum(row > below for row in self.hidden)),
            _merged(self._count_areas(below, len(header))),
            _HIDES_NUMBERS if self.hides_numbers else "",
        ]
        return tuple(note for note in found if note)

    def _count_areas(self, below: int, width: int) -> int:
        lasts, columns = self._areas[1::3], self._areas[2::3]
        pairs = zip(lasts, columns, strict=True)
        return sum(last > below + 1 and column < width for last, column in pairs)


_HIDES_NUMBERS: Final = (
    "Some cells hold a number that their format does not show, such as a zero; the number was read."
)


def _hidden(rows: int) -> str:
    if not rows:
        return ""
    many = "row is" if rows == 1 else "rows are"
    return (
        f"{rows:,} {many} hidden in the sheet, by a filter or by hand, and read like the others. "
        "Take them out of the export if they are not meant."
    )


def _merged(areas: int) -> str:
    if not areas:
        return ""
    many = "place" if areas == 1 else "places"
    return (
        f"Cells are merged over several rows in {areas:,} {many}: only the first of these rows has "
        "the value, the others are read as empty there."
    )
