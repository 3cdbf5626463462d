"""Running one command in each installation of a fleet: a few at once, none without an end.

Each is a process of its own with the environment of its installation alone, so that one that
hangs, is broken, or is of another version stops none of the others.
"""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, Final

from rollbook.cli.fleet_list import Installation, variables_of
from rollbook.core.errors import RollbookError
from rollbook.core.visible import visible

LARGEST_OUTPUT: Final = 1_000_000
LONGEST_PROBLEM: Final = 300
TIME_TO_END: Final = 10.0
"""Seconds that a command has to end after it was told to."""
TIME_TO_READ: Final = 2.0
"""Seconds to read what is left in its pipes once it has ended."""
AT_ONCE: Final = 65_536

_KEPT: Final = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "USER", "LOGNAME", "TMPDIR")
"""Variables of ours that each installation gets. Another district's DATABASE_URL is none."""


@dataclass(frozen=True, slots=True)
class Run:
    """What came of one command. `code` is None where it did not end in time or did not begin."""

    installation: Installation
    code: int | None
    out: str = ""
    problem: str = ""
    """A sentence about what went wrong, for people."""


def run_each(
    fleet: Sequence[Installation],
    words: Callable[[Installation], Sequence[str]],
    *,
    seconds: float,
    at_once: int,
) -> Iterator[Run]:
    """Run `rollbook` with `words` in each installation; yield what came of it in the list's order.

    Each has `seconds`, then it is ended with its children.
    """
    with ThreadPoolExecutor(max_workers=at_once) as pool:
        yield from pool.map(lambda one: run(one, words(one), seconds=seconds), fleet)


def run(one: Installation, words: Sequence[str], *, seconds: float) -> Run:
    """Run `rollbook` with `words` in one installation. Raises nothing."""
    command = one.command or (sys.executable, "-m", "rollbook")
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    try:
        environment = kept | variables_of(one)
        process = subprocess.Popen(  # noqa: S603
            [*command, *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            start_new_session=True,
        )
        out, err = (_Output(stream) for stream in (process.stdout, process.stderr))
        code = _ended(process, seconds)
        return Run(one, code, out.text(), _problem(code, err.text(), seconds))
    except (OSError, ValueError) as error:  # a command that is not there; a NUL in a variable
        why = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else "unusable"
        return Run(one, None, problem=f"Can't run its command ({why}).")
    except RollbookError as error:
        return Run(one, None, problem=str(error))


class _Output:
    """What a process says: its beginning is kept, and the rest read and dropped."""

    def __init__(self, stream: IO[bytes] | None) -> None:
        assert stream is not None
        self._stream, self._kept = stream, b""
        # No part of our end: a child of the process may keep the other end open.
        self._reading = threading.Thread(target=self._read, daemon=True)
        self._reading.start()

    def _read(self) -> None:
        with self._stream:
            while part := os.read(self._stream.fileno(), AT_ONCE):
                self._kept += part[: LARGEST_OUTPUT - len(self._kept)]

    def text(self) -> str:
        """Return what was said, once the process has ended."""
        self._reading.join(TIME_TO_READ)
        return self._kept.decode(errors="replace")


def _ended(process: "subprocess.Popen[bytes]", seconds: float) -> int | None:
    """Return the exit code; None where the time was over first, and it was ended."""
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        for number in (signal.SIGTERM, signal.SIGKILL):
            with suppress(ProcessLookupError):
                os.killpg(process.pid, number)
            with suppress(subprocess.TimeoutExpired):
                process.wait(TIME_TO_END)
        return None


def _problem(code: int | None, err: str, seconds: float) -> str:
    if code is None:
        return f"Stopped: it took longer than {seconds:g} seconds."
    last = err.strip().splitlines()[-1:] if code else []
    return visible("".join(last))[:LONGEST_PROBLEM].removeprefix("Error: ")
