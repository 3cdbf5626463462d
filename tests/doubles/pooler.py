"""A real PgBouncer in front of a database, on loopback; nobody is asked for a password."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from tests.doubles.ports import free_port

PROGRAM = "/usr/sbin/pgbouncer"


@contextmanager
def pooler(url: str, mode: str) -> Iterator[str]:
    """Give the URL that leads to the database of `url` through a pool of this mode."""
    parts, port = urlsplit(url), free_port()
    account = "nobody" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="rollbook-pooler-"))
    (folder / "users.txt").write_text(f'"{parts.username}" ""\n')
    (folder / "pgbouncer.ini").write_text(
        f"[databases]\n* = host=127.0.0.1 port={parts.port}\n[pgbouncer]\n"
        f"listen_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n"
        f"auth_type = trust\nauth_file = {folder / 'users.txt'}\npool_mode = {mode}\n"
    )
    if account:
        for path in (folder, *folder.iterdir()):
            shutil.chown(path, account)
    process = subprocess.Popen(
        [PROGRAM, "-q", folder / "pgbouncer.ini"],
        user=account,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    through = parts._replace(netloc=f"{parts.username}@127.0.0.1:{port}").geturl()
    try:
        _await(through)
        yield through
    finally:
        process.terminate()
        process.wait(timeout=60)
        shutil.rmtree(folder)


def _await(url: str) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            with psycopg.connect(url, autocommit=True, connect_timeout=10) as connection:
                connection.execute("select 1")
            return
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
