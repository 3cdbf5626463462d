"""Connection tests beside the server's threads: each in a process of its own, few at once. A look
into a folder of the server is one of them.

A server on the other side can fall silent; no thread that answers requests waits for it. What a
test has found lies in the cache (`connection_test_results`), so that every process of the pages
can be asked for it. On AWS the importer carries it out.
"""

import json
import logging
import os
import secrets
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any
from zoneinfo import ZoneInfo

from django.core.cache import cache
from django.db import connections

from rollbook.core.errors import RollbookError, kind_and_place
from rollbook.core.feed_settings import FeedRules
from rollbook.core.sources.connection import SftpConnection
from rollbook.environ import importing_function
from rollbook.home import home
from rollbook.records.connection_test_child import folder_request_of, request_of
from rollbook.records.queries.feeds import read_terms
from rollbook.web.pages.feeds import connection_test_results as results
from rollbook.web.pages.feeds.handed_over_tests import TAKEN_WITHIN, hand_over, take

AT_ONCE = 4
"""Tests of one installation that run side by side."""
WHOLE = 120.0
"""Seconds that a test may take; the patience for each of its steps is shorter."""
LARGEST_ANSWER = 4 << 20
"""Bytes that a test may answer with."""
ENDING = 1.0
"""Seconds in which a process ends after its last word, before it is killed."""
BROKEN_OFF = (
    "The test stopped unexpectedly. Nothing was changed. Try again. If it keeps happening, "
    "report it."
)
NOT_BEGUN = (
    f"The function that tests connections didn't begin within {TAKEN_WITHIN:.0f} seconds. "
    "Nothing was changed. Try again. If it keeps happening, check the importer's log in AWS."
)

_log = logging.getLogger("rollbook.connection_tests")


class TooManyTests(RollbookError):
    """{count} connection tests are already running.

    Nothing was changed.

    Wait a minute or two until one has ended, then test again."""

    reason = "too_many_tests"


def begin(
    connection: SftpConnection,
    folder: str,
    pattern: str,
    *,
    rules: FeedRules,
    about: Mapping[str, Any],
    zone: ZoneInfo,
    signs_in: bool = True,
) -> str:
    """Begin a test and return by which name it can be asked for. Raises TooManyTests."""
    terms = [term.name for term in read_terms()]
    request = request_of(
        connection,
        folder,
        pattern,
        terms=terms,
        rules=rules,
        home=home(os.environ),
        zone=zone,
        signs_in=signs_in,
    )
    return _begin(request, about)


def begin_browsing(
    connection: SftpConnection, folder: str, *, others: Sequence[str], about: Mapping[str, Any]
) -> str:
    """Begin to read a folder and return as `begin`. `others` are other feeds' patterns."""
    return _begin(folder_request_of(connection, folder, others=others), about)


def _begin(request: bytes, about: Mapping[str, Any]) -> str:
    number = secrets.token_urlsafe(16)
    slot = next((place for place in map(_slot, range(AT_ONCE)) if _take(place, number)), None)
    if slot is None:
        raise TooManyTests(count=AT_ONCE)
    test = _Test(number, slot, about=dict(about))
    try:
        test.begin(request)
    except BaseException:
        cache.delete(slot)
        raise
    return number


def carry_out(number: str) -> bool:
    """Carry out a test that a function of pages has begun; False where nobody waits for it."""
    taken = take(number, os.environ)
    found = results.kept(number)
    if taken is None or found is None:
        return False
    slot, request = taken
    _Test(number, slot, about=found["about"]).carry_out(request)
    return True


