"""Tests of a feed's connection: begun from what is typed or saved, and what a page shows of one."""

import os
from collections.abc import Mapping, Sequence
from typing import Any, Final

from rollbook.core.errors import RollbookError
from rollbook.core.sources.connection import check_pattern
from rollbook.core.sources.steps import Layer
from rollbook.records.district import district_zone
from rollbook.records.models import Feed
from rollbook.records.operations.feeds import record_test
from rollbook.records.queries.feeds import active_feeds, feed_rules, read_catalogue
from rollbook.records.sources import connection_of
from rollbook.web.error_texts import error_text
from rollbook.web.pages.feeds import connection_test_results, connection_tests
from rollbook.web.pages.feeds.form import FeedForm, offered_key

SCRIPT_WAITS: Final = 0.3
"""Seconds until the first answer to a test; a script then asks for more."""
PAGE_WAITS: Final = 8.0
"""Without a script; a button then asks for more."""
GO_ON: Final = "go-on"
"""What the button under a new host key asks for: it is confirmed and the test goes further."""


def tested(
    form: FeedForm, feed: Feed | None, *, asked: str, seconds: float, actor: str
) -> dict[str, Any]:
    """Test what is in the form; nothing is saved. A new key must be confirmed to go on.

    `asked` names a test that was begun before; anything else begins one.
    """
    number = asked
    if connection_test_results.look(asked) is None:
        try:
            number = _begin_test(form, feed, actor=actor, goes_on=asked == GO_ON)
        except RollbookError as error:  # also where the saved credentials cannot be read
            return {"steps": [], "problem": error_text(error)}
    return shown(connection_test_results.wait(number, seconds))


def tested_as_saved(feed: Feed, *, asked: str, seconds: float, actor: str) -> dict[str, Any]:
    """Test what is saved; a new key is confirmed in the settings. `asked` as for `tested`."""
    number = asked
    if connection_test_results.look(asked) is None:
        try:
            number = _begin_saved_test(feed, actor=actor)
        except RollbookError as error:
            return {"steps": [], "problem": error_text(error)}
    return shown(connection_test_results.wait(number, seconds))


def _begin_test(form: FeedForm, feed: Feed | None, *, actor: str, goes_on: bool) -> str:
    settings, chosen = form.settings(), feed or Feed()
    connection = connection_of(chosen, os.environ, changes=settings, secret=form.secret())
    about = {
        "feed": feed.name if feed else "",
        "host": connection.host,
        "port": connection.port,
        "host_key": connection.host_key or "",
        "accepted": form.cleaned_data["offered_key"] if form.accepted_key() else "",
        "is_unticked": goes_on and not form.cleaned_data["accept_key"],
        "is_saved": False,
    }
    record_test(feed.name if feed else "", connection.host, connection.port, actor=actor)
    return connection_tests.begin(
        connection,
        settings["folder"],
        check_pattern(settings["pattern"]),
        zone=district_zone(),
        rules=feed_rules(chosen),
        about=about,
        signs_in=not form.makes_key,
    )


def _begin_saved_test(feed: Feed, *, actor: str) -> str:
    connection = connection_of(feed, os.environ)
    about = {
        "feed": feed.name,
        "host": connection.host,
        "port": connection.port,
        "host_key": connection.host_key or "",
        "accepted": "",
        "is_unticked": False,
        "is_saved": True,
    }
    record_test(feed.name, connection.host, connection.port, actor=actor)
    return connection_tests.begin(
        connection,
        feed.folder,
        check_pattern(feed.pattern),
        zone=district_zone(),
        rules=feed_rules(feed),
        about=about,
    )


def shown(found: connection_test_results.Found | None) -> dict[str, Any]:
    """Return what the page shows of a test: so far, or in the end."""
    if found is None:
        return {"steps": [], "problem": "This test has expired. Test again."}
    about, last = found.about, found.steps[-1] if found.steps else {}
    is_new = bool(last.get("host_key")) and last["host_key"] != about["host_key"]
    # Asked once the test is over: its last look would clear a box that is ticked by then.
    asks = is_new and found.is_over
    is_complete = found.is_over and not found.problem
    return {
        "steps": found.steps,
        "next_step": _next_step(last),
        "running": "" if found.is_over else found.number,
        "problem": "" if is_new or last.get("state") == "failed" else _problem(found),
        "is_good": is_complete
        and last.get("state") != "failed"
        and not is_new
        and last.get("name") != Layer.SIGN_IN,
        "offered": offered_key(about["host"], about["port"], last["host_key"]) if asks else None,
        "is_changed": is_new and bool(about["host_key"]),
        "accepted": about["accepted"],
        "is_unticked": about["is_unticked"],
        "saved_feed": about["feed"] if about["is_saved"] else "",
        "columns": _columns(found.header, about["feed"]),
    }


def _next_step(last: Mapping[str, Any]) -> str:
    """Return the step that is being tried; "" after the last one."""
    layers = list(Layer)
    at = layers.index(Layer(last["name"])) + 1 if last else 0
    return layers[at] if at < len(layers) else ""


def _problem(found: connection_test_results.Found) -> str:
    return found.problem if found.is_over else ""


def _columns(header: Sequence[str], feed_name: str) -> list[tuple[str, str]]:
    if not header:
        return []
    feed = next((feed for feed in active_feeds() if feed.name == feed_name), Feed())
    rules = feed_rules(feed)
    catalogue = read_catalogue()
    found = ((text, catalogue.find(text, rules)) for text in header)
    return [(text, field.header if field else "") for text, field in found]
