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
    _across: "array[int]" = field(default_factory=lambda: array(_LONG))

    def add_area(self, first: int, last: int, column: int, *, columns: int = 1) -> None:
        """Remember cells that are merged from row `first` down to `last`, `columns` wide."""
        if last > first and len(self._areas) < 3 * MOST_AREAS:
            self._areas.extend((first, last, column))
        if columns > 1 and len(self._across) < 2 * MOST_AREAS:
            self._across.extend((first, column))

    def notes(self, *, below: int, header: Sequence[str]) -> tuple[str, ...]:
        """Return what a person may want to know of the rows below the header."""
        found = [
            _hidden(sum(row > below for row in self.hidden)),
            _merged(self._count_areas(below, len(header))),
            *map(_across, self._count_across(below, len(header)), (True, False)),
            _HIDES_NUMBERS if self.hides_numbers else "",
        ]
        return tuple(note for note in found if note)

    def _count_areas(self, below: int, width: int) -> int:
        lasts, columns = self._areas[1::3], self._areas[2::3]
        pairs = zip(lasts, columns, strict=True)
        return sum(last > below + 1 and column < width for last, column in pairs)

    def _count_across(self, below: int, width: int) -> tuple[int, int]:
        """Return how many areas are wider than a column, in the header and below it."""
        places = list(zip(self._across[::2], self._across[1::2], strict=True))
        in_rows = sum(row > below and column + 1 < width for row, column in places)
        return sum(row == below for row, _ in places), in_rows


_HIDES_NUMBERS: Final = (
    "Some cells have a number that their format hides, such as a zero. The number was read."
)


def _hidden(rows: int) -> str:
    if not rows:
        return ""
    many = "row is" if rows == 1 else "rows are"
    return (
        f"{rows:,} {many} hidden in the sheet, and read like the others. Take them out of the "
        "export if you don't want them."
    )


def _merged(areas: int) -> str:
    if not areas:
        return ""
    many = "place" if areas == 1 else "places"
    return (
        f"Cells are merged over several rows in {areas:,} {many}: only the first of these rows "
        "has the value, and the others are read as blank."
    )


def _across(areas: int, in_header: bool) -> str:
    if not areas:
        return ""
    many = "place" if areas == 1 else "places"
    if in_header:
        return (
            f"The header is merged over several columns in {areas:,} {many}: only the first of "
            "these columns has a header, and the others weren't imported. Give each column its "
            "own."
        )
    return (
        f"Cells are merged over several columns in {areas:,} {many}: only the first of these "
        "columns has the value, and the others are read as blank."
    )
