"""Where an incoming file comes from, and what is known about it once it is here."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Protocol

from rollbook.core.errors import DiskFull, is_disk_full
from rollbook.core.events import Event, Listener, Logged, Phase, Progress
from rollbook.core.sources.after_import import ImportedFile
from rollbook.core.sources.arrival import AT_ONCE, Arrival, Served
from rollbook.core.sources.limit_errors import DownloadTooLarge
from rollbook.core.sources.named_file import NamedFile
from rollbook.core.sources.patience import LARGEST_FILE


@dataclass(frozen=True, slots=True)
class Remark:
    """Something about the folder that a file came from. `names` are for administrators alone.

    A warning where the file may be the wrong one for it, else a note.
    """

    code: str
    sentence: str
    names: str
    is_warning: bool

    @property
    def with_names(self) -> str:
        return f"{self.sentence.rstrip('.')}: {self.names}."


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file that has been fetched. `place` says where it was, without any credential."""

    name: str
    size: int
    modified_at: datetime | None
    sha256: str
    place: str
    served: Served | None = None
    """The file as its server described it; None where it came from none."""
    remarks: tuple[Remark, ...] = ()
    """What is worth knowing about its folder."""
    others: tuple[NamedFile, ...] = ()
    """The newest files of its folder that the feed does not take."""


class Source(Protocol):
    """Something that a file can be fetched from."""

    def fetch(self, into: BinaryIO, *, listener: Listener, arrival: Arrival = AT_ONCE) -> Fetched:
        """Write the file into `into` and rewind it. Raises SourceError and keeps nothing then.

        `arrival` says when a file that others write counts as complete.
        """

    def check_unchanged(self) -> None:
        """Look once more, just before what was read is saved, whether it is the same file still.

        Raises FileChanged, FileNotConfirmed.
        """

    @property
    def taken(self) -> tuple[ImportedFile, ...]:
        """The files on a server that were fetched, to be put away once they are imported."""


def within(listener: Listener, *, done: int, size: int) -> Listener:
    """Return a listener for one of several files, `size` bytes together, after `done` of them."""

    def listen(event: Event) -> None:
        match event:
            case Progress(phase, received, _):
                listener(Progress(phase, done + received, size))
            case Logged():
                listener(event)

    return listen


class Receiver:
    """Writes the blocks of one file in their order, counts them and hashes them on the way."""

    def __init__(
        self, into: BinaryIO, *, size: int, listener: Listener, largest: int = LARGEST_FILE
    ) -> None:
        """`size` is what was announced. Raises DownloadTooLarge, and `take` where more arrives."""
        self._largest = largest
        self._check(size)
        self._into = into
        self._size = size
        self._listener = listener
        self._hash = hashlib.sha256()
        self.received = 0

    def take(self, block: bytes) -> None:
        self._check(self.received + len(block))
        try:
            self._into.write(block)
        except OSError as error:
            if is_disk_full(error):
                raise DiskFull() from error
            raise
        self._hash.update(block)
        self.received += len(block)
        self._listener(Progress(Phase.DOWNLOADING, self.received, self._size))

    def sha256(self) -> str:
        return self._hash.hexdigest()

    def _check(self, size: int) -> None:
        if size > self._largest:
            raise DownloadTooLarge(limit=self._largest)


@contextmanager
def all_or_nothing(into: BinaryIO) -> Iterator[None]:
    """Rewind `into` after the block; after an exception it holds what it held before."""
    start = into.tell()
    is_whole = False
    try:
        yield
        into.flush()
        is_whole = True
    except OSError as error:
        if is_disk_full(error):
            raise DiskFull() from error
        raise
    finally:
        if is_whole:
            into.seek(start)
        else:
            _forget(into, start)


def _forget(into: BinaryIO, start: int) -> None:
    try:
        into.seek(start)
        into.truncate()
    except OSError:
        # On a full disk even the buffer cannot be flushed. Make room beneath it first.
        with suppress(OSError):
            os.ftruncate(into.fileno(), start)
            into.seek(start)
            into.truncate()
