"""Whether a file begins with data in place of a header: only where its rows leave no doubt."""

import re
from collections.abc import Sequence
from typing import Final

from rollbook.core.catalogue.verdict import OUTER_BLANKS

ENOUGH: Final = 2
"""So many of the first row's cells must be values, in columns that go on with their kind."""

ENOUGH_ALONE: Final = 3
"""So many where no other row bears it out."""

_KINDS: Final = tuple(
    re.compile(pattern, re.ASCII)
    for pattern in (
        r"\d{5,}",  # an identifier; a year, a count or a column's number is shorter
        r"-?\d*\.\d+ ?%?|\d+ ?%",
        r"(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2}))(?:[ T].*)?",
    )
)
"""Texts that are values and no names of columns: identifiers, scores and shares, days."""


def begins_with_data(rows: Sequence[Sequence[str]]) -> bool:
    """Tell whether the first of a file's `rows` is one of its data.

    A header may hold days or numbers too, such as those of an attendance matrix: the rows under it
    then hold something else.
    """
    full = [row for row in rows if _is_full(row, rows)]
    if not full or full[0] is not next(filter(any, rows)):
        return False
    first, *others = [list(map(_kind, row)) for row in full]
    columns = [at for at, kind in enumerate(first) if kind is not None]
    if not others:
        return len(columns) >= ENOUGH_ALONE
    return len(columns) >= ENOUGH and all(_goes_on(first, other, columns) for other in others)


def widest_row(rows: Sequence[Sequence[str]]) -> int:
    """Return how many cells the widest of some rows has."""
    return max(map(len, rows), default=0)


def _goes_on(
    first: Sequence[int | None], other: Sequence[int | None], columns: Sequence[int]
) -> bool:
    """Tell whether most of these columns hold the same kind of value in another row."""
    same = sum(at < len(other) and other[at] == first[at] for at in columns)
    return same * 2 > len(columns)


def _is_full(row: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Tell a row of the table from a title or a footer."""
    widest = max(sum(map(bool, each)) for each in rows)
    return sum(map(bool, row)) * 2 > widest


def _kind(cell: str) -> int | None:
    text = cell.strip(OUTER_BLANKS)
    return next((at for at, kind in enumerate(_KINDS) if kind.fullmatch(text)), None)
