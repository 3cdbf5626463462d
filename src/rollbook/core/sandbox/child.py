"""The limited process, started by `process.py` with FILE and SCRATCH (descriptors).

Everything that parses a file from outside runs here. A task arrives on standard input, the answers
about the file leave on standard output. Standard input stays open for as long as the parent
lives: where it closes, a signal ends this process, whatever it is doing.
"""

import errno
import fcntl
import os
import select
import signal
import sys

from rollbook.core.errors import DiskFull, RollbookError, is_disk_full, kind_and_place
from rollbook.core.sandbox.errors import ReadingFailed, too_much_disk
from rollbook.core.sandbox.frames import Kind, read_frame, write_frame
from rollbook.core.sandbox.limits import OUT_OF_MEMORY, limit_process
from rollbook.core.sandbox.messages import pack_error
from rollbook.core.sandbox.task import Task, Wanted, unpack_rows, unpack_task
from rollbook.core.sandbox.work import Work


def main(file: int, scratch: int) -> int:
    """Do one task with the file behind the descriptor."""
    # The parent decides when to end: it may have something to write first.
    for unwanted in (signal.SIGINT, signal.SIGTERM):
        signal.signal(unwanted, signal.SIG_IGN)
    answers = os.dup(1)
    os.dup2(2, 1)  # what a library prints is no answer
    limit_process()
    try:
        task, rows = _receive()
        if task is None:
            return 0
        _end_with_the_parent()
        with os.fdopen(file, "rb") as given, os.fdopen(scratch, "w+b") as aside:
            _work(task, rows, Work(task, given, scratch=aside, answers=answers))
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    except RollbookError as error:
        write_frame(answers, Kind.REFUSED, pack_error(error))
    except Exception as error:  # noqa: BLE001 - around the whole process: the parent reports it
        write_frame(answers, Kind.REFUSED, pack_error(_foreseen(error)))
    return 0


def _work(task: Task, rows: set[int], work: Work) -> None:
    match task.wanted:
        case Wanted.HEADER:
            work.write_columns()
        case Wanted.JUDGED:
            work.write_judged()
        case Wanted.REJECTED:
            work.write_rejected(rows)


def _receive() -> tuple[Task | None, set[int]]:
    """Return the task and its rows; None where the parent has ended or has none."""
    given = sys.stdin.buffer
    first = read_frame(given.read)
    if first is None:
        return None, set()
    task = unpack_task(first[1])
    second = read_frame(given.read)
    return (None, set()) if second is None else (task, unpack_rows(second[1]))


def _end_with_the_parent() -> None:
    """Have the kernel end us (SIGIO) when the other end of standard input closes."""
    signal.signal(signal.SIGIO, signal.SIG_DFL)
    fcntl.fcntl(0, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(0, fcntl.F_SETFL, fcntl.fcntl(0, fcntl.F_GETFL) | os.O_ASYNC)
    if select.select([0], [], [], 0)[0]:  # it has closed already
        os._exit(0)


def _foreseen(error: Exception) -> RollbookError:
    if is_disk_full(error):
        return DiskFull()
    if isinstance(error, OSError) and error.errno == errno.EFBIG:
        return too_much_disk()
    return ReadingFailed(what=kind_and_place(type(error), error.__traceback__))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
