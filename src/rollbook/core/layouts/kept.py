"""Which rows of a vendor's table are meant, by one column each."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Final

from rollbook.core import cells
from rollbook.core.catalogue.scope_words import subject_alone_in
from rollbook.core.catalogue.verdict import BLANK_MARKERS
from rollbook.core.layouts.layout import Role
from rollbook.core.layouts.recognition import Recognition

OTHER_SUBJECT: Final = "tests of another subject"
UNDECIDED: Final = "ROW_UNDECIDED"

MOST_REMEMBERED: Final = 1_000


class Said(Enum):
    """What a cell says of its row."""

    MEANT = auto()
    OTHER = auto()
    NOTHING = auto()
    """It is blank, or an error of a workbook: the row may be either."""


@dataclass(slots=True)
class Kept:
    """The rows that are meant, by one column."""

    column: int
    role: Role
    left_out: str
    """What the other rows are."""
    judge: Callable[[str], bool]
    is_blank_meant: bool = False
    known: dict[str, Said] = field(default_factory=dict)

    def says(self, text: str) -> Said:
        found = self.known.get(text)
        if found is None:
            found = self._says(text)
            if len(self.known) < MOST_REMEMBERED:
                self.known[text] = found
        return found

    def _says(self, text: str) -> Said:
        if cells.split_mark(text)[0] == cells.ERROR:
            return Said.NOTHING
        shown = cells.shown(text).strip().lower()
        if shown and self.judge(shown):  # a layout may name a word that means blank elsewhere
            return Said.MEANT
        if shown not in BLANK_MARKERS:
            return Said.OTHER
        return Said.MEANT if self.is_blank_meant else Said.NOTHING

    @property
    def why_undecided(self) -> str:
        """Return the sentence of a row whose cell says nothing."""
        return (
            f"The {self.role} is blank or an error, so we can't tell whether this row belongs "
            "here. It wasn't imported. Fill it in at the source, and export again."
        )


def kept_rows(read: Recognition) -> list[Kept]:
    """Return what decides whether a row is meant."""
    kept = [
        Kept(at, meant.role, meant.left_out, _matcher(meant.pattern), meant.is_blank_meant)
        for meant in read.layout.meant
        if (at := read.column(meant.role)) is not None
    ]
    at = read.column(Role.SUBJECT)
    if at is not None:
        words = read.layout.subject_words
        kept.append(
            Kept(
                at,
                Role.SUBJECT,
                OTHER_SUBJECT,
                lambda text: (words.get(text) or subject_alone_in(text)) == read.subject,
            )
        )
    return kept


def look_at(kept: Sequence[Kept], record: Sequence[str]) -> str | Kept | None:
    """Return what a row is that is left out, or the column that leaves it open; None: it is meant.

    What one column says against a row counts, whatever another one leaves open.
    """
    is_open: Kept | None = None
    for each in kept:
        said = each.says(record[each.column])
        if said is Said.OTHER:
            return each.left_out
        if said is Said.NOTHING and is_open is None:
            is_open = each
    return is_open


def is_meant(kept: Sequence[Kept], record: Sequence[str]) -> bool:
    """Tell whether a row is meant for certain."""
    return look_at(kept, record) is None


def _matcher(pattern: str) -> Callable[[str], bool]:
    compiled = re.compile(pattern)
    return lambda text: compiled.fullmatch(text) is not None
