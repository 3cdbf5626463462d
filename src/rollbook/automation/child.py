"""One waiting job in a process of its own: `python -m rollbook.automation.child JOB [IN_TURN]`.

The worker starts it and holds the other end of its standard input: where that closes, the worker
has died, and this process ends at once; the database rolls back.

With IN_TURN it says one byte when its file is here, and reads the file when a byte has come back:
only as many files are read at once as the worker wishes, while others still wait for their servers.
"""

import contextlib
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType, TracebackType

import django

from rollbook import logs
from rollbook.core.errors import RollbookError
from rollbook.core.events import TakeTurn, ignore

REFUSED = 5
IN_TURN = "in-turn"
AT_ONCE = 1.0
"""Seconds. A shorter wait for a turn is not mentioned."""


def main(number: int, *, in_turn: bool = False) -> int:
    """Carry out job `number`; return 0 whatever came of it: its row says that."""
    logs.set_up(os.environ)
    sys.excepthook = _log_place
    turn = threading.Event()
    threading.Thread(target=_end_with_the_worker, args=(turn,), daemon=True).start()
    os.environ["DJANGO_SETTINGS_MODULE"] = "rollbook.project.settings"
    django.setup(set_prefix=False)
    from rollbook.automation.import_job import Terminated
    from rollbook.automation.imports import run_requested

    def terminate(signum: int, frame: FrameType | None) -> None:
        raise Terminated

    signal.signal(signal.SIGTERM, terminate)
    try:
        take_turn = _taker(turn) if in_turn else None
        run_requested(number, listener=ignore, environ=os.environ, take_turn=take_turn)
    except RollbookError:
        return REFUSED  # another import of the feed runs; the next tick queues this one again
    except KeyboardInterrupt:
        pass  # cancelled or terminated; written down already
    return 0


def _log_place(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    broken = (kind, error, trace)
    logging.getLogger(logs.JOBS).error("the process of a job broke off", exc_info=broken)


def _taker(turn: threading.Event) -> TakeTurn:
    def take(say: Callable[[], None]) -> None:
        os.write(1, b".")
        if not turn.wait(AT_ONCE):
            say()
            turn.wait()

    return take


def _end_with_the_worker(turn: threading.Event) -> None:
    with contextlib.suppress(OSError):
        while os.read(0, 1):
            turn.set()
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), in_turn=IN_TURN in sys.argv[2:]))
