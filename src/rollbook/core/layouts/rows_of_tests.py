"""One test of a row: whether it is meant, of which term, and how it ranks."""

from collections.abc import Sequence
from typing import Final

from rollbook.core import cells
from rollbook.core.catalogue.school_days import date_in
from rollbook.core.catalogue.scope_words import boolean_of
from rollbook.core.feed_settings import IDENTIFIERS
from rollbook.core.layouts.kept import kept_rows, why_left_out
from rollbook.core.layouts.layout import MEASURED, Role
from rollbook.core.layouts.recognition import Recognition
from rollbook.core.layouts.windows import Placed, Windows

NAMES: Final = ("last_name", "first_name")
WITHOUT_RESULT: Final = "tests without a result"

_OFFICIAL: Final = 1 << 24
"""Above any day's number."""


class RowsOfTests:
    """Reads a test out of each row, as the layout of their header says."""

    def __init__(self, read: Recognition, windows: Windows) -> None:
        self.ids = [at for name in IDENTIFIERS if (at := read.column(name)) is not None]
        self.names = [at for name in NAMES if (at := read.column(name)) is not None]
        """Compared with the student's own, never stored."""
        self.measured = [(at, holds) for at, holds in enumerate(read.holds) if holds in MEASURED]
        """Where each measure is."""
        self._measures = [at for at, _ in self.measured]
        self.window = read.column(Role.WINDOW)
        self._named_window = read.window
        self._year = read.column(Role.YEAR)
        self._day = read.column(Role.DATE)
        self._official = read.column(Role.OFFICIAL)
        self._windows = windows
        self._kept = kept_rows(read)

    def look(self, record: Sequence[str]) -> Placed | str:
        """Return where a test belongs, or what it is that is left out."""
        other = why_left_out(self._kept, record)
        if other is not None:
            return other
        if not self.has_result(record):
            return WITHOUT_RESULT
        window, year, day = (
            "" if at is None else record[at] for at in (self.window, self._year, self._day)
        )
        return self._windows.place(window or self._named_window, year, day)

    def has_result(self, record: Sequence[str]) -> bool:
        """Tell whether there is a score or a level."""
        return any(record[at].strip() for at in self._measures)

    def rank(self, record: Sequence[str]) -> int:
        """Return a number that is higher for the test that counts: the vendor's own, the latest."""
        day = None if self._day is None else date_in(cells.shown(record[self._day]))
        flag = "" if self._official is None else cells.shown(record[self._official])
        is_official = boolean_of(flag) is True
        return (_OFFICIAL if is_official else 0) + (0 if day is None else day.toordinal())

    def results(self, record: Sequence[str]) -> int:
        """Return a digest of what a test came to."""
        texts = ((measure, record[at].strip()) for at, measure in self.measured)
        return hash(tuple(each for each in texts if each[1]))

    def student(self, record: Sequence[str]) -> str:
        """Return by what a row names its student."""
        return next(filter(None, (record[at] for at in self.ids)), "")
