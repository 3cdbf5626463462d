"""Whether a row of the right width has shifted: one delimiter lost, another one too many.

Nothing tells it but the values, which no longer fit their columns and fit those beside them.
"""

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final

from rollbook.core import cells
from rollbook.core.catalogue.field import Name
from rollbook.core.catalogue.verdict import OUTER_BLANKS, Verdict, refuse
from rollbook.core.feed_settings import FeedRules
from rollbook.core.validation.columns import Column
from rollbook.core.validation.odd_texts import (
    is_number_and_name,
    is_of_trial,
    is_word,
    is_written_as_a_name,
    number_and_name,
)
from rollbook.core.validation.values import NULL, REMARK

_NUMBER: Final = re.compile(r"\d[\d.,]*%?")
CLEAR: Final = frozenset({"NAME_WITHOUT_LETTER", "MORE_THAN_DAYS"})
"""What no cell holds unless it belongs elsewhere."""

OF_ANOTHER_KIND: Final = frozenset({"NOT_A_NUMBER", "BAD_GRADE", "NOT_YES_NO", "OUT_OF_RANGE"})
"""Refusals of a value that may belong to the column beside it."""

FARTHEST: Final = 3
"""Columns over which values are followed to the place of the delimiter."""

SHIFTED: Final = refuse(
    "ROW_SHIFTED",
    "Values of this row are in the wrong columns: a delimiter is missing or there is one too "
    "many. The row wasn't imported. Fix it in your SIS, or quote values in the export.",
)


class ShiftFinder:
    """Looks at a row some of whose cells were refused."""

    def __init__(self, columns: Sequence[Column], rules: FeedRules) -> None:
        self._columns = columns
        self._rules = rules

    def is_shifted(
        self, row: Sequence[str], texts: Sequence[str], verdicts: Mapping[int, Verdict]
    ) -> bool:
        """Tell whether the row shows it. `texts` are COPY texts; `verdicts` those with a remark."""
        refused = {at: verdict.code for at, verdict in verdicts.items() if verdict.refused}
        if not CLEAR.isdisjoint(refused.values()) or self._is_out_of_place(row, texts, verdicts):
            return True
        odd = sorted(at for at, code in refused.items() if code in OF_ANOTHER_KIND)
        odd = [at for at in odd if not _is_decimal_comma(row[at])]
        return any(self._fits_beside(at, row, verdicts) for at in odd) or any(
            second == first + 1 and row[first] != row[second] and self._fits_some(first, row)
            for first, second in pairwise(odd)
        )

    def _is_out_of_place(
        self, row: Sequence[str], texts: Sequence[str], verdicts: Mapping[int, Verdict]
    ) -> bool:
        """Tell whether an identifier is a name, a school a number, or a school beside its column.

        Where other rows have the same, the columns gave no remark.
        """
        for at, verdict in verdicts.items():
            column, text = self._columns[at], texts[at].removeprefix(REMARK)
            if verdict.code is not None:
                continue
            if column.is_identifier and is_word(text) and self._is_name(text, row, verdicts):
                return True
            if column.is_person and self._is_glued(at, text, row=row):
                return True
            if column.is_school and (
                _NUMBER.fullmatch(text)
                or _is_known_but_for_number(column, text)
                or (text == NULL and self._is_beside(at, row))
            ):
                return True
        return False

    def _is_name(self, text: str, row: Sequence[str], verdicts: Mapping[int, Verdict]) -> bool:
        """Tell whether a word in place of an identifier is a person's name, not an odd number."""
        if is_number_and_name(text) or any(verdict.refused for verdict in verdicts.values()):
            return True
        people = [column for column in self._columns if column.is_person or column.is_school]
        if any(text in column.judge for column in people):
            return True
        return is_written_as_a_name(text) and not is_of_trial(text) and self._has_gap(row)

    def _is_glued(self, at: int, text: str, *, row: Sequence[str]) -> bool:
        """Tell whether a neighbor's number is part of a person's name, and a cell is left out."""
        parts = number_and_name(text)
        if parts is None or not parts[2] or is_of_trial(text) or not self._has_gap(row):
            return False
        return any(
            _takes(self._columns[each], parts[0], self._rules) for each in self._neighbors(at)
        )

    def _has_gap(self, row: Sequence[str]) -> bool:
        """Tell whether a cell is left out that hardly any row leaves out."""
        return any(
            column.is_usually_filled and not cell.strip(OUTER_BLANKS)
            for column, cell in zip(self._columns, row, strict=True)
        )

    def _is_beside(self, at: int, row: Sequence[str]) -> bool:
        """Tell whether a neighbor holds what others have in the column of a blank cell."""
        column = self._columns[at]
        return any(_takes(column, row[beside], self._rules) for beside in self._neighbors(at))

    def _fits_beside(self, at: int, row: Sequence[str], verdicts: Mapping[int, Verdict]) -> bool:
        """Tell whether the cell belongs to a neighbor, whose own cell is then none of its own."""
        return any(self._leads(at, step, row, verdicts) for step in (-1, 1))

    def _leads(
        self, at: int, step: int, row: Sequence[str], verdicts: Mapping[int, Verdict]
    ) -> bool:
        """Tell whether values moved by a column from here on to a cell that is left out or odd."""
        for here in range(at, at + step * FARTHEST, step):
            beside = here + step
            if beside not in self._neighbors(here):
                return False
            column, verdict = self._columns[beside], verdicts.get(beside)
            if not _takes(column, row[here], self._rules):
                return False
            if isinstance(column.field.type, Name):
                return True  # it is a name that others have: no code is that
            is_left_out = not row[beside].strip(OUTER_BLANKS) and column.is_usually_filled
            if is_left_out or (verdict is not None and verdict.code is not None):
                return True
        return False

    def _fits_some(self, at: int, row: Sequence[str]) -> bool:
        return any(
            _takes(self._columns[beside], row[each], self._rules)
            for each in (at, at + 1)
            for beside in self._neighbors(each)
        )

    def _neighbors(self, at: int) -> list[int]:
        """Return the columns that are beside it in the file."""
        index = self._columns[at].index
        return [
            beside
            for beside in (at - 1, at + 1)
            if 0 <= beside < len(self._columns) and abs(self._columns[beside].index - index) == 1
        ]


def _takes(column: Column, cell: str, rules: FeedRules) -> bool:
    """Tell whether the column takes the cell as one of its kind, not only as any text."""
    if column.is_identifier:
        return False
    kind = column.field.type
    if isinstance(kind, Name):
        known = column.judge.get(cell, NULL)
        return known != NULL and not known.startswith(REMARK) and any(map(str.isalpha, cell))
    verdict = kind.judge(cell, rules)
    return verdict.value is not None and verdict.code is None


def _is_known_but_for_number(column: Column, text: str) -> bool:
    """Tell whether a school is another row's, with a number before or after it: `2.3Oak Hill`."""
    parts = number_and_name(text)
    return parts is not None and parts[2] and parts[1] in column.judge


def _is_decimal_comma(cell: str) -> bool:
    whole, comma, rest = cells.split_mark(cell)[1].strip(OUTER_BLANKS + "%").partition(",")
    return bool(comma) and whole.isdigit() and rest.isdigit()
