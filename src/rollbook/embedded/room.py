"""A full disk: reported as that, and only where it is one."""

import errno
import shutil
from pathlib import Path
from typing import Final

from rollbook.embedded.errors import DiskFull

LEAST_ROOM: Final = 1_000_000
"""Bytes. With less the server may not even have been able to write into its log why it ended."""

_FULL: Final = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))
_WORDS: Final = (b"No space left on device", b"Disk quota exceeded")
_OTHER_ROOM: Final = b"shared memory"
"""PostgreSQL says the same of the memory that its processes share, which is on no disk of ours."""
_LONGEST: Final = 1_000_000


def disk_full(folder: Path) -> DiskFull:
    return DiskFull(
        what=f"The disk of {folder} is full, so the embedded PostgreSQL couldn't be started.",
        advice="Make room on that disk, then try again.",
    )


def is_full(error: OSError) -> bool:
    """Tell whether `error` says that nothing more can be written."""
    return error.errno in _FULL


def ended_for_want_of_room(log: Path, since: int) -> bool:
    """Tell whether a program ended because the disk of its log, which is the data's, is full.

    `since`: the length of the log before the program was started.
    """
    if shutil.disk_usage(log.parent).free < LEAST_ROOM:
        return True
    with log.open("rb") as file:
        file.seek(since)
        lines = file.read(_LONGEST).splitlines()
    return any(words in line for line in lines for words in _WORDS if _OTHER_ROOM not in line)
