"""A call to a dead-man service: it raises the alarm when the calls stop coming."""

import re
import ssl
import urllib.error
import urllib.request
from http.client import HTTPException
from socket import gaierror
from typing import Any, Final
from urllib.parse import urlsplit

from rollbook.core.errors import RollbookError
from rollbook.notify.deadline import within

ALL: Final = ""
"""In place of a feed: the address is that of the whole installation."""


def heartbeats(setting: str) -> list[tuple[str, str]]:
    """Return for which feed, or ALL, which address is called.

    `setting`: addresses with blanks between them, each alone or as FEED=ADDRESS.
    """
    named = (re.fullmatch(r"(?:([\w-]+)=)?(.+)", each) for each in setting.split())
    return [(each[1] or ALL, each[2]) for each in named if each]


class HeartbeatFailed(RollbookError):
    """The uptime service couldn't be called: {why}.

    The import itself isn't affected.

    Check ROLLBOOK_HEARTBEAT_URL."""

    reason = "heartbeat_failed"
    is_transient = True


def call_heartbeat(url: str, *, timeout: float = 10.0) -> None:
    """Call the uptime service after a run that went well. Raises HeartbeatFailed.

    `timeout`: seconds for each wait; twice as many for all of it.
    No error repeats the address: anyone who knows it can keep the service quiet.
    """
    try:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https"):
            raise HeartbeatFailed(why="it isn't an http:// or https:// address")
        if "@" in parts.netloc:  # the name server would be asked for all of it, password included
            raise HeartbeatFailed(why="its address can't have a user name in it")
        within(2 * timeout, lambda: _open(url, timeout))
    except urllib.error.HTTPError as error:
        error.close()
        raise HeartbeatFailed(why=f"it answered {error.code}") from None
    except (HTTPException, ValueError) as error:
        # What is no address at all; UnicodeError and the port that is no number among it.
        raise HeartbeatFailed(why=f"its address can't be used ({type(error).__name__})") from None
    except OSError as error:
        raise HeartbeatFailed(why=_hindrance(error)) from None


def _open(url: str, timeout: float) -> None:
    with urllib.request.build_opener(_FewRedirects).open(url, timeout=timeout):
        pass


class _FewRedirects(urllib.request.HTTPRedirectHandler):
    """Follows three times at most, to the web alone, and never from TLS to no TLS."""

    max_redirections = 3

    def redirect_request(
        self, req: urllib.request.Request, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> urllib.request.Request | None:
        allowed = ("https",) if req.type == "https" else ("http", "https")
        if urlsplit(newurl).scheme not in allowed:
            return None
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _hindrance(error: OSError) -> str:
    cause = error.reason if isinstance(error, urllib.error.URLError) else error
    match cause:
        case gaierror():
            return "its name wasn't found"
        case TimeoutError():
            return "it didn't answer in time"
        case ConnectionRefusedError():
            return "nothing is running there"
        case ssl.SSLCertVerificationError():
            return f"its certificate isn't valid ({cause.verify_message})"
    return f"it couldn't be reached or lost the connection ({type(cause).__name__})"
