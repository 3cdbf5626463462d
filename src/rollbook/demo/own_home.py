"""The demo's own home folder: synthetic children are never stored beside real ones."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import IO

from rollbook import embedded
from rollbook.home import DEMO


@contextmanager
def own_home(parent: Path) -> Iterator[Path]:
    """Give an empty home in `parent` that no other demo empties while the block lasts.

    The folder of an earlier demo is emptied, but for one whose demo or pages are running. Any other
    folder of that name is left alone: it may be a district's.
    """
    for number in count(1):
        folder = parent / ("demo" if number == 1 else f"demo-{number}")
        with folder.with_suffix(".lock").open("wb") as lock:
            if not _is_taken(lock) or embedded.is_used(folder) or not _is_ours(folder):
                continue
            if folder.exists():
                shutil.rmtree(folder)
            folder.mkdir(mode=0o700)
            (folder / DEMO).touch(mode=0o600)
            yield folder
            return


def _is_ours(folder: Path) -> bool:
    """Tell whether an earlier demo made the folder, or nobody did."""
    return (folder / DEMO).is_file() or not os.path.lexists(folder)


def _is_taken(lock: IO[bytes]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
