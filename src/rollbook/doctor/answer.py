"""The answer to what a person asks first: can tonight's imports run?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from rollbook.core.quantities import counted, moment_words, names_text
from rollbook.doctor.finding import Finding, State

BESIDE: Final = frozenset({"feed", "mail", "recipients", "heartbeat", "uptime_service", "roster"})
"""Checks whose failure stops no import, or that of one feed alone."""
MORNING, EVENING = 9, 17
"""Hours of the district's clock: a run before the one or after the other is at night."""
MOST_NAMED: Final = 3
"""Feeds that the answer names; more are counted."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What leads the page: a sentence, and one more about what is to be looked at."""

    state: State
    sentence: str
    detail: str

    @property
    def tone(self) -> str:
        """Its color on a page."""
        return {State.OK: "ok", State.WARNING: "warn", State.FAILED: "bad"}[self.state]


def answer(found: Sequence[Finding], runs: Sequence[tuple[str, datetime]], now: datetime) -> Answer:
    """Judge all findings together.

    `runs`: the next planned run of each feed that has one, the nearest first; `now` is local.
    """
    to_see = sum(each.state is not State.OK for each in found)
    detail = f"{counted(to_see, 'thing')} to look at." if to_see else "Everything is fine."
    failed = [each for each in found if each.state is State.FAILED]
    planned = {feed for feed, _ in runs}
    down = [each.feed for each in failed if each.feed in planned]
    which = "Tonight's" if _is_tonight(runs, now) else "The next"
    if any(each.name not in BESIDE for each in failed) or (down and len(down) == len(planned)):
        return Answer(State.FAILED, f"{which} imports can't run.", detail)
    if down:
        feeds = names_text(down) if len(down) <= MOST_NAMED else counted(len(down), "feed")
        imports = "import" if len(down) == 1 else "imports"
        return Answer(State.FAILED, f"{which} {imports} of {feeds} can't run.", detail)
    if not runs:
        return Answer(State.WARNING, "No import is scheduled.", detail)
    when = f"Next is {runs[0][0]}, {moment_words(runs[0][1].astimezone(now.tzinfo), now)}."
    state = State.WARNING if to_see else State.OK
    return Answer(state, f"{which} imports can run.", f"{detail} {when}")


def _is_tonight(runs: Sequence[tuple[str, datetime]], now: datetime) -> bool:
    """Tell whether the nearest run is in the night that comes, or that it is."""
    if not runs:
        return False
    at = runs[0][1].astimezone(now.tzinfo)
    return at - now < timedelta(days=1) and not MORNING <= at.hour < EVENING
