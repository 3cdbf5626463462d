"""One column: every distinct text is judged once and becomes COPY text."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Final, NamedTuple

from rollbook.core import cells
from rollbook.core.catalogue.field import Field, Identifier, Name, Percent
from rollbook.core.catalogue.text_types import UNKNOWN_LEVEL
from rollbook.core.catalogue.verdict import OUTER_BLANKS, Verdict, folded_marker, refuse
from rollbook.core.feed_settings import FeedRules
from rollbook.core.validation.memory import LONGEST_REMEMBERED

NULL: Final = "\\N"
"""How COPY writes NULL."""

REMARK: Final = "\x01"
"""The mark before the COPY text of a cell that its row must be asked about. No value holds a
control character, so one search through a chunk's text tells whether any row needs a second look.
"""

MOST_VERDICTS: Final = 500
"""Verdicts that a column remembers: a district's own words come again in each row."""

LONGEST_JUDGED: Final = 8_192
"""Characters of a cell that is looked at: what Unicode's normal forms cost grows with the square
of a text, and no value is nearly as long."""

TABS: Final = "tabs"
"""Kind of a note: a tab at the edge of a cell may be what is left of a character."""

_SPECIAL = re.compile(r"[\\\t\n\r]")
_ESCAPES: Final = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}


class Mapped(NamedTuple):
    """A text of the feed's mapping, as it is written there."""

    text: str
    is_marker: bool = False


class ColumnJudge(dict[str, str]):
    """Maps a cell to its COPY text. A text seen before costs one look-up and nothing else."""

    def __init__(
        self, field: Field, rules: FeedRules, *, factor: int | None, must_be_filled: bool = False
    ) -> None:
        super().__init__()
        self.warned: dict[str, Verdict] = {}
        """Cells that are imported with a warning, and whose rows need no second look for it."""
        self.mapped: dict[str, Mapped] = {}
        """Cells that the feed's own mapping knows, and what of it knows them."""
        self._is_alone = not isinstance(field.type, (Identifier, Name))
        self._field, self._rules = field, rules
        self._mapping = value_mapping(field.name, rules)
        self._markers = _markers_of(field, rules)
        self._judge = _judge_of(field, rules, factor=factor)
        self._must_be_filled = must_be_filled
        self._verdicts: dict[str, Verdict] = {}
        self._plain_length = 0
        if isinstance(field.type, Identifier) and not self._mapping:
            self._plain_length = field.type.max_length

    def texts(self, column: Sequence[str]) -> Sequence[str]:
        """Return the COPY texts of a chunk's cells; those with a remark begin with `REMARK`."""
        if self._plain_length and self._are_plain_numbers(column):
            return column
        return list(map(self.__getitem__, column))

    def verdict(self, cell: str) -> Verdict:
        """Judge a cell whose text has a remark once more, and remember what is likely to return."""
        known = self._verdicts.get(cell)
        if known is not None:
            return known
        verdict = self._verdict(cell)
        if len(self._verdicts) < MOST_VERDICTS and len(cell) <= LONGEST_REMEMBERED:
            self._verdicts[cell] = verdict
        return verdict

    def _verdict(self, cell: str) -> Verdict:
        if len(cell) > LONGEST_JUDGED:
            return _FAR_TOO_LONG
        read = self.read(cell)
        verdict = self._judge(read)
        if verdict.code == UNKNOWN_LEVEL and self._mapping.get(read) == read:
            return replace(verdict, code=None, message="")  # a level of the district's own
        if "\t" in cell and not verdict.refused and not verdict.note and _has_outer_tab(cell):
            return replace(verdict, note=TABS)
        return verdict

    def mapped_in(self, column: Sequence[str]) -> Counter[Mapped]:
        """Return how many of a chunk's cells, which are judged, each text of the mapping is."""
        found: Counter[Mapped] = Counter()
        if len(self.mapped) < MOST_VERDICTS:
            for cell, text in self.mapped.items():
                found[text] += column.count(cell)
            return found
        for cell, count in Counter(column).items():  # more spellings than are remembered
            text_of = self.mapped.get(cell) or self._mapped(cell, partial(self.verdict, cell))
            if text_of is not None:
                found[text_of] += count
        return found

    def clear(self) -> None:
        """Forget all cells that were seen."""
        super().clear()
        self.warned.clear()
        self.mapped.clear()

    def believe_one(self) -> None:
        """From now on a bare 1 is 1 %: the column's other values are percentages."""
        self.clear()
        self._verdicts.clear()
        rules = replace(self._rules, percent_scale="100")
        self._judge = _judge_of(self._field, rules, factor=None)

    def read(self, cell: str) -> str:
        """Return what the feed's mapping makes of `cell`."""
        return mapped(cell, self._mapping)

    def __missing__(self, cell: str) -> str:
        verdict = self._verdict(cell)
        if self._is_counted and (known := self._mapped(cell, lambda: verdict)) is not None:
            self.mapped[cell] = known
        text = NULL if verdict.value is None else copy_text(verdict.value)
        is_remembered = len(cell) <= LONGEST_REMEMBERED
        if self._is_alone and is_remembered and _is_plain_warning(verdict):
            self.warned[cell] = verdict
        elif self._needs_second_look(verdict):
            text = REMARK + text
        if is_remembered:
            self[cell] = text
        return text

    @property
    def _is_counted(self) -> bool:
        return bool(self._mapping or self._markers) and len(self.mapped) < MOST_VERDICTS

    def _mapped(self, cell: str, verdict: Callable[[], Verdict]) -> Mapped | None:
        text = cells.split_mark(cell)[1].strip(OUTER_BLANKS)
        if text in self._mapping:
            return Mapped(text)
        marker = self._markers.get(text.lower())
        if marker is None or verdict().value is not None:
            return None
        return Mapped(marker, is_marker=True)

    def _needs_second_look(self, verdict: Verdict) -> bool:
        is_missing = verdict.value is None and self._must_be_filled
        return bool(verdict.code or verdict.note or verdict.repaired or is_missing)

    def _are_plain_numbers(self, column: Sequence[str]) -> bool:
        # Identifiers are nearly all of them different, so that remembering them is no use; but
        # digits alone are right as they are, and that can be told of a chunk at once.
        together = "".join(column)
        if not (together.isdigit() and together.isascii()):
            return False
        lengths = set(map(len, column))
        return 0 not in lengths and max(lengths) <= self._plain_length


