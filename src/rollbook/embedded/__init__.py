"""A real PostgreSQL in ROLLBOOK_HOME, for machines where nothing else is installed.

`running()` gives an address while the block lasts. Any number of processes may be inside; the
first one starts the server and the last one stops it, whatever happened to the others.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import IO
from urllib.parse import quote

from rollbook.embedded.cluster import HAS_PROC, Cluster
from rollbook.embedded.errors import CannotStart, DiskFull, EmbeddedError, OtherVersion
from rollbook.embedded.keeper import kept_running
from rollbook.embedded.room import disk_full, is_full

__all__ = ["CannotStart", "DiskFull", "EmbeddedError", "OtherVersion", "running"]

LONGEST_SOCKET_FOLDER = (107 if HAS_PROC else 103) - len("/.s.PGSQL.5432")
"""The address of a socket has 107 bytes (103 on macOS), and a home folder may be deeper."""


@contextmanager
def running(home: Path, *, settings: tuple[str, ...] = (), is_kept: bool = False) -> Iterator[str]:
    """Give a URL of the running server. `settings` (`fsync=off`) count if it is started here.

    `is_kept`: where the server dies, it is started again, as long as the block lasts.

    Users hold a shared lock on one file; who starts or stops holds a second one alone. The system
    frees both when a process dies, so that no crash leaves a lock behind.
    """
    cluster = Cluster(home)
    with _lock_file(home / "postgres.users") as users, _lock_file(home / "postgres.change") as one:

        def start() -> None:
            with _alone(one):
                _start(cluster, settings)

        try:
            with _alone(one):
                fcntl.flock(users, fcntl.LOCK_SH)
                _start(cluster, settings)
            keeper = kept_running(cluster, start) if is_kept else nullcontext()
            with _address(cluster) as url, keeper:
                yield url
        finally:
            with _alone(one):
                _stop_if_last(cluster, users)


def is_made(home: Path) -> bool:
    """Tell whether there is a database in `home` already."""
    return (Cluster(home).data / "PG_VERSION").exists()


def is_used(home: Path) -> bool:
    """Tell whether a process has the server of `home` running."""
    path = home / "postgres.users"
    if not path.exists():
        return False
    with path.open("rb") as users:
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _lock_file(path: Path) -> IO[bytes]:
    try:
        return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "wb")
    except OSError as error:
        raise _unusable(path, error) from error


@contextmanager
def _alone(change: IO[bytes]) -> Iterator[None]:
    fcntl.flock(change, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(change, fcntl.LOCK_UN)


def _start(cluster: Cluster, settings: tuple[str, ...]) -> None:
    try:
        cluster.start(settings)
    except OSError as error:
        raise _unusable(cluster.data.parent, error) from error


def _stop_if_last(cluster: Cluster, users: IO[bytes]) -> None:
    fcntl.flock(users, fcntl.LOCK_UN)
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    cluster.stop()


@contextmanager
def _address(cluster: Cluster) -> Iterator[str]:
    """Give the URL. A folder too deep for a socket's address is named by a descriptor of ours.

    No other account gets nearer to the socket by it, and our child processes can use it too.
    """
    folder = str(cluster.data)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        if len(os.fsencode(folder)) > LONGEST_SOCKET_FOLDER:
            if not HAS_PROC:
                raise CannotStart(
                    what=f"The path of {folder} is too long for a socket.",
                    advice="Set ROLLBOOK_HOME to a shorter path.",
                )
            folder = f"/proc/{os.getpid()}/fd/{descriptor}"
        host = quote(folder, safe="")
        yield f"postgresql://rollbook:{cluster.password()}@/rollbook?host={host}"
    finally:
        os.close(descriptor)


def _unusable(path: Path, error: OSError) -> EmbeddedError:
    if is_full(error):
        return disk_full(path.parent)
    return CannotStart(
        what=f"The embedded PostgreSQL can't use {path} ({os.strerror(error.errno or 0)}).",
        advice="See who owns the folder, or set ROLLBOOK_HOME to another one.",
    )
