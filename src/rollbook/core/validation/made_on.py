"""The day on which a file was made, where a column of it says so, the same in all rows."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from rollbook.core import cells
from rollbook.core.catalogue.field import Field
from rollbook.core.catalogue.school_days import date_in
from rollbook.core.catalogue.students import normalize_header
from rollbook.core.catalogue.verdict import BLANK_MARKERS

_MADE_ON: Final = frozenset((
    "extract date", "extracted on", "extraction date", "date extracted", "export date",
    "exported on", "date exported", "report date", "date of report", "report run date", "run date",
    "run on", "file date", "as of date", "as of", "data as of", "snapshot date", "generated on",
    "date generated", "generation date", "file created", "file creation date", "last refreshed",
    "data refreshed on", "refresh date",
))  # fmt: skip
"""Headers, normalized. *Created* and *Last Updated* say it of a student's record."""


class MadeOn:
    """The columns of one file that may say it; each until it names a second day, or none."""

    def __init__(self, header: Sequence[str], fields: Sequence[Field | None]) -> None:
        self._days: dict[int, date | None] = {
            index: None
            for index, (text, known) in enumerate(zip(header, fields, strict=True))
            if known is None and normalize_header(text) in _MADE_ON
        }

    def add(self, records: Sequence[Sequence[str]]) -> None:
        """Look at the texts of a chunk."""
        for index, before in [*self._days.items()]:
            texts = {cells.shown(record[index]).strip() for record in records}
            days = {date_in(text) for text in texts if text.lower() not in BLANK_MARKERS}
            days |= {before} - {None}
            if len(days) > 1 or None in days:
                del self._days[index]
            elif days:
                [self._days[index]] = days

    @property
    def day(self) -> date | None:
        """The day; None where no column says it, or two say different ones."""
        days = {*self._days.values()} - {None}
        return days.pop() if len(days) == 1 else None