class _Test:
    """One test, watched by a thread that ends its process in any case."""

    def __init__(self, number: str, slot: str, *, about: dict[str, Any]) -> None:
        self.number = number
        self.slot = slot
        self.found: dict[str, Any] = {
            "steps": [],
            "header": [],
            "folder": None,
            "about": about,
            "is_over": False,
            "problem": BROKEN_OFF,
        }

    def begin(self, request: bytes) -> None:
        """Let it be carried out beside the caller: by a thread, or by a function of AWS."""
        if importing_function(os.environ) is not None:
            self.found["problem"] = NOT_BEGUN
            self._announce(TAKEN_WITHIN)
            hand_over(self.number, self.slot, request=request, environ=os.environ)
            return
        self._announce(WHOLE + results.UNWATCHED)
        thread = threading.Thread(target=self._run, args=(request,), name="connection test")
        thread.daemon = True
        thread.start()

    def carry_out(self, request: bytes) -> None:
        """Carry it out here; what comes of it is in the cache."""
        self._announce(WHOLE + results.UNWATCHED)
        self._run(request)

    def _announce(self, seconds: float) -> None:
        """Let pages wait for it for so many seconds."""
        results.announce(self.number, seconds)
        self._keep()
        results.watch(self.number)

    def _keep(self) -> None:
        results.keep(self.number, self.found)

    def _run(self, request: bytes) -> None:
        self._try(lambda: self._ask(request))
        self.found["is_over"] = True
        self._try(self._keep)
        self._try(lambda: cache.delete(self.slot))

    def _try(self, step: Callable[[], object]) -> None:
        """Do one step; whatever becomes of it, the next one is done, on a connection of its own."""
        try:
            step()
        except Exception as error:  # noqa: BLE001 - around a thread's work: its place must be freed
            _log_fault(kind_and_place(type(error), error.__traceback__))
        finally:
            connections.close_all()

    def _ask(self, request: bytes) -> None:
        process = subprocess.Popen(
            [sys.executable, "-m", "rollbook.records.connection_test_child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        with process:
            assert process.stdin and process.stdout
            try:
                process.stdin.write(request)
                process.stdin.flush()
                for line in self._lines(process.stdout.fileno()):
                    self._keep_answer(json.loads(line))
            finally:
                code = _exit_code(process)
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
        if code:
            _log_fault(f"its process ended with exit code {code}")

    def _lines(self, answers: int) -> Iterator[bytes]:
        """The child's lines; ends with it, in time, and where no page asks any more."""
        deadline, waiting, size = time.monotonic() + WHOLE, b"", 0
        readable = select.poll()  # `select.select` knows no descriptor above 1,023
        readable.register(answers, select.POLLIN)
        while size < LARGEST_ANSWER:
            if time.monotonic() > deadline:
                self.found["problem"] = (
                    f"The test took more than {WHOLE:.0f} seconds, so we stopped it. Nothing was "
                    f"changed. Ask your vendor why the server is so slow."
                )
                return
            if not results.is_watched(self.number):
                self.found["problem"] = (
                    "We stopped this test because its page was closed. Nothing was "
                    "changed. Test again."
                )
                return
            if not readable.poll(1000):
                continue
            part = os.read(answers, 1 << 16)
            if not part:
                return
            size += len(part)
            *lines, waiting = (waiting + part).split(b"\n")
            yield from lines

    def _keep_answer(self, answer: dict[str, Any]) -> None:
        if "broken" in answer:
            _log_fault(answer["broken"])
        elif "step" in answer:
            self.found["steps"].append(answer["step"])
        elif "folder" in answer:
            self.found |= {"folder": answer["folder"], "problem": ""}
        else:
            self.found |= {"header": answer["header"], "problem": ""}
        self._keep()


def _exit_code(process: subprocess.Popen[bytes]) -> int | None:
    """Return how a process has ended, None where it goes on."""
    with suppress(subprocess.TimeoutExpired):
        return process.wait(timeout=ENDING)
    return None


def _log_fault(what: str) -> None:
    _log.error("a connection test broke off: %s", what)


def _take(slot: str, number: str) -> bool:
    """Take a place; one whose process of the pages has died is free again after a while."""
    return cache.add(slot, number, WHOLE + results.UNWATCHED)


def _slot(place: int) -> str:
    return f"connection-test-slot:{place}"
