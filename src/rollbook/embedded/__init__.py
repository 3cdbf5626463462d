"""A real PostgreSQL in ROLLBOOK_HOME, for machines where nothing else is installed.

`running()` gives an address while the block lasts. Any number of processes may be inside; the
first one starts the server and the last one stops it, whatever happened to the others.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from rollbook.embedded.cluster import Cluster
from rollbook.embedded.errors import EmbeddedError

__all__ = ["EmbeddedError", "running"]


@contextmanager
def running(home: Path, *, settings: tuple[str, ...] = ()) -> Iterator[str]:
    """Give a URL of the running server. `settings` (`fsync=off`) count if it is started here.

    Users hold a shared lock on one file; who starts or stops holds a second one alone. The system
    frees both when a process dies, so that no crash leaves a lock behind.
    """
    cluster = Cluster(home)
    cluster.prepare()
    with _lock_file(home / "postgres.users") as users, _lock_file(home / "postgres.change") as lock:
        with _alone(lock):
            fcntl.flock(users, fcntl.LOCK_SH)
            cluster.start(settings)
        socket = os.open(cluster.data, os.O_RDONLY)
        try:
            yield _url(cluster, socket)
        finally:
            with _alone(lock):
                _stop_if_last(cluster, users)
            os.close(socket)


@contextmanager
def _lock_file(path: Path) -> Iterator[int]:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def _alone(lock: int) -> Iterator[None]:
    fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(lock, fcntl.LOCK_UN)


def _stop_if_last(cluster: Cluster, users: int) -> None:
    fcntl.flock(users, fcntl.LOCK_UN)
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    cluster.stop()


LONGEST_SOCKET_PATH = 107 - len("/.s.PGSQL.5432")
"""A socket's address has 107 bytes, and a home folder may be deeper than that."""


def _url(cluster: Cluster, socket: int) -> str:
    folder = str(cluster.data)
    if len(os.fsencode(folder)) > LONGEST_SOCKET_PATH:
        folder = f"/proc/{os.getpid()}/fd/{socket}"
    return f"postgresql://rollbook:{cluster.password()}@/rollbook?host={quote(folder, safe='')}"
