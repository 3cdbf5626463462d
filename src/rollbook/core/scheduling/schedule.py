"""The schedule of a feed as an administrator sets it; one that makes no sense cannot be made."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from itertools import pairwise
from operator import index
from typing import Any, Final, Self

from rollbook.core.errors import FieldsRefused
from rollbook.core.quantities import typed_day
from rollbook.core.scheduling.zone import zone_fault

MOST_TIMES: Final = 24
LONGEST_PAUSE: Final = timedelta(days=366)
LONGEST_REASON: Final = 100
EVERY_DAY: Final = frozenset(range(7))
MONDAY_TO_FRIDAY: Final = frozenset(range(5))
MOST_REHEARSE_HOURS: Final = 23
"""A rehearsal of the next day's run would come before today's."""


class ScheduleRefused(FieldsRefused):
    """The schedule wasn't saved: {why}

    Nothing was changed."""

    reason = "schedule_refused"


@dataclass(frozen=True, slots=True)
class Pause:
    """Days without imports, both ends included, in the district's time zone."""

    first: date
    last: date
    reason: str = ""

    @property
    def days(self) -> int:
        """How many days it has, weekends too."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """On which days and at what times of the district's clock a feed is imported.

    Making one raises ScheduleRefused. Times are kept in ascending order.
    """

    zone: str
    """Name in the IANA database, such as America/New_York."""
    times: tuple[time, ...] = (time(2, 0),)
    days: frozenset[int] = EVERY_DAY
    """Monday is 0."""
    pauses: tuple[Pause, ...] = ()
    is_on: bool = False
    current_by: time | None = None
    """By when the data is promised to be current on school days; None: nothing is promised."""
    rehearse_hours: int = 0
    """How many hours before each run its file is rehearsed; 0: never."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "times", tuple(sorted(self.times, key=time.isoformat)))
        if faults := _faults(self):
            raise ScheduleRefused(faults)

    def to_json(self) -> dict[str, Any]:
        """Return what `from_json` reads: texts, numbers and lists only."""
        return {
            "zone": self.zone,
            "times": [moment.isoformat("minutes") for moment in self.times],
            "days": sorted(self.days),
            "pauses": [
                {"first": f"{pause.first}", "last": f"{pause.last}", "reason": pause.reason}
                for pause in self.pauses
            ],
            "is_on": self.is_on,
            "current_by": self.current_by.isoformat("minutes") if self.current_by else None,
            "rehearse_hours": self.rehearse_hours,
        }

    @classmethod
    def from_json(cls, data: object) -> Self:
        """Return the schedule that `data` describes. Raises ScheduleRefused.

        What is left out has its default, but for the zone. A name that is not known is refused,
        so that a typing error does not silently mean two o'clock.
        """
        if not isinstance(data, Mapping):
            raise ScheduleRefused({"schedule": "It has to be an object with a zone and times."})
        values: dict[str, Any] = {}
        faults: dict[str, str] = {}
        for name, value in {"zone": None, **data}.items():
            reader, advice = _READERS.get(name, _UNKNOWN)
            try:
                values[name] = reader(value)
            except (KeyError, TypeError, ValueError):
                faults[name] = advice.format(name=name)
        if faults:
            raise ScheduleRefused(faults)
        return cls(**values)

    def pause_on(self, day: date) -> Pause | None:
        """Return the pause that holds on `day`."""
        return next((pause for pause in self.pauses if pause.first <= day <= pause.last), None)

    def has_until(self, day: date, other: "Schedule") -> bool:
        """Tell whether `other` plans the same, but for pauses that begin later than `day`. A
        rehearsal is no run."""
        changed = set(self.pauses) ^ set(other.pauses)
        mine, others = (replace(each, pauses=(), rehearse_hours=0) for each in (self, other))
        return mine == others and all(pause.first > day for pause in changed)


def _faults(schedule: Schedule) -> dict[str, str]:
    found = {
        "zone": zone_fault(schedule.zone),
        "times": _times_fault(schedule.times),
        "days": _days_fault(schedule.days),
        "pauses": next(filter(None, map(_pause_fault, schedule.pauses)), ""),
        "current_by": _promise_fault(schedule.current_by),
        "rehearse_hours": _rehearsal_fault(schedule.rehearse_hours),
    }
    return {name: sentence for name, sentence in found.items() if sentence}


def _times_fault(times: tuple[time, ...]) -> str:
    if not times:
        return "Choose at least one time, such as 2:00 AM."
    if len(times) > MOST_TIMES:
        return f"{len(times)} times a day are too many. Choose at most {MOST_TIMES}."
    if not all(map(_is_full_minute, times)):
        return "Times are full minutes, such as 2:00 AM."
    if len(set(times)) < len(times):
        twice = next(one for one, other in pairwise(times) if one == other)
        return f"{twice:%H:%M} is there twice. Choose each time once."
    return ""


def _promise_fault(moment: time | None) -> str:
    if moment is None or _is_full_minute(moment):
        return ""
    return "Times are full minutes, such as 6:30 AM."


def _rehearsal_fault(hours: int) -> str:
    if 0 <= hours <= MOST_REHEARSE_HOURS:
        return ""
    return f"Choose a number of hours from 1 to {MOST_REHEARSE_HOURS}, or 0 for no rehearsal."


def _is_full_minute(moment: time) -> bool:
    return moment == time(moment.hour, moment.minute)


def _days_fault(days: frozenset[int]) -> str:
    if not days:
        return "Choose at least one day, or turn the schedule off."
    if not days <= EVERY_DAY:
        return "A day is a number from 0, Monday, to 6, Sunday."
    return ""


def _pause_fault(pause: Pause) -> str:
    if pause.last < pause.first:
        return (
            f"The pause from {typed_day(pause.first)} ends on {typed_day(pause.last)}, before it "
            "starts. Choose a later last day."
        )
    if pause.last - pause.first > LONGEST_PAUSE:
        return (
            f"The pause from {typed_day(pause.first)} to {typed_day(pause.last)} is longer than a "
            "year. Check its last day, or turn the schedule off."
        )
    if len(pause.reason) > LONGEST_REASON:
        return f"A pause's reason has at most {LONGEST_REASON} characters. Shorten it."
    return ""


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _switch(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError
    return value


def _pause(value: Mapping[str, object]) -> Pause:
    first, last = (date.fromisoformat(_text(value[end])) for end in ("first", "last"))
    return Pause(first, last, _text(value.get("reason", "")))


def _unknown(_: object) -> object:
    raise KeyError


_READERS: Final[Mapping[str, tuple[Callable[[Any], object], str]]] = {
    "zone": (_text, "Name the time zone, such as America/New_York."),
    "times": (
        lambda values: tuple(time.fromisoformat(_text(value)) for value in values),
        "Write the times as a list such as 02:00 and 14:30.",
    ),
    "days": (
        lambda values: frozenset(map(index, values)),
        "Write the days as a list of numbers from 0, Monday, to 6, Sunday.",
    ),
    "pauses": (
        lambda values: tuple(map(_pause, values)),
        "Write each pause with its first and last day, such as 2027-06-12, and a reason.",
    ),
    "is_on": (_switch, "Say with true or false whether the schedule is on."),
    "current_by": (
        lambda value: None if value is None else time.fromisoformat(_text(value)),
        "Write the time as a text such as 06:30, or null where nothing is promised.",
    ),
    "rehearse_hours": (_whole, "Write a number of hours such as 4, or 0 for no rehearsal."),
}
_UNKNOWN: Final = (_unknown, "It has no setting “{name}”; leave it out.")
