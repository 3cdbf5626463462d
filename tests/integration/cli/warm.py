"""Commands begun by a process that has loaded Rollbook: the same code, without 0.6 s of imports.

The suite begins more than a thousand commands. A process waits with the modules loaded, and each
command is a fork of it with its own arguments, environment, folder, input and output. What is
about the start itself (`python -m rollbook`, another locale or date) is begun as ever.
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
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import IO, Final

FROM_THE_START: Final = ("PYTHON", "LC_", "LANG", "LD_", "FAKE", "SSL_", "OPENSSL", "MALLOC")
"""How the names of variables begin that only count when a process starts."""

MODULES: Final = (
    "rollbook.cli.app", "rollbook.cli.console", "rollbook.cli.summary", "rollbook.core.pipeline",
    "rollbook.core.sources.sftp", "rollbook.project.environment", "django.contrib.auth",
    "django.contrib.sessions", "django.core.management", "django.db.backends.postgresql.base",
    "django.db.migrations.executor", "django.db.models", "django.http", "django.template",
    "django.urls", "openpyxl", "psycopg", "psycopg_pool",
)  # fmt: skip
"""What most commands load, as far as it does not look at the environment."""

LARGEST_REQUEST: Final = 1 << 20


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
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as connection:
            connection.connect(_address())
            message = json.dumps(request).encode()
            files = [each.fileno() for each in (given, out, err)]
            socket.send_fds(connection, [message], files)
            number = int(connection.recv(64))
            connection.settimeout(timeout)
            try:
                code = int(connection.recv(64))
            except TimeoutError:
                os.kill(number, signal.SIGKILL)
                raise subprocess.TimeoutExpired(arguments, timeout) from None
        return subprocess.CompletedProcess(list(arguments), code, _text(out), _text(err))


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode().replace("\r\n", "\n")


@cache
def _address() -> str:
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
    for name in MODULES:
        __import__(name)
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
    message, files, _, _ = socket.recv_fds(connection, LARGEST_REQUEST, 3)
    number = os.fork()
    if number == 0:
        connection.close()
        _become(json.loads(message), files)
    for each in files:
        os.close(each)
    connection.send(str(number).encode())
    _, status = os.waitpid(number, 0)
    connection.send(str(os.waitstatus_to_exitcode(status)).encode())


def _become(request: Mapping[str, Mapping[str, str]], files: Sequence[int]) -> None:
    from rollbook.cli.main import main

    for target, file in enumerate(files):
        os.dup2(file, target)
        os.close(file)
    os.environ.clear()
    os.environ.update(request["environment"])
    os.chdir(str(request["folder"]))
    time.tzset()
    random.seed()
    sys.argv = ["rollbook", *request["arguments"]]
    main()


if __name__ == "__main__":
    _serve(sys.argv[1], int(sys.argv[2]))
