"""A PostgreSQL of the test's own, from any folder of programs; it listens on loopback alone."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from tests.doubles.certificates import Pair

OLDEST = 15
PASSWORD = "a-password"


def oldest_installed() -> Path:
    """The programs of the oldest supported server that the machine has."""
    installed = {int(path.name): path / "bin" for path in Path("/usr/lib/postgresql").iterdir()}
    return installed[min(number for number in installed if number >= OLDEST)]


@contextmanager
def own_postgresql(
    programs: Path, *, pair: Pair | None = None, asks_password: bool = False
) -> Iterator[str]:
    """Give a superuser's URL of an empty database.

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

    how = ["--auth=trust"]
    if asks_password:
        (data / "password").write_text(PASSWORD)
        how = ["--auth=scram-sha-256", f"--pwfile={data / 'password'}"]
    do("initdb", "--username=rollbook", *how, "--encoding=UTF8", "--no-sync")
    settings = f"-p {port} -c listen_addresses=127.0.0.1 -c fsync=off -k {data}"
    if pair is not None:
        for name, path in (("server.crt", pair.chain), ("server.key", pair.key)):
            shutil.copyfile(path, data / "data" / name)
            (data / "data" / name).chmod(0o600)
            shutil.chown(data / "data" / name, account or os.geteuid())
        settings += " -c ssl=on"
    do("pg_ctl", "-w", "-o", settings, "-l", str(data / "log"), "start")
    try:
        who = f"rollbook:{PASSWORD}" if asks_password else "rollbook"
        yield f"postgresql://{who}@127.0.0.1:{port}/postgres"
    finally:
        do("pg_ctl", "-w", "-m", "immediate", "stop")
        shutil.rmtree(data)


@contextmanager
def owned_database(programs: Path) -> Iterator[tuple[str, str]]:
    """Give the URLs of an empty database for a superuser, and for its owner, keeper.

    As on Aurora: the owner may make roles and is no superuser, and passwords are asked for.
    """
    with own_postgresql(programs, asks_password=True) as url:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f"create role keeper login createrole password '{PASSWORD}'")
            connection.execute("create database district owner keeper")
        superuser = urlsplit(url)._replace(path="/district").geturl()
        yield superuser, superuser.replace("rollbook:", "keeper:")
