"""One row of a vendor's table of tests: whether it is meant, of which term, and how it ranks."""

from collections.abc import Sequence
from typing import Final

from rollbook.core import cells
from rollbook.core.catalogue.measures import MEASURES
from rollbook.core.catalogue.school_days import date_in
from rollbook.core.catalogue.scope_words import boolean_of
from rollbook.core.catalogue.terms import Term
from rollbook.core.feed_settings import IDENTIFIERS
from rollbook.core.layouts.kept import kept_rows, why_left_out
from rollbook.core.layouts.layout import Role
from rollbook.core.layouts.recognition import Recognition
from rollbook.core.layouts.windows import Placed, Windows

NAMES: Final = ("last_name", "first_name")
WITHOUT_RESULT: Final = "tests without a result"

_MEASURES: Final = frozenset(column for _, column, _, _ in MEASURES)
_OFFICIAL: Final = 1 << 24
"""Above any day's number."""


class RowsOfTests:
    """Reads rows as the layout of their header says."""

    def __init__(self, read: Recognition, terms: Sequence[Term]) -> None:
        self.ids = [at for name in IDENTIFIERS if (at := read.column(name)) is not None]
        self.names = [at for name in NAMES if (at := read.column(name)) is not None]
        """Compared with the student's own, never stored."""
        self.measures = [at for at, holds in enumerate(read.holds) if holds in _MEASURES]
        self.window = read.column(Role.WINDOW)
        self._places = [read.column(role) for role in (Role.WINDOW, Role.YEAR, Role.DATE)]
        self._day = read.column(Role.DATE)
        self._official = read.column(Role.OFFICIAL)
        self._windows = Windows(terms, read.layout.seasons, read.layout.window_words)
        self._kept = kept_rows(read)

    def look(self, record: Sequence[str]) -> Placed | str:
        """Return where a test belongs, or what it is that is left out."""
        other = why_left_out(self._kept, record)
        if other is not None:
            return other
        if not any(record[at].strip() for at in self.measures):
            return WITHOUT_RESULT
        return self._windows.place(*("" if at is None else record[at] for at in self._places))

    def rank(self, record: Sequence[str]) -> int:
        """Return a number that is higher for the test that counts: the vendor's own, the latest."""
        day = None if self._day is None else date_in(cells.shown(record[self._day]))
        flag = "" if self._official is None else cells.shown(record[self._official])
        is_official = boolean_of(flag) is True
        return (_OFFICIAL if is_official else 0) + (0 if day is None else day.toordinal())

    def results(self, record: Sequence[str]) -> int:
        """Return a digest of what a test came to."""
        return hash(tuple(record[at].strip() for at in self.measures))

    def student(self, record: Sequence[str]) -> str:
        """Return by what a row names its student."""
        return next(filter(None, (record[at] for at in self.ids)), "")
