"""Whether the uptime service answers, and what its clock says; its address is not called for it.

Mail servers are not asked: SMTP tells no time that can be relied on.
"""

import ssl
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from rollbook.core.quantities import span_text
from rollbook.doctor.finding import Finding, State
from rollbook.notify.uptime_ping import heartbeats

WITHIN: Final = 10.0
CLOCK_OFF: Final = timedelta(minutes=1)
"""HTTP tells whole seconds, and the answer takes its time too."""
NAME: Final = "uptime_service"


def one_of_each_server(setting: str) -> list[str]:
    """Return an address of each server that is called: all of its addresses have the same head."""
    return list({tuple(url.split("/")[:3]): url for _, url in heartbeats(setting)}.values())


def uptime_service(url: str) -> Finding:
    """Ask the server of `url` for nothing but the head of its first page.

    Who knows the address can keep the service quiet, so no finding repeats it.
    """
    before = datetime.now(UTC)
    try:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or "@" in parts.netloc:
            return _unheard("Its address can't be used.")
        told = _date_of(urlunsplit((parts.scheme, parts.netloc, "/", "", "")))
    except (OSError, HTTPException, ValueError) as error:
        return _unheard(f"It couldn't be reached ({_kind(error)}).")
    after = datetime.now(UTC)
    if told is None:
        return Finding(NAME, State.OK, "The uptime service answers, but doesn't send its time.")
    off = told - (before + (after - before) / 2)
    if abs(off) < CLOCK_OFF:
        return Finding(NAME, State.OK, "The uptime service answers, and its clock agrees.")
    side = "ahead of" if off > timedelta() else "behind"
    return Finding(
        NAME,
        State.WARNING,
        f"The uptime service's clock is {span_text(abs(off))} {side} this machine's.",
        "Set this server's clock from the network (NTP).",
    )


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


def _date_of(address: str) -> datetime | None:
    asked = urllib.request.Request(address, method="HEAD")  # noqa: S310 - it is of the web
    try:
        with urllib.request.build_opener(_NoRedirects).open(asked, timeout=WITHIN) as answer:
            date = answer.headers.get("Date")
    except urllib.error.HTTPError as error:  # an answer too
        date = error.headers.get("Date")
        error.close()
    told = parsedate_to_datetime(date) if date else None
    return told.replace(tzinfo=UTC) if told and told.tzinfo is None else told


def _unheard(what: str) -> Finding:
    return Finding(
        NAME,
        State.WARNING,
        f"The uptime service can't be told that a night went well. {what}",
        "Check its address, and whether this server can reach the internet.",
        at_terminal="The address is in ROLLBOOK_HEARTBEAT_URL.",
    )


def _kind(error: Exception) -> str:
    cause = error.reason if isinstance(error, urllib.error.URLError) else error
    return (
        "its certificate isn't valid" if isinstance(cause, ssl.SSLError) else type(cause).__name__
    )
