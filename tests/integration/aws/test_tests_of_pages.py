"""A connection test on a page of AWS: the importer carries it out, and rows tell the page."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from tests.doubles.aws_server import Calls
from tests.integration.pages.conftest import pages, person
from tests.integration.pages.test_connection_tests import (
    begin,
    confirmed,
    hurried,
    number_in,
    page_of,
    sound,
)
from tests.integration.servers import PASSWORD, RunningServer

__all__ = ["hurried", "pages", "person", "sound"]  # fixtures

Person = Callable[..., Any]


def rows(url: str) -> str:
    with psycopg.connect(url) as connection:
        return str(connection.execute("select cache_key, value from rollbook.web_cache").fetchall())


def test_the_importer_carries_it_out_once_with_a_password_that_is_not_saved(
    calls: Calls, person: Person, sound: RunningServer, records: str
) -> None:
    from rollbook.web.pages.feeds.connection_tests import carry_out

    client = person()
    shown = begin(client, sound, **confirmed(client, sound))
    number = number_in(shown)
    assert "Testing…" in shown
    assert calls.taken == [("importer", "Event", {"do": "test", "number": number})]
    waiting = rows(records)
    assert "sealed:1:" in waiting
    assert PASSWORD not in waiting
    assert carry_out(number)
    assert "Everything works." in page_of(client, number)
    assert not carry_out(number), "delivered twice"
    assert "sealed:1:" not in rows(records)


def test_steps_are_shown_while_it_is_under_way(
    calls: Calls, person: Person, sound: RunningServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rollbook.web.pages.feeds.connection_tests import _Test, carry_out

    client = person()
    number = number_in(begin(client, sound, **confirmed(client, sound)))
    keep, seen = _Test._keep, []

    def look_between(test: _Test) -> None:
        keep(test)
        seen.append(client.get(f"/connection-tests/{number}/").content.decode())

    monkeypatch.setattr(_Test, "_keep", look_between)
    assert carry_out(number)
    assert any("<b>Port</b>" in page and "Testing…" in page for page in seen)


def test_a_call_that_is_refused_is_told_and_leaves_nothing_waiting(
    calls: Calls, person: Person, sound: RunningServer, records: str
) -> None:
    client = person()
    calls.refusal = "AccessDeniedException"
    for _ in range(5):  # it takes no place either
        assert "lambda:InvokeFunction" in begin(client, sound)
    assert "sealed:1:" not in rows(records)


def test_one_that_nobody_begins_ends_with_a_sentence_and_is_not_carried_out_later(
    calls: Calls, person: Person, sound: RunningServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rollbook.web.pages.feeds import connection_tests, handed_over_tests

    for module in (connection_tests, handed_over_tests):
        monkeypatch.setattr(module, "TAKEN_WITHIN", 0.3)
    client = person()
    calls.on_call = lambda: None
    page = begin(client, sound)
    number = calls.taken[0][2]["number"]
    shown = page if "begin within" in page else page_of(client, number)
    assert "begin within 60 seconds. Nothing was changed." in shown
    assert "Testing…" not in shown
    assert not connection_tests.carry_out(number)


def test_one_that_dies_ends_with_a_sentence(
    calls: Calls, person: Person, sound: RunningServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rollbook.web.pages.feeds import connection_test_results, connection_tests

    client = person()
    number = number_in(begin(client, sound))
    monkeypatch.setattr(
        connection_tests, "WHOLE", -connection_test_results.UNWATCHED
    )  # as if long ago
    monkeypatch.setattr(connection_tests._Test, "_run", lambda *_: None)  # killed
    assert connection_tests.carry_out(number)
    assert "The test stopped unexpectedly. Nothing was changed." in page_of(client, number)
