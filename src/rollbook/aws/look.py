"""A look at a feed's server: its connection tested with the saved credentials, step by step."""

from collections.abc import Mapping
from contextlib import closing
from typing import Any

from rollbook.aws.events import Look
from rollbook.core.header_check import HeaderReader
from rollbook.core.sources.connection_test import test_connection
from rollbook.core.sources.steps import Layer, State, Step
from rollbook.home import home, scratch_file
from rollbook.records.database import translated
from rollbook.records.district import district_zone
from rollbook.records.operations.feeds import record_test
from rollbook.records.queries.feeds import feed_by_name, feed_rules, read_catalogue
from rollbook.records.sources import connection_of

WHO = "importer"
"""Who has the connection tested, in the audit log."""


@translated()
def look_at(asked: Look, environ: Mapping[str, str]) -> dict[str, Any]:
    """Test the feed's connection, or only list its folder; return the steps.

    No key is confirmed here. The header found is for administrators alone, and is left out.
    """
    feed = feed_by_name(asked.feed)
    connection = connection_of(feed, environ)
    record_test(feed.name, connection.host, connection.port, actor=WHO)
    folder = home(environ)
    reader = HeaderReader(read_catalogue(), feed_rules(feed), lambda: scratch_file(folder))
    steps = test_connection(
        connection,
        feed.folder,
        feed.pattern,
        read_header=None if asked.lists else reader,
        zone=district_zone(),
    )
    did: list[Step] = []
    with closing(steps):
        for step in steps:
            did.append(step)
            if asked.lists and step.name is Layer.FILES:
                break
    return {
        "ok": all(step.state is not State.FAILED for step in did),
        "did": [_as_object(step) for step in did],
        "next_attempt_at": None,
    }


def _as_object(step: Step) -> dict[str, Any]:
    found = {"step": step.name.value, "state": step.state.value, "detail": step.detail}
    return found | {"advice": step.advice, "reason": step.reason or None}
