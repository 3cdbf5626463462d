"""What a function may be asked for: an event is not trusted, and becomes one of these."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from rollbook.aws.errors import EventUnknown
from rollbook.core.catalogue.terms import parse_term_name
from rollbook.core.errors import UsageError

LONGEST_NAME: Final = 200
LARGEST_JOB: Final = (1 << 31) - 1
NUMBER: Final = re.compile(r"[A-Za-z0-9_-]{16,64}")
"""By which a page knows its connection test."""


@dataclass(frozen=True, slots=True)
class Due:
    """Do what is due."""


@dataclass(frozen=True, slots=True)
class Run:
    """Carry out one job that waits, then what is due."""

    job: int


@dataclass(frozen=True, slots=True)
class Look:
    """Test a feed's connection; `lists`: stop where the folder has been listed."""

    feed: str
    lists: bool


@dataclass(frozen=True, slots=True)
class PageTest:
    """Carry out a connection test that a page has begun."""

    number: str


@dataclass(frozen=True, slots=True)
class Migrate:
    """Bring the tables up to date, and add the columns of a term where one is named."""

    term: str = ""


Event = Due | Run | Look | PageTest | Migrate


def read_event(given: object) -> Event:
    """Return what is asked for. Raises EventUnknown, which repeats nothing of what was given."""
    if not isinstance(given, Mapping):
        raise EventUnknown(why="it is no object.")
    match given.get("do"):
        case "due":
            return _only(given, Due())
        case "migrate" if "term" in given:
            return _only(given, Migrate(_term(given["term"])), "term")
        case "migrate":
            return _only(given, Migrate())
        case "run":
            return _only(given, Run(_job(given.get("job"))), "job")
        case "test" if "number" in given:
            return _only(given, PageTest(_number(given["number"])), "number")
        case "test" | "list" as what:
            return _only(given, Look(_feed(given.get("feed")), lists=what == "list"), "feed")
    raise EventUnknown(why='its "do" is none of due, run, test, list, migrate.')


def _only(given: Mapping[Any, object], event: Event, *names: str) -> Event:
    """Take an event that says nothing more: what else it says might be meant otherwise."""
    if set(given) != {"do", *names}:
        raise EventUnknown(why="it says more than it should.")
    return event


def _job(given: object) -> int:
    if type(given) is not int or not 1 <= given <= LARGEST_JOB:
        raise EventUnknown(why='its "job" is no number of a job.')
    return given


def _feed(given: object) -> str:
    if not isinstance(given, str) or not 1 <= len(given) <= LONGEST_NAME:
        raise EventUnknown(why='its "feed" is no name of a feed.')
    return given


def _term(given: object) -> str:
    try:
        return parse_term_name(given if isinstance(given, str) else "")
    except UsageError:
        raise EventUnknown(why='its "term" is no term such as "Winter 2026".') from None


def _number(given: object) -> str:
    if not isinstance(given, str) or not NUMBER.fullmatch(given):
        raise EventUnknown(why='its "number" is no number of a test.')
    return given
