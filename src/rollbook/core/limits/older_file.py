"""Is a file older than one that its feed has imported? By its bytes, its name, and what it says."""

import re
from dataclasses import dataclass
from typing import Final

from rollbook.core.measure import Measure
from rollbook.core.sources.delivery import date_in

OTHERS_SINCE: Final = 3
"""Files with other bytes that must have followed before the same bytes count as an older file. What
was changed and changed back makes a file of the night before last; a third one is no accident."""

OF_LAST_YEAR: Final = (
    "The same file was imported before the school year was switched. Its attendance and behavior "
    "are last year's, so they stay set aside."
)

_DIGITS: Final = re.compile(r"\d+")
_HOLDS: Final = Measure(1, 1)
_NEWEST: Final = Measure(0, 1)


@dataclass(frozen=True, slots=True)
class EarlierFiles:
    """What a feed has stored already, as one file is compared with it. What was undone is not."""

    same_bytes: int | None = None
    """The last import of a file with the same bytes."""
    others_since: int = 0
    """How many files with other bytes were imported after that."""
    newest_name: str = ""
    """Of the newest file; blank where it was several files."""
    newest_made_on: str = ""
    """The day on which the newest file says that it was made, as 2026-11-28, or blank."""
    is_before_the_year: bool = False
    """Whether the school year was switched after the import of the same bytes: they hold last
    year's values."""


NONE: Final = EarlierFiles()


def older(name: str, earlier: EarlierFiles, *, made_on: str = "") -> tuple[Measure, str]:
    """Return whether a file called `name` is older than what was imported, and by what, in words.

    `made_on` is the day on which it says that it was made, as 2026-11-28, or blank.

    The words are for everybody: no part of a name is in them.
    """
    signs = []
    if earlier.same_bytes is not None and earlier.is_before_the_year and earlier.others_since:
        signs.append(
            f"import {earlier.same_bytes} had the same file, before the school year was switched"
        )
    elif earlier.same_bytes is not None and earlier.others_since >= OTHERS_SINCE:
        signs.append(
            f"import {earlier.same_bytes} had the same file, and {earlier.others_since} other "
            "files have come since"
        )
    if _is_dated_earlier(name, earlier.newest_name):
        signs.append("the date in its name is earlier than the one in the last file's name")
    if made_on and made_on < earlier.newest_made_on:
        signs.append("it says it was made on an earlier day than the last file")
    return (_HOLDS, " and ".join(signs)) if signs else (_NEWEST, "")


def _is_dated_earlier(name: str, newest: str) -> bool:
    """Names that differ by more than their numbers may be of different exports."""
    if _DIGITS.sub("#", name) != _DIGITS.sub("#", newest):
        return False
    dated, last = date_in(name), date_in(newest)
    return dated is not None and last is not None and dated < last
