"""How long a sign-in lasts, to the second."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

NOW = 1_800_000_000.0
IDLE, LONGEST = 600, 3600


@pytest.fixture(autouse=True)
def lengths(django_ready: None) -> Iterator[None]:
    from django.test import override_settings

    with override_settings(IDLE_SECONDS=IDLE, SESSION_COOKIE_AGE=LONGEST):
        yield


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Set the clock of sign-ins to so many seconds after NOW."""

    def move(seconds: float) -> None:
        monkeypatch.setattr("rollbook.access.sessions.time.time", lambda: NOW + seconds)

    move(0)
    return move


@pytest.fixture
def signed_out(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The requests whose session was ended."""
    ended: list[Any] = []
    monkeypatch.setattr("rollbook.access.sessions.logout", ended.append)
    return ended


def test_both_ends_are_counted_from_the_sign_in_and_only_one_moves(
    request_of: Any, at: Callable[[float], None]
) -> None:
    from rollbook.access.sessions import begin, seconds_left, seconds_to_end, stay

    request = request_of("viewer")
    begin(request)
    assert (seconds_left(request), seconds_to_end(request)) == (600, 3600)
    at(599)
    assert (seconds_left(request), seconds_to_end(request)) == (1, 3001)
    stay(request)
    assert (seconds_left(request), seconds_to_end(request)) == (600, 3001)
    at(3500)
    stay(request)
    assert (seconds_left(request), seconds_to_end(request)) == (100, 100)
    at(9000)
    assert (seconds_left(request), seconds_to_end(request)) == (0, 0)
    assert seconds_left(request_of("viewer")) == 0


def test_who_was_idle_too_long_is_signed_out(
    request_of: Any, at: Callable[[float], None], signed_out: list[Any]
) -> None:
    from rollbook.access.sessions import SessionEnd, begin

    middleware: Any = SessionEnd(lambda request: "answer")  # type: ignore[arg-type, return-value]
    request = request_of("viewer")
    begin(request)
    at(599)
    assert middleware(request) == "answer"
    assert signed_out == []
    at(600)
    assert middleware(request) == "answer"
    assert signed_out == [request]


@pytest.mark.parametrize("missing", [{"began_at"}, {"seen_at"}, {"began_at", "seen_at"}])
def test_a_session_without_its_times_gets_them(
    request_of: Any, at: Callable[[float], None], signed_out: list[Any], missing: set[str]
) -> None:
    from rollbook.access.sessions import SessionEnd, seconds_left

    request = request_of("viewer")
    request.session = dict.fromkeys({"began_at", "seen_at"} - missing, NOW)
    SessionEnd(lambda request: None)(request)  # type: ignore[arg-type, return-value]
    assert signed_out == []
    assert seconds_left(request) == 600


def test_nobody_has_no_sign_in_that_could_end(request_of: Any, signed_out: list[Any]) -> None:
    from rollbook.access.sessions import SessionEnd

    request = request_of()
    middleware = SessionEnd(lambda request: None)  # type: ignore[arg-type, return-value]
    middleware(request)
    middleware.process_view(request, lambda: None)
    assert (signed_out, request.session) == ([], {})


def test_activity_is_kept_every_half_minute_but_for_what_a_page_asks_on_its_own(
    request_of: Any, at: Callable[[float], None]
) -> None:
    from rollbook.access.sessions import SessionEnd, begin, in_background

    middleware = SessionEnd(lambda request: None)  # type: ignore[arg-type, return-value]
    request = request_of("viewer")
    begin(request)
    at(29)
    middleware.process_view(request, lambda: None)
    assert request.session["seen_at"] == NOW
    at(30)
    middleware.process_view(request, in_background(lambda: None))
    assert request.session["seen_at"] == NOW
    middleware.process_view(request, lambda: None)
    assert request.session == {"began_at": NOW, "seen_at": NOW + 30}
