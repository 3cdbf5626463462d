"""What the process that reads a file may use: memory, processor time, disk. It limits itself.

Proven on Linux. Other systems know most of these limits, but do not keep all of them.
"""

import resource
from pathlib import Path
from typing import Final

MEMORY: Final = 300 << 20
"""Bytes of addresses beyond those of the process before it looks at the file."""

SECONDS: Final = 30
"""Processor time for what is not rows: unpacking, texts, styles, whatever a file may hold."""

SECONDS_PER_ROW: Final = 0.0005
SECONDS_PER_CELL: Final = 0.00008
"""What each row adds in each pass: 4.9 ms at 55 columns. The slowest format, `.ods`, took 1.4 ms
on a machine with four processes on each processor, and its opening 0.6 ms; a slow machine may need
three times as long."""

LONGEST: Final = 4 * 3600
"""Seconds of processor time after which it ends, whatever it reports."""

LARGEST_FILE: Final = (2 << 30) + (1 << 20)
"""Bytes that may be put aside: a little more than what an archive may unpack to."""

MOST_OPEN: Final = 64

OUT_OF_MEMORY: Final = 3
"""Exit code of the process where it could write no answer."""


def limit_process() -> None:
    """Set the limits of this process. From here on it starts no other."""
    _set(resource.RLIMIT_AS, _addresses() + MEMORY)
    _set(resource.RLIMIT_FSIZE, LARGEST_FILE)
    _set(resource.RLIMIT_NOFILE, MOST_OPEN)
    _set(resource.RLIMIT_CORE, 0)  # a core would be a copy of students' values on the disk
    _set(resource.RLIMIT_NPROC, 0)


class TimeAllowance:
    """The processor time that the file has earned; grows with what was read of it.

    Everything earns in each pass, also before the first row can be given: a document whose tables
    are all looked through, a workbook's texts, the bytes whose encoding is sought.
    """

    def __init__(self) -> None:
        used = resource.getrusage(resource.RUSAGE_SELF)
        self._earned = used.ru_utime + used.ru_stime + SECONDS
        self._longest = _within(resource.RLIMIT_CPU, LONGEST)
        self._set = 0
        self._renew()

    def add(self, rows: int, cells: int) -> None:
        """Add what so many rows, with so many cells in all, may take.

        Beyond the allowance SIGXCPU ends us.
        """
        self._earned += rows * SECONDS_PER_ROW + cells * SECONDS_PER_CELL
        if self._earned >= self._set + 1:
            self._renew()

    def _renew(self) -> None:
        # The hard limit must lie above: at it the kernel sends SIGKILL, which says nothing.
        self._set = min(int(self._earned), max(self._longest - 1, 1))
        resource.setrlimit(resource.RLIMIT_CPU, (self._set, self._longest))


def _set(which: int, value: int) -> None:
    value = _within(which, value)
    resource.setrlimit(which, (value, value))


def _within(which: int, value: int) -> int:
    """Return the value, or the hard limit that this process began with where that is lower."""
    _, hard = resource.getrlimit(which)
    return value if hard == resource.RLIM_INFINITY else min(value, hard)


def _addresses() -> int:
    """Return the bytes of addresses in use; where that is unknown, as few as there can be."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    except OSError:
        return 0
