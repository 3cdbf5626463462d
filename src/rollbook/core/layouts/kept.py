"""Which rows of a vendor's table are meant, by one column each."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from rollbook.core import cells
from rollbook.core.catalogue.scope_words import subject_alone_in
from rollbook.core.layouts.layout import Role
from rollbook.core.layouts.recognition import Recognition

OTHER_SUBJECT: Final = "tests of another subject"

MOST_REMEMBERED: Final = 1_000


@dataclass(slots=True)
class Kept:
    """The rows that are meant, by one column. A blank cell says nothing against a row."""

    column: int
    left_out: str
    """What the other rows are."""
    judge: Callable[[str], bool]
    known: dict[str, bool] = field(default_factory=dict)

    def is_meant(self, text: str) -> bool:
        known = self.known.get(text)
        if known is None:
            shown = cells.shown(text).strip().lower()
            known = not shown or self.judge(shown)
            if len(self.known) < MOST_REMEMBERED:
                self.known[text] = known
        return known


def kept_rows(read: Recognition) -> list[Kept]:
    """Return what decides whether a row is meant."""
    kept = [
        Kept(at, meant.left_out, _matcher(meant.pattern))
        for meant in read.layout.meant
        if (at := read.column(meant.role)) is not None
    ]
    at = read.column(Role.SUBJECT)
    if at is not None:
        words = read.layout.subject_words
        kept.append(
            Kept(
                at,
                OTHER_SUBJECT,
                lambda text: (words.get(text) or subject_alone_in(text)) == read.subject,
            )
        )
    return kept


def why_left_out(kept: Sequence[Kept], record: Sequence[str]) -> str | None:
    """Return what a row is that is left out; None where it is meant."""
    return next((each.left_out for each in kept if not each.is_meant(record[each.column])), None)


def _matcher(pattern: str) -> Callable[[str], bool]:
    compiled = re.compile(pattern)
    return lambda text: compiled.fullmatch(text) is not None
