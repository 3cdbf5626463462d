"""The parent's side of the limited process: started early, given one task, ended in any case."""

import contextlib
import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final, Self

from rollbook.core.errors import RollbookError
from rollbook.core.sandbox.answers import Answer, Finished, Opened
from rollbook.core.sandbox.errors import (
    ReadingBroke,
    ReadingKilled,
    ReadingStuck,
    too_much_memory,
    too_much_time,
)
from rollbook.core.sandbox.frames import Garbled, Kind, read_frame, write_frame
from rollbook.core.sandbox.limits import OUT_OF_MEMORY
from rollbook.core.sandbox.messages import read_answer
from rollbook.core.sandbox.task import Task, pack_rows

_WHERE: Final = str(Path(__file__).parents[3])
_START: Final = (
    "import runpy, sys; sys.path.append(sys.argv.pop(1));"
    " runpy.run_module(sys.argv.pop(1), run_name='__main__')"
)
"""As `-m`, also where the package is in a folder that an isolated Python does not know."""

LONGEST_SILENCE: Final = 600
"""Seconds. It answers every few hundred rows, and ends where it works half a minute."""

_ENVIRONMENT: Final = ("LD_LIBRARY_PATH", "LANG", "LC_ALL", "SYSTEMROOT")
"""What a Python may need to start. Nothing else is passed on, above all no secret."""


def isolated(module: str, *arguments: str) -> list[str]:
    """Return the command of an isolated Python that runs `module`."""
    return [sys.executable, "-I", "-c", _START, _WHERE, module, *arguments]


def isolated_environment() -> dict[str, str]:
    """Return the environment of such a process."""
    return {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}


def _begin(file: int, scratch: int) -> "subprocess.Popen[bytes]":
    """Start the process with the two descriptors; it waits for its task on standard input."""
    return subprocess.Popen(  # noqa: S603 - our own interpreter and module
        isolated("rollbook.core.sandbox.child", str(file), str(scratch)),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        bufsize=0,
        pass_fds=(file, scratch),
        process_group=0,  # Ctrl-C is the parent's to see to
        env=isolated_environment(),
    )


class Sandbox:
    """A process that reads `file` within limits. It starts at once and waits for its task.

    `scratch` gives an anonymous file for what must be unpacked. A context manager: at its end the
    process is gone.
    """

    def __init__(self, file: BinaryIO, scratch: Callable[[], BinaryIO]) -> None:
        self.file = file
        self.scratch = scratch
        file.flush()
        with contextlib.ExitStack() as opened:
            # A descriptor of its own: reading here and there must not move each other's place.
            own = _reopened(file.fileno())
            opened.callback(os.close, own)
            aside = opened.enter_context(contextlib.closing(scratch())).fileno()
            self._process = _begin(own, aside)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    def again(self) -> "Sandbox":
        """Return a second process for the same file."""
        return Sandbox(self.file, self.scratch)

    def answers(self, task: Task, rows: Iterable[int] = ()) -> Iterator[Answer]:
        """Give the task; yield the answers about the file, up to `Finished`.

        Raises what the process refuses the file for, FileTooLarge where it went beyond its
        limits, ReadingBroke, ReadingKilled and ReadingStuck where it can no longer say anything.
        """
        self._give(task, rows)
        try:
            while (frame := read_frame(self._read)) is not None:
                answer = read_answer(*frame, task.catalogue)
                yield answer
                if isinstance(answer, Finished):
                    return
        except Garbled as error:
            raise self._ended() or ReadingBroke(how=f"its answer is garbled: {error}") from error
        raise self._ended() or ReadingBroke(how="it gave no further answer")

    def _give(self, task: Task, rows: Iterable[int]) -> None:
        assert self._process.stdin is not None
        to = self._process.stdin.fileno()
        with contextlib.suppress(BrokenPipeError):  # why it has ended is known when it is read
            write_frame(to, Kind.TASK, task.pack())
            write_frame(to, Kind.ROW_NUMBERS, pack_rows(rows))

    def _read(self, size: int) -> bytes:
        """Return `size` bytes of what it says, fewer where it has ended."""
        assert self._process.stdout is not None
        descriptor = self._process.stdout.fileno()
        answers = select.poll()  # `select.select` knows no descriptor above 1,023
        answers.register(descriptor, select.POLLIN)
        parts = bytearray()
        while len(parts) < size:
            if not answers.poll(1000 * LONGEST_SILENCE):
                raise ReadingStuck(minutes=LONGEST_SILENCE // 60)
            part = os.read(descriptor, min(size - len(parts), 1 << 20))
            if not part:
                break
            parts += part
        return bytes(parts)

    def _ended(self) -> RollbookError | None:
        """Return why the process has ended; None where it lives on or says that all is well."""
        try:
            code = self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            return None
        if code == OUT_OF_MEMORY:
            return too_much_memory()
        if code == -signal.SIGXCPU:
            return too_much_time()
        if code == -signal.SIGKILL:
            return ReadingKilled()
        if code < 0:
            return ReadingBroke(how=f"signal {signal.Signals(-code).name}")
        return ReadingBroke(how=f"exit code {code}") if code else None


def first_of(answers: Iterator[Answer]) -> Opened:
    """Return the answer that comes first: the header was found."""
    opened = next(answers, None)
    if not isinstance(opened, Opened):
        raise ReadingBroke(how="its answer is garbled")
    return opened


def _reopened(descriptor: int) -> int:
    """Return a descriptor of the same file with a place of its own, for reading only."""
    try:
        return os.open(f"/dev/fd/{descriptor}", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return os.dup(descriptor)
