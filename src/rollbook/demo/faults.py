"""Faults that real files have, put into a synthetic one, each listed with what must be found.

The list is complete: what is not in it must not be found. It holds for an import into an empty
database, and for a later night's file after the clean file of the night before.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from rollbook.core.catalogue.students import Catalogue


@dataclass(frozen=True, slots=True)
class Fault:
    """`row`: as a spreadsheet program shows it, None for the whole file; `code`: of the issue."""

    row: int | None
    code: str
    column: str | None
    """The header of the cell; None where the issue is about the whole row."""


class Row(list[str]):
    """A row's cells. `is_raw`: written as they are, without quoting (in text files only)."""

    is_raw = False


class RawRow(Row):
    """A row that no careful writer would produce."""

    is_raw = True


Place = Callable[[str], int]
"""Finds the column of a field by its name."""
Spoil = Callable[[Row, Place], list[Row]]
"""Takes a clean row and returns the row or rows that take its place."""


@dataclass(frozen=True, slots=True)
class FaultKind:
    """One way in which files are wrong, or only look so.

    `codes`: for each row that `spoil` returns the issues that it must raise, with blanks between
    them; '' is clean. `field`: whose cell it is; None where the issues concern the whole row.
    """

    field: str | None
    codes: tuple[str, ...]
    spoil: Spoil


def cell(field: str, text: str, codes: str = "") -> FaultKind:
    """Return the kind that writes `text` into the cell of `field`."""

    def spoil(row: Row, place: Place) -> list[Row]:
        return [replaced(row, place(field), text)]

    return FaultKind(field, (codes,), spoil)


def rewritten(field: str, rewrite: Callable[[str], str], codes: str = "") -> FaultKind:
    """Return the kind that writes the cell of `field` in another way."""

    def spoil(row: Row, place: Place) -> list[Row]:
        return [replaced(row, place(field), rewrite(row[place(field)]))]

    return FaultKind(field, (codes,), spoil)


def replaced(row: Row, column: int, text: str) -> Row:
    """Return `row` with another text in one cell."""
    return Row([*row[:column], text, *row[column + 1 :]])


def damage(
    catalogue: Catalogue,
    rows: Iterable[Row],
    kinds: Sequence[FaultKind],
    *,
    listed: list[Fault],
    count: int,
    first_row: int = 2,
) -> Iterator[Row]:
    """Yield the rows with the faults spread evenly among them, each added to `listed`.

    No two faults meet: a file with less than twice as many students as kinds has only the first.
    """
    place = [field.name for field in catalogue.fields].index
    every = max(count // (len(kinds) + 1), 2)
    number = first_row
    waiting = iter(kinds)
    for index, row in enumerate(rows, 1):
        kind = next(waiting, None) if index % every == 0 else None
        spoiled = [row] if kind is None else kind.spoil(row, place)
        if kind is not None:
            listed += _faults(catalogue, kind, number)
        number += len(spoiled)
        yield from spoiled


def _faults(catalogue: Catalogue, kind: FaultKind, row: int) -> Iterator[Fault]:
    # A row's own issues (a student twice, a damaged record) name no column.
    for offset, codes in enumerate(kind.codes):
        for code in codes.split():
            named = kind.field if code not in WHOLE_ROW else None
            yield Fault(row + offset, code, catalogue.by_name[named].header if named else None)


WHOLE_ROW = frozenset({
    "DUPLICATE_ROW", "DUPLICATE_STUDENT", "ID_CONFLICT", "ID_REPAIRED", "ID_ZEROS_LOST",
    "MATCHED_BY_SSID", "ROW_BROKEN", "ROW_QUOTE_OPEN", "ROW_TOO_LONG", "ROW_TOO_SHORT",
    "SSID_CHANGED", "SSID_SHARED", "STRAY_QUOTE", "FILE_TRUNCATED",
})  # fmt: skip
"""Codes whose issues concern a row, not a cell."""
