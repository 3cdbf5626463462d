"""What a calendar file names: periods of whole days, and whether they sound like days off."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, Self

from rollbook.core.errors import FileRefused
from rollbook.core.scheduling.schedule import Pause
from rollbook.core.scheduling.school_days import LONGEST_BREAK

LARGEST: Final = 1 << 20
"""Bytes. A school year of a district's calendar has 20,000 to 200,000."""

MOST_EVENTS: Final = 5_000
MOST_FOUND: Final = 1_000

BEFORE: Final = timedelta(days=366)
AHEAD: Final = timedelta(days=3 * 366)
"""From a year ago to three years ahead is read, whatever repeats for longer."""

_COUNTS: Final = ("timed", "too_long", "called_off")

_OFF: Final = re.compile(
    r"\b(no (school|classes|students)|(school|schools|district|offices?) closed|closed|holidays?|"
    r"break|recess|vacation|days? off|non[- ]?(student|school|attendance)|student[- ]free|"
    r"(teacher|staff) (work|in-?service|planning|professional)|professional (development|learning)|"
    r"in-?service|labor day|thanksgiving|christmas|new year'?s?|memorial day|juneteenth|"
    r"independence day|martin luther king|mlk|president'?s'? ?day|veterans'? day|good friday|"
    r"columbus day|indigenous peoples|yom kippur|rosh hashanah|eid|diwali|lunar new year)\b",
    re.IGNORECASE,
)
_ON: Final = re.compile(
    r"\b(early (release|dismissal)|half[- ]days?|minimum day|delayed|late start|resumes?|begins|"
    r"ends|back from|returns?|(first|last) day|due|concert|game|practice|shops?|camps?|"
    r"registration|enroll?ment|fairs?|sales?|part(y|ies))\b",
    re.IGNORECASE,
)

_APOSTROPHES: Final = str.maketrans(dict.fromkeys("\u2019\u2018\u02bc\u00b4`", "'"))
"""As programs curl them: Presidents\u2019 Day."""


class CalendarFileRefused(FileRefused):
    """The calendar file can't be used: {why}

    The calendar wasn't changed."""

    reason = "calendar_file_refused"


@dataclass(frozen=True, slots=True)
class CalendarFile:
    """What was found: all-day events, in the order of their days."""

    periods: tuple[Pause, ...]
    timed: int = 0
    """Events with a time of day, which are no days off."""
    too_long: int = 0
    """Events of more days than a calendar takes for one break."""
    called_off: int = 0
    """Events, and single days of what repeats, that were called off."""

    @property
    def left_out(self) -> str:
        """Say what is not offered; "" where that is nothing."""
        kinds = {
            f"{self.timed:,} with a time of day": self.timed,
            f"{self.too_long:,} longer than {LONGEST_BREAK} days": self.too_long,
            f"{self.called_off:,} called off": self.called_off,
        }
        named = ", ".join(words for words, count in kinds.items() if count)
        return f"Left out: {named}." if named else ""

    def to_json(self) -> dict[str, Any]:
        """Return what `from_json` reads."""
        periods = [[f"{each.first}", f"{each.last}", each.reason] for each in self.periods]
        counts = {name: getattr(self, name) for name in _COUNTS}
        return {"periods": periods, **counts}

    @classmethod
    def from_json(cls, data: Any) -> Self:
        """Return what another process has found."""
        periods = (
            Pause(date.fromisoformat(first), date.fromisoformat(last), title)
            for first, last, title in data["periods"]
        )
        return cls(tuple(periods), **{name: int(data[name]) for name in _COUNTS})


def sounds_off(title: str) -> bool:
    """Tell whether an event's title says that there is no school. A person decides."""
    plain = title.translate(_APOSTROPHES)
    return bool(_OFF.search(plain)) and not _ON.search(plain)
