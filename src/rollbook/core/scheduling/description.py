"""The next runs of a schedule in words: "tonight at 2:00 AM"."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from rollbook.core.quantities import clock_text
from rollbook.core.scheduling.due import next_runs
from rollbook.core.scheduling.schedule import Pause, Schedule

EVENING: Final = 18
NIGHT_ENDS: Final = 5
"""Hours of the clock. A run from the evening to then belongs to the night of the day before."""


def runs_in_words(schedule: Schedule, now: datetime, *, count: int = 3) -> tuple[str, ...]:
    """Return the next `count` runs, in front of them the pause that holds the first one back.

    "Paused until Aug 11" names the first day after the pause.
    """
    if not schedule.is_on:
        return ("off: nothing is imported until you turn it on",)
    local_now = now.astimezone(ZoneInfo(schedule.zone))
    runs = tuple(
        _run_in_words(run.astimezone(ZoneInfo(schedule.zone)), local_now)
        for run in next_runs(schedule, now, count=count)
    )
    pause = _holding_back(schedule, now)
    return (_pause_in_words(schedule, pause, local_now), *runs) if pause else runs


def is_tonight(run: datetime, now: datetime) -> bool:
    """Tell whether people call a run, in its local time like `now`, one of tonight."""
    return _is_at_night(run) and _night_of(run) == _night_of(now)


def _run_in_words(run: datetime, now: datetime) -> str:
    return f"{_day_in_words(run, now)} at {clock_text(run)}"


def _day_in_words(run: datetime, now: datetime) -> str:
    if is_tonight(run, now):
        return "tonight"
    ahead = (run.date() - now.date()).days
    if ahead < 2:
        return ("today", "tomorrow")[ahead]
    return f"{run:%A}, {_date_in_words(run, now)}"


def _is_at_night(moment: datetime) -> bool:
    return moment.hour < NIGHT_ENDS or moment.hour >= EVENING


def _night_of(moment: datetime) -> date:
    return (moment.replace(tzinfo=None) - timedelta(hours=NIGHT_ENDS)).date()


def _date_in_words(day: date, now: datetime) -> str:
    return f"{day:%b} {day.day}" + (f", {day.year}" if day.year != now.year else "")


def _holding_back(schedule: Schedule, now: datetime) -> Pause | None:
    """Return the pause but for which there would be a run earlier than the next."""
    without = next_runs(replace(schedule, pauses=()), now, count=1)
    return schedule.pause_on(without[0].astimezone(ZoneInfo(schedule.zone)).date())


def _pause_in_words(schedule: Schedule, pause: Pause, now: datetime) -> str:
    back, following = pause.last, schedule.pause_on(pause.last)
    while following:
        back = following.last + timedelta(days=1)
        following = schedule.pause_on(back)
    until = f"paused until {_date_in_words(back, now)}"
    return f"{until}, {pause.reason}" if pause.reason else until
