"""Where tests keep what they throw away: in memory, where the machine has room for it.

Databases are made and dropped by the thousand, which a disk with a journal takes several times as
long for.
"""

import os
import shutil
import tempfile
from pathlib import Path
from typing import Final

MEMORY: Final = Path("/dev/shm")
ROOM: Final = 8 << 30
"""Bytes that must be free; containers often have but a few megabytes there."""


def keep_in_memory() -> None:
    """Let temporary files of this process and its children be in memory, where that is possible."""
    if "TMPDIR" in os.environ or not MEMORY.is_dir() or not os.access(MEMORY, os.W_OK):
        return
    may_execute = not os.statvfs(MEMORY).f_flag & os.ST_NOEXEC
    if may_execute and shutil.disk_usage(MEMORY).free > ROOM:
        os.environ["TMPDIR"] = str(MEMORY)
        tempfile.tempdir = None  # it has been looked up already
