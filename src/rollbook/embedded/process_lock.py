"""A file lock that the server and all its processes hold as long as one of them lives."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Presence:
    """Tells whether a process of the server is left, also one that outlived a killed server.

    The lock is taken here and handed down: a lock of `flock` belongs to the open file, which
    children inherit, so the system frees it when the last of them is gone. A process id cannot
    tell as much: it is given to others again, and in another container it means nothing.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def is_felt(self) -> bool:
        with self.taken() as lock:
            return lock is None

    @contextmanager
    def taken(self) -> Iterator[int | None]:
        """Give the lock's descriptor for the children to inherit, or None if it is held.

        On leaving only our own descriptor is closed; who has inherited it keeps the lock.
        """
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            yield descriptor if _lock(descriptor) else None
        finally:
            os.close(descriptor)


def _lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
