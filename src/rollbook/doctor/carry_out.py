"""Carries checks out beside each other, each in a thread that is not waited for beyond its time."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence

from rollbook.doctor.finding import Check, Finding
from rollbook.records.session import cut


def carry_out(lanes: Sequence[Sequence[Check]], *, close: Callable[[], None]) -> Iterator[Finding]:
    """Give the findings in the order of the checks.

    The checks of a lane are made one after the other, the lanes beside each other. `close` ends
    what a lane has opened.
    """
    begun = [_Lane(checks, close) for checks in lanes]
    for lane in begun:
        yield from lane.findings()


class _Lane:
    def __init__(self, checks: Sequence[Check], close: Callable[[], None]) -> None:
        self._checks = checks
        self._found: dict[int, Finding] = {}
        self._changed = threading.Condition()
        self._is_given_up = False
        # A daemon: a check that hangs keeps no command from ending.
        self._thread = threading.Thread(target=self._run, args=(close,), daemon=True)
        self._began = time.monotonic()
        self._thread.start()

    def findings(self) -> Iterator[Finding]:
        due = self._began
        for number, check in enumerate(self._checks):
            due += check.within
            with self._changed:
                while number not in self._found and (left := due - time.monotonic()) > 0:
                    self._changed.wait(left)
                found = self._found.get(number)
                self._is_given_up |= found is None
            if found is None and self._thread.ident is not None:
                cut(self._thread.ident)
            yield found or check.without_answer()

    def _run(self, close: Callable[[], None]) -> None:
        try:
            for number, check in enumerate(self._checks):
                if self._is_given_up:
                    return
                found = check.carry_out()
                with self._changed:
                    self._found[number] = found
                    self._changed.notify_all()
        finally:
            close()
