"""Commands begun by a process that has loaded Rollbook: the same code, without 0.6 s of imports.

The suite begins more than a thousand commands. A process waits with the modules loaded, and each
command is a fork of it with its own arguments, environment, folder, input and output. What is
about the start itself (`python -m rollbook`, another locale or date) is begun as ever.

So are the limited processes that read files: two thousand, 0.2 s each. The tests of their limits
(`from_the_start`) begin them as the product does.
"""

import atexit
import json
import os
import random
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import IO, Any, Final

from rollbook.core.sandbox import process as sandbox

FROM_THE_START: Final = ("PYTHON", "LC_", "LANG", "LD_", "FAKE", "SSL_", "OPENSSL", "MALLOC")
"""How the names of variables begin that only count when a process starts."""

MODULES: Final = (
    "rollbook.cli.app", "rollbook.cli.console", "rollbook.cli.summary", "rollbook.core.pipeline",
    "rollbook.core.sandbox.child", "rollbook.core.sources.sftp", "rollbook.project.environment",
    "django.contrib.auth",
    "django.contrib.sessions", "django.core.management", "django.db.backends.postgresql.base",
    "django.db.migrations.executor", "django.db.models", "django.http", "django.template",
    "django.urls", "openpyxl", "psycopg", "psycopg_pool",
)  # fmt: skip
"""What most commands load, as far as it does not look at the environment."""

LARGEST_REQUEST: Final = 1 << 20

_from_the_start = sandbox._begin
_served = ""


def begins_alike(environment: Mapping[str, str]) -> bool:
    """Tell whether a command of this environment may be a fork of the waiting process."""
    ours = {name: value for name, value in os.environ.items() if name.startswith(FROM_THE_START)}
    return ours == {k: v for k, v in environment.items() if k.startswith(FROM_THE_START)}


def run(
    arguments: Sequence[str], *, environment: Mapping[str, str], stdin: str, timeout: float
) -> subprocess.CompletedProcess[str]:
    """Run `rollbook` with these arguments, as `subprocess.run` would."""
    request = {"arguments": arguments, "environment": environment, "folder": str(Path.cwd())}
    with (
        tempfile.TemporaryFile() as given,
        tempfile.TemporaryFile() as out,
        tempfile.TemporaryFile() as err,
    ):
        given.write(stdin.encode())
        given.seek(0)
        connection, number = _begun(request, [each.fileno() for each in (given, out, err)])
        with connection:
            connection.settimeout(timeout)
            try:
                code = int(connection.recv(64))
            except TimeoutError:
                os.kill(number, signal.SIGKILL)
                raise subprocess.TimeoutExpired(arguments, timeout) from None
        return subprocess.CompletedProcess(list(arguments), code, _text(out), _text(err))


class Reader:
    """A limited process that reads a file, as `subprocess.Popen` shows it to the sandbox."""

    def __init__(self, file: int, scratch: int) -> None:
        theirs, ours = os.pipe()
        said, saying = os.pipe()
        self.stdin = os.fdopen(ours, "wb", 0)
        self.stdout = os.fdopen(said, "rb", 0)
        self._code: int | None = None
        request = {"environment": sandbox.isolated_environment()}
        with Path(os.devnull).open("wb") as nothing:
            files = [theirs, saying, nothing.fileno(), file, scratch]
            self._connection, self.pid = _begun(request, files)
        os.close(theirs)
        os.close(saying)

    def kill(self) -> None:
        with suppress(subprocess.TimeoutExpired):
            self.wait(0)
        if self._code is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)

    def wait(self, timeout: float | None = None) -> int:
        if self._code is None:
            self._connection.settimeout(timeout)
            try:
                self._code = int(self._connection.recv(64))
            except (TimeoutError, BlockingIOError):
                raise subprocess.TimeoutExpired("reader", timeout or 0) from None
            self._connection.close()
        return self._code


def _begun(request: Mapping[str, object], files: Sequence[int]) -> tuple[socket.socket, int]:
    """Have a process begin with these files; return where its exit code comes, and its number."""
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    connection.connect(_address())
    socket.send_fds(connection, [json.dumps(request).encode()], files)
    return connection, int(connection.recv(64))


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode().replace("\r\n", "\n")


@contextmanager
def readers_from_the_start() -> Iterator[None]:
    """Begin the processes that read files as the product does."""
    before = sandbox._begin
    sandbox._begin = _from_the_start
    yield
    sandbox._begin = before


def _address() -> str:
    return _served or _started()


@cache
def _started() -> str:
    """Start the waiting process, once in each process of the suite; it ends with it."""
    folder = Path(tempfile.mkdtemp(prefix="rollbook-warm-"))
    address = str(folder / "socket")
    life, ours = os.pipe()
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.integration.cli.warm", address, str(life)], pass_fds=[life]
    )
    os.close(life)

    def end() -> None:
        os.close(ours)  # what the process waits for
        process.wait()
        shutil.rmtree(folder)

    atexit.register(end)
    while not Path(address).exists():
        assert process.poll() is None, "The process that begins commands has ended."
        time.sleep(0.01)
    return address


def _serve(address: str, life: int) -> None:
    global _served
    for name in MODULES:
        __import__(name)
    _served = address  # what a command begins is a fork of this process, too
    sandbox._begin = Reader  # type: ignore[assignment]
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the processes of requests
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listening:
        listening.bind(f"{address}.new")
        listening.listen(64)
        Path(f"{address}.new").rename(address)
        while True:
            ready, _, _ = select.select([listening.fileno(), life], [], [])
            if life in ready:
                return
            connection, _ = listening.accept()
            with connection:
                if os.fork() == 0:
                    listening.close()
                    os.close(life)
                    _answer(connection)
                    os._exit(0)


def _answer(connection: socket.socket) -> None:
    """Begin one command, say its number, wait for it, and say its exit code."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    message, files, _, _ = socket.recv_fds(connection, LARGEST_REQUEST, 5)
    number = os.fork()
    if number == 0:
        connection.close()
        try:
            _become(json.loads(message), files)
        finally:
            os._exit(1)
    for each in files:
        os.close(each)
    connection.send(str(number).encode())
    _, status = os.waitpid(number, 0)
    connection.send(str(os.waitstatus_to_exitcode(status)).encode())


def _become(request: Mapping[str, Any], files: Sequence[int]) -> None:
    """Be the command of a request, or the process that reads a file."""
    for target, file in enumerate(files[:3]):
        os.dup2(file, target)
        os.close(file)
    os.environ.clear()
    os.environ.update(request["environment"])
    time.tzset()
    random.seed()
    if "arguments" not in request:
        from rollbook.core.sandbox.child import main as read

        os.setpgid(0, 0)
        os._exit(read(*files[3:]))
    from rollbook.cli.main import main

    os.chdir(request["folder"])
    sys.argv = ["rollbook", *request["arguments"]]
    main()


if __name__ == "__main__":
    _serve(sys.argv[1], int(sys.argv[2]))
