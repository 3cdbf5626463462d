"""Running one command in each installation of a fleet: a few at once, none without an end.

Each is a process of its own with the environment of its installation alone, so that one that
hangs, is broken, or is of another version stops none of the others.
"""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from rollbook.cli.fleet_list import Installation, variables_of
from rollbook.core.errors import RollbookError
from rollbook.core.visible import visible

LARGEST_OUTPUT: Final = 1_000_000
LONGEST_PROBLEM: Final = 300
TIME_TO_END: Final = 10.0
"""Seconds that a command has to end after it was told to."""

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
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            process = subprocess.Popen(  # noqa: S603
                [*command, *words],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                env=environment,
                start_new_session=True,
            )
            code = _ended(process, seconds)
            out.seek(0)
            err.seek(0)
            said = out.read(LARGEST_OUTPUT).decode(errors="replace")
            problem = _problem(code, err.read(LARGEST_OUTPUT).decode(errors="replace"), seconds)
            return Run(one, code, said, problem)
    except (OSError, ValueError) as error:  # a command that is not there; a NUL in a variable
        why = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else "unusable"
        return Run(one, None, problem=f"Its command cannot be run ({why}).")
    except RollbookError as error:
        return Run(one, None, problem=str(error))


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
        return f"It did not end within {seconds:g} seconds, and was ended."
    last = err.strip().splitlines()[-1:] if code else []
    return visible("".join(last))[:LONGEST_PROBLEM].removeprefix("Error: ")
