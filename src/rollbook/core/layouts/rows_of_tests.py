"""One test of a row: whether it is meant, of which term, and how it ranks."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Final

from rollbook.core import cells
from rollbook.core.catalogue.school_days import date_in
from rollbook.core.catalogue.scope_words import boolean_of
from rollbook.core.catalogue.verdict import BLANK_MARKERS
from rollbook.core.feed_settings import IDENTIFIERS
from rollbook.core.layouts.choice import Rank
from rollbook.core.layouts.kept import kept_rows, look_at
from rollbook.core.layouts.layout import MEASURED, Role
from rollbook.core.layouts.recognition import Recognition
from rollbook.core.layouts.windows import MOST_REMEMBERED, Placed, Windows

NAMES: Final = ("last_name", "first_name")
WITHOUT_RESULT: Final = "tests without a result"

_OPEN: Final = Placed(why="The test's dates aren't in one term")
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
        columns = [at for at, _ in self.measured]
        # A tuple, also of one column.
        self._results = itemgetter(*columns, columns[0]) if columns else lambda _: ()
        self.window = read.column(Role.WINDOW)
        self._named_window = read.window
        self._year = read.column(Role.YEAR)
        self._days = [at for at, holds in enumerate(read.holds) if holds == Role.DATE]
        self._official = read.column(Role.OFFICIAL)
        self._windows = windows
        self._kept = kept_rows(read)

    def look(self, record: Sequence[str]) -> Placed | str:
        """Return where a test belongs, or what it is that is left out."""
        found = look_at(self._kept, record)
        if isinstance(found, str):
            return found
        if not self.has_result(record):
            return WITHOUT_RESULT
        if found is not None:
            return Placed(why=found.why_undecided, blank=found.column)
        window, year = ("" if at is None else record[at] for at in (self.window, self._year))
        days = [record[at] for at in self._days]
        if len(days) > 1:
            return self._of_all(window or self._named_window, year, set(filter(None, days)))
        return self._windows.place(window or self._named_window, year, days[0] if days else "")

    def _of_all(self, window: str, year: str, days: set[str]) -> Placed:
        found = {self._windows.place(window, year, day) for day in days or {""}}
        return found.pop() if len(found) == 1 else _OPEN

    def has_result(self, record: Sequence[str]) -> bool:
        """Tell whether there is a score or a level."""
        results = self._results(record)
        return any(results) and any(map(str.strip, results))

    def rank(self, record: Sequence[str]) -> Rank:
        """Return what is higher for the test that counts: the vendor's own, the latest.

        A test without its day may be the latest, and one with an unknown mark the vendor's own.
        """
        latest = max([_number_of(record[at]) for at in self._days], default=0)
        last = latest or (_OFFICIAL - 1 if self._days else 0)
        if self._official is None:
            return latest, last
        text = cells.shown(record[self._official]).strip()
        is_official = False if text.lower() in BLANK_MARKERS else boolean_of(text)
        return (
            latest + (_OFFICIAL if is_official else 0),
            last + (0 if is_official is False else _OFFICIAL),
        )

    def results(self, record: Sequence[str]) -> int:
        """Return a digest of what a test came to."""
        texts = [(measure, record[at].strip()) for at, measure in self.measured]
        return hash(tuple([each for each in texts if each[1]]))

    def student(self, record: Sequence[str]) -> str:
        """Return by what a row names its student; "" where it names none."""
        return named_by(record[at] for at in self.ids)


def named_by(identifiers: Iterable[str]) -> str:
    """Return the first identifier of a row that is not blank, as people read it."""
    return next((text for cell in identifiers if (text := cells.shown(cell).strip())), "")


@lru_cache(maxsize=MOST_REMEMBERED)
def _number_of(day: str) -> int:
    """Return a number that is higher for a later day; 0: it is none."""
    found = date_in(cells.shown(day))
    return 0 if found is None else found.toordinal()
