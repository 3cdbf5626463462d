"""What a record of the wrong width is: a blank line, a broken one, a footer, a cut-off student.

Text files and workbooks share it. Records come in their order; the last whole one is kept back
until the next is known, because half a record may follow it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from rollbook.core.catalogue.verdict import OUTER_BLANKS
from rollbook.core.reading.damages import (
    half,
    other_delimiter,
    repeated,
    truncated,
    wrong_width,
)
from rollbook.core.reading.lone_lines import (
    FOOTER,
    completes_next,
    in_other_delimiter,
    is_rule,
    may_be_half,
)
from rollbook.core.reading.raw import Raw
from rollbook.core.table import Chunk, DamagedRecord

MOST_FOOTER_CELLS: Final = 4
QUOTE_OPEN: Final = "ROW_QUOTE_OPEN"
"""Code of a record whose quote is not closed; at a file's end it may only have been cut."""

DOS_END: Final = "\x1a"
"""With this sign alone programs for DOS end a text file, after its last line."""

MOST_HELD: Final = 10_000
LARGEST_HELD: Final = 4 << 20
"""Rows and characters that wait for what follows them."""

TOTALS: Final = re.compile(r"(?:grand |sub)?-?totals?:?|averages?:?", re.IGNORECASE)
"""With these words alone a row of sums begins, which may fill every column but the identifiers."""


