"""How long a server is waited for, and how much of it is taken, before a fetch gives up.

A server that signs in and then says nothing, that drips, or that never comes to an end must cost no
more than these. Tests pass shorter ones.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

LARGEST_FILE = 2 << 30
"""Bytes of a fetched file, unless the installation has chosen another limit."""


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds, unless it says otherwise."""

    sign_in: float = 5.0
    """Connecting, agreeing on keys, signing in and opening SFTP together."""
    answer: float = 30.0
    """For one answer: the state of a file, opening it, closing it."""
    listing: float = 60.0
    """Reading a folder; looking at the files that match, where it does not describe them."""
    silence: float = 60.0
    """Without a further piece of a file that is downloaded."""
    slowest: int = 8 << 10
    """Bytes per second over a whole download; a slower one is given up."""
    download: float = 4 * 3600.0
    """The longest download, however large the file."""
    closing: float = 2.0
    """For hanging up; afterwards the connection is left to the operating system."""
    most_names: int = 100_000
    """Names in one folder."""
    most_bytes_of_names: int = 16 << 20
    most_matching: int = 5_000
    """Files that match; each is looked at."""
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    clock: Callable[[], float] = time.monotonic
    """Seconds; never compared with a server's times."""

    def for_sign_in(self, seconds: float | None) -> "Patience":
        """The same, with so many seconds for signing in; None: as it is."""
        return self if seconds is None else replace(self, sign_in=float(seconds))

    def whole_download(self, size: int) -> float:
        """Seconds for a file of `size` bytes."""
        return min(self.download, self.silence + size / self.slowest)
