"""A bench for one mutant at a time: a copy of the project with a database server of its own.

A mutant is tried in a fork of a process that has loaded the libraries and nothing of the project.
Commands that its tests begin read the same copy, so they are broken as well.
"""

import itertools
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

import pytest

from scripts.mutation.mutants import Mutant

Outcome = Literal["noticed", "unnoticed"]
LEFT_BEHIND: Final = shutil.ignore_patterns(
    ".git", ".venv", ".*_cache", "__pycache__", "build", "dist"
)
OPTIONS: Final = (
    "-x",
    "-q",
    "--tb=short",
    "-p",
    "no:cacheprovider",
    "-p",
    "no:xdist",
    "-W",
    "ignore",
)
PROJECT: Final = ("rollbook", "scripts", "tests")
PASSED, FAILED, NOT_RUN = 0, 1, 5


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds after which a mutant counts as noticed, for it does not end."""

    processor: int
    clock: int


class Witness:
    """A plugin of pytest that writes down which tests failed."""

    def __init__(self, output: Path) -> None:
        self._output = output
        output.unlink(missing_ok=True)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            with self._output.open("a", encoding="utf-8") as file:
                file.write(f"{report.nodeid}\n")

    def told(self) -> list[str]:
        """Return the tests that failed; none where their process was ended."""
        return self._output.read_text("utf-8").splitlines() if self._output.exists() else []


@dataclass(frozen=True, slots=True)
class Bench:
    """A copy of the project in `folder`."""

    folder: Path
    environ: dict[str, str]
    log: Path
    noticers: dict[str, list[str]] = field(default_factory=dict)
    """Path -> the tests that noticed a mutant of it, the last first."""

    def try_out(self, mutant: Mutant, tests: Sequence[str], limits: Limits) -> Outcome:
        """Run `tests` on the copy with `mutant` in it; first those that noticed another one."""
        if not tests:
            return "unnoticed"
        target = self.folder / mutant.path
        noticers = self.noticers.setdefault(mutant.path, [])
        known = {*tests}
        ordered = dict.fromkeys([*(test for test in noticers if test in known), *tests])
        witness = Witness(self.folder / "build" / "noticed")
        whole = target.read_bytes()
        self._write(target, mutant.source.encode())
        try:
            if self.run([*ordered], limits, [witness]) == PASSED:
                return "unnoticed"
        finally:
            self._write(target, whole)
        noticers[:] = dict.fromkeys([*witness.told(), *noticers])
        return "noticed"

    def run(self, tests: Sequence[str], limits: Limits, plugins: Sequence[object] = ()) -> int:
        """Return the exit code of the tests, or the negative signal that ended them.

        Raises:
            RuntimeError: There were no tests.
        """
        child = os.fork()
        if child == 0:
            self._be_child(tests, limits, plugins)
        code = _end_of(child, limits.clock)
        if code == NOT_RUN:
            raise RuntimeError(f"No tests in {' '.join(tests)}.")
        return code

    def _be_child(self, tests: Sequence[str], limits: Limits, plugins: Sequence[object]) -> None:
        try:
            os.setpgid(0, 0)
            resource.setrlimit(resource.RLIMIT_CPU, (limits.processor, limits.processor))
            output = os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            os.dup2(output, 1)
            os.dup2(output, 2)
            os.environ.clear()
            os.environ.update(self.environ)
            os.chdir(self.folder)
            sys.dont_write_bytecode = False  # or every try compiles every module
            sys.path[:0] = [str(self.folder), str(self.folder / "src")]
            _forget_this_project()
            os._exit(int(pytest.main([*OPTIONS, *tests], plugins)))
        except BaseException:  # noqa: BLE001 - a fork must not become a second bench
            traceback.print_exc()
        finally:
            os._exit(FAILED)

    def _write(self, target: Path, source: bytes) -> None:
        """Write with a time of its own: byte code is told apart by that and by the size."""
        target.write_bytes(source)
        second = next(_seconds)
        os.utime(target, (second, second))


_seconds = itertools.count(1)
"""Since 1970: files of the project are younger."""


def _forget_this_project() -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] in PROJECT]:
        del sys.modules[name]


def _end_of(child: int, seconds: int) -> int:
    """Wait for the end of a process; end it and all that it began after `seconds`."""
    end = time.monotonic() + seconds
    status = 0
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            break
        time.sleep(0.02)
    with suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    if not done:
        _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


@contextmanager
def bench(root: Path, folder: Path) -> Iterator[Bench]:
    """Copy the project below `folder`, and run a database server until the end."""
    project = folder / "project"
    shutil.copytree(root, project, ignore=LEFT_BEHIND)
    temporary = folder / "temporary"
    temporary.mkdir()
    path = os.pathsep.join((str(project), str(project / "src")))
    environ = os.environ | {"PYTHONPATH": path, "TMPDIR": str(temporary)}
    environ.pop("PYTHONDONTWRITEBYTECODE", None)
    with subprocess.Popen(
        [sys.executable, "-m", "scripts.mutation.server"],
        cwd=project,
        env=environ,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdin is not None and server.stdout is not None
        url = server.stdout.readline().strip()
        if not url:
            raise RuntimeError("The database server for the tests did not start.")
        try:
            yield Bench(project, environ | {"TEST_SERVER": url}, folder / "log")
        finally:
            server.stdin.close()
