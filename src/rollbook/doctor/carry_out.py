"""Carries checks out beside each other, each in a thread that is not waited for beyond its time."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence

from rollbook.doctor.finding import Check, Finding, State
from rollbook.records.session import cut


def carry_out(
    lanes: Sequence[Sequence[Check]], *, close: Callable[[], None], in_all: float = 120.0
) -> Iterator[Finding]:
    """Give the findings in the order of the checks.

    The checks of a lane are made one after the other, the lanes beside each other. `close` ends
    what a lane has opened. After `in_all` seconds nothing is waited for any more.
    """
    until = time.monotonic() + in_all
    begun = [_Lane(checks, close, until) for checks in lanes]
    for lane in begun:
        yield from lane.findings()


class _Lane:
    def __init__(self, checks: Sequence[Check], close: Callable[[], None], until: float) -> None:
        self._checks = checks
        self._until = until
        self._found: dict[int, Finding] = {}
        self._changed = threading.Condition()
        # A daemon: a check that hangs keeps no command from ending.
        self._thread = threading.Thread(target=self._run, args=(close,), daemon=True)
        self._thread.start()

    def findings(self) -> Iterator[Finding]:
        for number, check in enumerate(self._checks):
            due = min(time.monotonic() + check.within, self._until)
            with self._changed:
                while number not in self._found and (left := due - time.monotonic()) > 0:
                    self._changed.wait(left)
                found = self._found.get(number)
            if found is None and self._thread.ident is not None:
                cut(self._thread.ident)  # what it waits for at the database fails, and it goes on
            yield found or check.without_answer()

    def _run(self, close: Callable[[], None]) -> None:
        try:
            for number, check in enumerate(self._checks):
                if time.monotonic() > self._until:
                    return
                found = check.carry_out()
                if found.state is State.FAILED:
                    close()  # a connection that was cut serves no other check
                with self._changed:
                    self._found[number] = found
                    self._changed.notify_all()
        finally:
            close()
