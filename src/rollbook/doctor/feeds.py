"""Whether each feed's server would give its file: the connection test, which fetches none."""

import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Final

from rollbook.core.quantities import span_text
from rollbook.core.sources.connection_test import test_connection
from rollbook.core.sources.steps import Layer, Step
from rollbook.core.sources.steps import State as StepState
from rollbook.doctor.finding import Check, Finding, State
from rollbook.records.database import translated
from rollbook.records.district import district_zone
from rollbook.records.models import Feed
from rollbook.records.operations.feeds import record_test
from rollbook.records.queries.feeds import active_feeds
from rollbook.records.queries.schedules import schedule_of
from rollbook.records.sources import connection_of

AHEAD: Final = timedelta(minutes=5)
"""A file that is dated later than now by more speaks of a clock that is off."""
FEED_WITHIN: Final = 60.0
AT_ONCE: Final = 8
"""Servers that are tried beside each other; each takes a connection to the database too."""
NO_FILE: Final = "file_not_found"


@translated()
def feed_lanes(environ: Mapping[str, str], *, actor: str) -> list[list[Check]]:
    """Return the checks of all feeds; those of one server come one after the other."""
    by_server: dict[tuple[str, int], list[Check]] = defaultdict(list)
    for feed in active_feeds():
        if feed.host:
            ask = partial(_feed, feed, environ, actor=actor)
            check = Check("feed", ask, within=FEED_WITHIN, feed=feed.name)
            by_server[feed.host, feed.port].append(check)
    if not by_server:
        return [[Check("feed", _none)]]
    lanes: list[list[Check]] = [[] for _ in range(min(AT_ONCE, len(by_server)))]
    for number, checks in enumerate(by_server.values()):
        lanes[number % AT_ONCE] += checks
    return lanes


def _none() -> Finding:
    return Finding(
        "feed",
        State.WARNING,
        "No feed has a server yet, so nothing runs automatically.",
        "Add a feed.",
        at_terminal="Use `rollbook feeds add`.",
    )


def _feed(feed: Feed, environ: Mapping[str, str], *, actor: str) -> Finding:
    connection = connection_of(feed, environ)
    record_test(feed.name, connection.host, connection.port, actor=actor)
    steps = list(test_connection(connection, feed.folder, feed.pattern))
    return _judged(feed, steps, is_on=schedule_of(feed, district_zone()).is_on)


def _judged(feed: Feed, steps: Sequence[Step], *, is_on: bool) -> Finding:
    last = steps[-1]
    if last.state is StepState.FAILED:
        is_early = last.reason == NO_FILE  # its file may come later in the night
        state = State.FAILED if is_on and not is_early else State.WARNING
        return Finding("feed", state, last.detail, last.advice, feed.name)
    if last.name is Layer.HOST_KEY:
        return Finding(
            "feed",
            State.FAILED,
            "The server's key isn't confirmed yet.",
            "Test the connection and confirm the fingerprint.",
            feed.name,
        )
    newest = max((each.newest_at or 0.0 for each in steps), default=0.0)
    ahead = timedelta(seconds=newest - time.time())
    if ahead > AHEAD:
        return Finding(
            "feed",
            State.WARNING,
            f"The newest file is dated {span_text(ahead)} in the future: the clock of "
            "the server or of this machine is wrong.",
            "Tell your vendor, and check this server's clock.",
            feed.name,
        )
    return Finding("feed", State.OK, "Signed in. Found a file.", "", feed.name)
