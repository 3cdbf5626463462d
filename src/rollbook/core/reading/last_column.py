"""What the values of a text file's last column look like, to know one that was cut at the end.

A file may end within its last cell: `Peninsula` of `Peninsula High`, `94.` of `94.50`, `2026-11-`.
The other rows show it, where their values are few, or all written alike.
"""

import re
from collections import Counter
from collections.abc import Iterable
from typing import Final

from rollbook.core.catalogue.verdict import OUTER_BLANKS

MOST_VALUES: Final = 20_000
"""Different values that are kept; what more there are is not counted."""

OFTEN: Final = 3
"""So often a value must occur that a beginning of it is taken for cut."""

PER_VALUE: Final = 3
PER_NUMBER: Final = 5
"""So many rows must have each value on average where a column has few values, or few numbers: a
number that occurs only once is nothing special otherwise."""

FEWEST: Final = 5
MANY: Final = 20
"""Values that must agree: on how they are written, and where that may be chance."""

LONG_NUMBER: Final = 5
SHORT_NUMBER: Final = 3
"""Digits of numbers that are all equally long: identifiers, and scores of three digits."""

_DIGITS: Final = re.compile(r"\d+", re.ASCII)
_DECIMAL: Final = re.compile(r"-?\d+\.(\d+)", re.ASCII)
_BEGUN_DECIMAL: Final = re.compile(r"-?\d*(?:\.(\d*))?", re.ASCII)


class LastColumn:
    """The values of one column, but the last row's."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def add(self, cells: Iterable[str]) -> None:
        """Take in values."""
        if len(self._counts) < MOST_VALUES:
            self._counts.update(cell.strip(OUTER_BLANKS) for cell in cells)

    def is_cut(self, cell: str) -> bool:
        """Tell whether `cell`, after which the file ends, is but the beginning of a value."""
        text, values = cell.strip(OUTER_BLANKS), [value for value in self._counts if value]
        rows = sum(self._counts[value] for value in values)
        if text in self._counts or rows < FEWEST:
            return False
        if not text:
            return rows >= MANY or self._has_few(values, rows, FEWEST)
        if self._has_few(values, rows, PER_NUMBER if text.isdigit() else PER_VALUE) and any(
            value.startswith(text) and self._counts[value] >= OFTEN for value in values
        ):
            return True
        return (
            _lacks_digits(text, values, rows)
            or _lacks_decimals(text, values, rows)
            or _lacks_a_part(text, values)
        )

    def _has_few(self, values: list[str], rows: int, per_value: int) -> bool:
        return len(values) * per_value <= rows


def _lacks_digits(text: str, values: list[str], rows: int) -> bool:
    """Tell whether a number is shorter than all others, which are equally long."""
    lengths = {len(value) for value in values if value.isdigit()}
    if not text.isdigit() or len(lengths) != 1 or not all(map(str.isdigit, values)):
        return False
    length = lengths.pop()
    if len(text) >= length:
        return False
    is_beginning = any(value.startswith(text) for value in values)
    return length >= LONG_NUMBER or (length >= SHORT_NUMBER and is_beginning and rows >= MANY)


def _lacks_decimals(text: str, values: list[str], rows: int) -> bool:
    """Tell whether a number has fewer decimals than all others, which have equally many.

    Where zeros at the end are left out, two decimals less are hardly chance, and one is not where
    many values have the same number of them.
    """
    signs = {value[-1] == "%" for value in values}
    found = [_DECIMAL.fullmatch(value.removesuffix("%").rstrip()) for value in values]
    decimals = {len(each[1]) if each else 0 for each in found}
    begun = _BEGUN_DECIMAL.fullmatch(text.removesuffix("%").rstrip())
    if begun is None or len(signs) != 1 or len(decimals) != 1 or 0 in decimals:
        return False
    fewer = decimals.pop() - len(begun[1] or "")
    if fewer <= 0:
        return fewer == 0 and signs == {True} and not text.endswith("%")
    if text.endswith("%"):
        return False
    is_padded = any(each is not None and each[1].endswith("0") for each in found)
    return text.endswith((".", "-")) or is_padded or fewer > 1 or rows >= MANY


def _lacks_a_part(text: str, values: list[str]) -> bool:
    """Tell whether a date, or what else has several numbers, ends before all others do."""
    forms = {_DIGITS.sub("9", value) for value in values}
    if len(forms) != 1 or (form := forms.pop()).count("9") < 3 or not form.endswith("9"):
        return False
    begun = _DIGITS.sub("9", text)
    if begun != form:
        return form.startswith(begun)
    lengths = {len(_DIGITS.findall(value)[-1]) for value in values}
    return len(lengths) == 1 and len(_DIGITS.findall(text)[-1]) < lengths.pop()
