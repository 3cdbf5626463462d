"""A PostgreSQL of the test's own, from any folder of programs; it listens on loopback alone."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.doubles.certificates import Pair

OLDEST = 15


def oldest_installed() -> Path:
    """The programs of the oldest supported server that the machine has."""
    installed = {int(path.name): path / "bin" for path in Path("/usr/lib/postgresql").iterdir()}
    return installed[min(number for number in installed if number >= OLDEST)]


@contextmanager
def own_postgresql(programs: Path, *, pair: Pair | None = None) -> Iterator[str]:
    """Give a superuser's URL of an empty database; no password is asked for.

    With a certificate and its key in `pair` it speaks TLS.
    """
    account = "nobody" if os.geteuid() == 0 else None
    data = Path(tempfile.mkdtemp(prefix="rollbook-own-"))
    if account:
        shutil.chown(data, account)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]

    def do(program: str, *arguments: str) -> None:
        words: list[str | Path] = [programs / program, "-D", data / "data", *arguments]
        # Not captured: the server would keep the pipe open whose end is waited for.
        subprocess.run(words, check=True, user=account, cwd=data, stdout=subprocess.DEVNULL)

    do("initdb", "--username=rollbook", "--auth=trust", "--encoding=UTF8", "--no-sync")
    settings = f"-p {port} -c listen_addresses=127.0.0.1 -c fsync=off -k {data}"
    if pair is not None:
        for name, path in (("server.crt", pair.chain), ("server.key", pair.key)):
            shutil.copyfile(path, data / "data" / name)
            (data / "data" / name).chmod(0o600)
            shutil.chown(data / "data" / name, account or os.geteuid())
        settings += " -c ssl=on"
    do("pg_ctl", "-w", "-o", settings, "-l", str(data / "log"), "start")
    try:
        yield f"postgresql://rollbook@127.0.0.1:{port}/postgres"
    finally:
        do("pg_ctl", "-w", "-m", "immediate", "stop")
        shutil.rmtree(data)
