"""What each of a feed's last thirty nights came to: one square a night.

Pure: the clock is passed in. A night is a day of the district's clock, and an import belongs to the
one on which it was asked for.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from rollbook.core.scheduling.due import first_moment, planned_runs
from rollbook.core.scheduling.schedule import Schedule
from rollbook.records.outcome import Outcome
from rollbook.records.standing import GRACE

NIGHTS: Final = 30


class NightKind(StrEnum):
    """What a night came to."""

    SUCCEEDED = "succeeded"
    WITH_WARNINGS = "with_warnings"
    NEEDS_REVIEW = "needs_review"
    FAILED = "failed"
    NO_NEW_FILE = "no_new_file"
    STOPPED = "stopped"
    """Stopped, discarded or undone by a person."""
    UNDER_WAY = "under_way"
    MISSED = "missed"
    """A run was planned, and there was none."""
    NO_RUN = "no_run"


@dataclass(frozen=True, slots=True)
class NightRun:
    """The night's newest import of an outcome: no check, and none of an outdated file."""

    job: int
    outcome: Outcome
    asked_at: datetime
    number: int = 1
    """Imports of the night with this outcome."""


@dataclass(frozen=True, slots=True)
class Night:
    """One square."""

    day: date
    kind: NightKind
    job: int | None = None
    """The import that the kind is of."""
    runs: int = 0


KINDS: Final = {
    Outcome.WAITING: NightKind.UNDER_WAY,
    Outcome.RUNNING: NightKind.UNDER_WAY,
    Outcome.UNDONE: NightKind.STOPPED,
}
_SAID: Final = (Outcome.SUCCEEDED, Outcome.WITH_WARNINGS, Outcome.FAILED)
_NEXT: Final = (
    (Outcome.NO_NEW_FILE,),
    (Outcome.STOPPED, Outcome.UNDONE),
    (Outcome.WAITING, Outcome.RUNNING),
)


def first_night(now: datetime, zone: ZoneInfo) -> datetime:
    """Return the moment at which the oldest night of the strip begins."""
    return first_moment(_days(now, zone)[0], time.min, zone)


def strip(
    runs: Iterable[NightRun],
    schedule: Schedule,
    set_at: datetime | None,
    *,
    now: datetime,
) -> list[Night]:
    """Return the last thirty nights on the schedule's clock, the oldest first and today's last.

    `set_at`: when the schedule was set; it has missed nothing before. None: nothing was planned.
    """
    zone = ZoneInfo(schedule.zone)
    by_day: dict[date, list[NightRun]] = {}
    for run in runs:
        by_day.setdefault(run.asked_at.astimezone(zone).date(), []).append(run)
    planned = _planned(schedule, set_at, now)
    return [_night(day, by_day.get(day, ()), day in planned) for day in _days(now, zone)]


def _days(now: datetime, zone: ZoneInfo) -> list[date]:
    today = now.astimezone(zone).date()
    return [today - timedelta(days=back) for back in range(NIGHTS - 1, -1, -1)]


def _planned(schedule: Schedule, set_at: datetime | None, now: datetime) -> set[date]:
    """Return the days whose planned runs should be done by now."""
    if set_at is None:
        return set()
    zone = ZoneInfo(schedule.zone)
    after = max(set_at, first_night(now, zone) - timedelta(seconds=1))
    return {run.astimezone(zone).date() for run in planned_runs(schedule, after, now - GRACE)}


def _night(day: date, runs: Sequence[NightRun], is_planned: bool) -> Night:
    if not runs:
        return Night(day, NightKind.MISSED if is_planned else NightKind.NO_RUN)
    of_all = sum(run.number for run in runs)
    run = _telling(sorted(runs, key=lambda run: run.job))
    return Night(day, KINDS.get(run.outcome) or NightKind(run.outcome), run.job, of_all)


def _telling(runs: Sequence[NightRun]) -> NightRun:
    """Return the import that says what the night came to, of at least one in their order.

    An undecided one stays, whatever followed it. Else the last that stored a file or failed; that
    there was nothing new afterwards mends a failure and takes nothing from a stored file.
    """
    held = [run for run in runs if run.outcome is Outcome.NEEDS_REVIEW]
    if held:
        return held[-1]
    said = [run for run in runs if run.outcome in _SAID]
    nothing_new = [run for run in runs if run.outcome is Outcome.NO_NEW_FILE]
    if said and said[-1].outcome is Outcome.FAILED and nothing_new:
        stored = [run for run in said if run.outcome is not Outcome.FAILED]
        if nothing_new[-1].job > said[-1].job:
            return stored[-1] if stored else nothing_new[-1]
    if said:
        return said[-1]
    return next(
        found[-1]
        for outcomes in _NEXT
        if (found := [run for run in runs if run.outcome in outcomes])
    )