_FAR_TOO_LONG: Final = refuse(
    "TOO_LONG",
    f"This value has more than {LONGEST_JUDGED:,} characters, too many for this column. Fix it in "
    "your SIS.",
)


def _is_plain_warning(verdict: Verdict) -> bool:
    is_imported = verdict.value is not None  # what is refused has none
    return is_imported and verdict.code is not None and not (verdict.note or verdict.repaired)


def _has_outer_tab(cell: str) -> bool:
    text = cell.strip(" ")
    return text.strip("\t") != text and bool(text.strip(OUTER_BLANKS))


def value_mapping(field: str, rules: FeedRules) -> dict[str, str]:
    """Return the feed's mapping of the field's values."""
    return {text.strip(OUTER_BLANKS): meant for text, meant in rules.values.get(field, {}).items()}


def _markers_of(field: Field, rules: FeedRules) -> dict[str, str]:
    """Return the feed's blank markers that count in the field, as they are compared."""
    if isinstance(field.type, (Identifier, Name)):
        return {}
    return {folded_marker(marker): marker for marker in rules.blank_markers}


def mapped(cell: str, mapping: Mapping[str, str]) -> str:
    """Return what `mapping` makes of `cell`."""
    if not mapping:
        return cell
    return mapping.get(cells.split_mark(cell)[1].strip(OUTER_BLANKS), cell)


def copy_text(value: str) -> str:
    """Return `value` as COPY's text format writes it."""
    return _SPECIAL.sub(lambda match: _ESCAPES[match[0]], value)


def _judge_of(field: Field, rules: FeedRules, *, factor: int | None) -> Callable[[str], Verdict]:
    if isinstance(field.type, Percent):
        return partial(field.type.judge_at_scale, rules=rules, factor=factor)
    return partial(field.type.judge, rules=rules)