@dataclass(slots=True)
class Settler:
    """Sorts the records of one file. `width`: the header's; `ragged`: rows may be shorter."""

    width: int
    ragged: bool = False
    """In a workbook a short row is a row whose last cells are empty."""
    written: int = 0
    """How many cells the file's rows have, the empty ones after the header's included (0: none)."""
    header: Sequence[str] = ()
    """The header's cells as the file writes them, to know them where they come again."""
    identifiers: Sequence[int] = ()
    """Columns of the required identifiers: who has them is a student, whatever else it says."""
    blank_rows: int = 0
    footer_rows: list[int] = field(default_factory=list)
    rule_rows: list[int] = field(default_factory=list)
    """Lines of dashes, as databases draw them under the header."""
    last_cells: int = 0
    """Into how many cells the file's last record was split; known at the end."""
    _held: list[Raw] = field(default_factory=list)
    _before: Sequence[Raw] = ()
    """The last record that was settled: the next may be its other half."""

    def __post_init__(self) -> None:
        self.written = self.written or self.width

    def take(self, raws: list[Raw]) -> Chunk:
        """Return what is settled of the records so far."""
        waiting = self._held + [raw for raw in raws if not self._is_blank(raw)]
        # From the last whole record on, everything waits for what follows.
        keep = len(waiting)
        while keep and self._is_short(waiting[keep - 1]):
            keep -= 1
        keep = max(keep - 1, 0)
        if len(waiting) - keep > MOST_HELD or _size(waiting[keep:]) > LARGEST_HELD:
            keep = len(waiting) - 1  # no footer is that long
        self._held = waiting[keep:]
        return self._sort(waiting[:keep], following=self._held[:1])

    def finish(self, *, is_cut: bool) -> Chunk:
        """Return the rest at the end of the file. `is_cut`: its last line has no end."""
        waiting, self._held = self._held, []
        end = len(waiting)
        while end and self._is_footer(waiting[end - 1]):
            end -= 1
        self.footer_rows = [raw.row for raw in waiting[end:]]
        waiting = waiting[:end]
        self.last_cells = len(waiting[-1].cells) if waiting else 0
        if waiting and self._is_unfinished(waiting[-1], is_cut=is_cut):
            last = waiting[-1]
            if not is_cut and self._is_broken(waiting[-2:-1], last):
                return self._sort(waiting, following=[])
            # Where the two joined would be one record, the one before is no whole one either.
            whole = self._sort(waiting[:-1], following=[last])
            whole.damaged.append(truncated(last))
            return whole
        return self._sort(waiting, following=[])

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person may want to know of rows that are no students."""
        notes = []
        if self.blank_rows:
            many = "row was" if self.blank_rows == 1 else "rows were"
            notes.append(f"{self.blank_rows:,} blank {many} skipped.")
        if self.rule_rows:
            many = "A line of dashes was" if len(self.rule_rows) == 1 else "Lines of dashes were"
            notes.append(f"{many} skipped ({rows_in_words(self.rule_rows)}).")
        if self.footer_rows:
            notes.append(f"A footer was skipped ({rows_in_words(self.footer_rows)}).")
        return tuple(notes)

    def _sort(self, raws: Sequence[Raw], *, following: Sequence[Raw]) -> Chunk:
        width, named = self.width, self.header[-1] if self.header else None
        near = [*self._before, *raws, *following]
        self._before = raws[-1:] or self._before
        if not any(
            raw.code or raw.stray or len(raw.cells) != width or raw.cells[-1] == named
            for raw in near
        ):
            # The common case, and the only one that has to be quick: nothing can be broken.
            return Chunk([raw.row for raw in raws], [raw.cells for raw in raws])
        chunk = Chunk([], [])
        broken = self._broken_rows(near)
        for raw in raws:
            if raw.code:
                chunk.damaged.append(DamagedRecord(raw.row, raw.code, raw.message, raw.cells))
            elif raw.row in broken:
                chunk.damaged.append(half(raw))
            elif self._is_header(raw.cells):
                chunk.damaged.append(repeated(raw))
            elif (cells := self._fitted(raw)) is not None:
                chunk.rows.append(raw.row)
                chunk.records.append(cells)
                chunk.stray_quotes += [raw.row] * raw.stray
            elif (parts := self._in_other_delimiter(raw)) is not None:
                chunk.damaged.append(other_delimiter(raw, parts))
            else:
                chunk.damaged.append(wrong_width(raw, width=width, written=self.written))
        return chunk

    def _is_header(self, cells: list[str]) -> bool:
        if not self.header or cells[self.width - 1 : self.width] != [self.header[-1]]:
            return False
        return _filled(cells) == _filled(self.header)

    def _fitted(self, raw: Raw) -> list[str] | None:
        """Return the cells at the header's width; None where they may have shifted."""
        cells, width = raw.cells, self.width
        if self.ragged:  # a workbook's cells are in their columns
            extra = _filled(cells[width:])
            return None if extra else [*cells[:width], *[""] * (width - len(cells))]
        if _filled(cells[width:]) or not width <= len(cells) <= self.written:
            return None
        # Fewer empty cells at the end than the file's other rows: left out, or a delimiter between
        # values was lost. In the second case the last column's cell would be an empty one.
        is_whole = len(cells) == self.written or bool(_filled(cells[width - 1 : width]))
        return cells[:width] if is_whole else None

    def _broken_rows(self, raws: Sequence[Raw]) -> set[int]:
        if self.ragged:
            return set()
        broken: set[int] = set()
        for first, second in pairwise(raws):
            if self._is_broken([first], second) and self._are_halves(first, second, raws):
                broken |= {first.row, second.row}
        return broken

    def _is_broken(self, before: Sequence[Raw], raw: Raw) -> bool:
        """Tell whether the two joined are one record; one of them is short."""
        # A line that ends within a quoted cell is half a record too; one that begins with a quote
        # begins a record.
        if not before or raw.code:
            return False
        first, second = len(before[0].cells), len(raw.cells)
        if min(first, second) >= self.width:
            return False
        return not {first + second - 1, first + second}.isdisjoint((self.width, self.written))

    def _are_halves(self, first: Raw, second: Raw, near: Sequence[Raw]) -> bool:
        """Tell whether two records, joined as wide as one, lack a part; a whole one lacks none."""
        if max(len(first.cells), len(second.cells)) < self.width:
            return True
        whole, lone, at = (first, second, -1) if len(second.cells) == 1 else (second, first, 0)
        if self._in_other_delimiter(lone) is not None:
            return False
        others = [
            raw.cells[at] for raw in near if raw is not whole and len(raw.cells) >= self.width
        ]
        if at == -1 and self._belongs_to_next(lone, near):
            return False
        return may_be_half(lone.cells[0], whole.cells[at], others)

    def _belongs_to_next(self, lone: Raw, near: Sequence[Raw]) -> bool:
        index = next(at for at, raw in enumerate(near) if raw is lone)
        others = [raw.cells[0] for raw in near if len(raw.cells) >= self.width]
        following = near[index + 1 : index + 2]
        if not following or following[0].cells[0] not in others:
            return False
        others.remove(following[0].cells[0])
        return completes_next(lone.cells[0], following[0].cells[0], others)

    def _in_other_delimiter(self, raw: Raw) -> list[str] | None:
        if self.ragged or len(raw.cells) >= self.width:
            return None
        return in_other_delimiter(raw.cells, (self.width, self.written))

    def _is_unfinished(self, raw: Raw, *, is_cut: bool) -> bool:
        """Tell whether the last record may be the beginning of a student's."""
        if raw.code == QUOTE_OPEN:
            return is_cut and not self.footer_rows
        return not raw.code and self._is_short(raw) and self._in_other_delimiter(raw) is None

    def _is_short(self, raw: Raw) -> bool:
        is_narrow = not self.ragged and len(raw.cells) < self.width
        return is_narrow or self._is_footer(raw)

    def _is_footer(self, raw: Raw) -> bool:
        if raw.code or not (filled := _filled(raw.cells)) or self._is_identified(raw):
            return False
        if TOTALS.fullmatch(filled[0]):
            return len(filled) < max(self.width, 2)
        few = len(filled) <= min(MOST_FOOTER_CELLS, self.width) and len(filled) < max(self.width, 2)
        return few and FOOTER.match(filled[0]) is not None

    def _is_identified(self, raw: Raw) -> bool:
        """Tell whether each required identifier is there, with a digit in it."""
        cells = raw.cells
        return bool(self.identifiers) and all(
            column < len(cells) and any(map(str.isdigit, cells[column]))
            for column in self.identifiers
        )

    def _is_blank(self, raw: Raw) -> bool:
        # Only a record whose first cell is empty can be blank; the others are not looked through.
        first = raw.cells[0].strip(OUTER_BLANKS) if raw.cells else ""
        if raw.code or (first and first[0] not in "-=_+|\x1a"):
            return False
        if first == DOS_END and len(raw.cells) == 1:
            return True
        if not "".join(raw.cells).strip(OUTER_BLANKS):
            self.blank_rows += 1
            return True
        if is_rule(raw.cells):
            self.rule_rows.append(raw.row)
            return True
        return False


def rows_in_words(rows: Sequence[int]) -> str:
    """Return "row 7" or "rows 7 to 9"."""
    return f"row {rows[0]}" if len(rows) == 1 else f"rows {rows[0]} to {rows[-1]}"


def _size(raws: Sequence[Raw]) -> int:
    return sum(sum(map(len, raw.cells)) for raw in raws)


def _filled(cells: Sequence[str]) -> list[str]:
    return [text for cell in cells if (text := cell.strip(OUTER_BLANKS))]
