"""A file on this machine as a source."""

import os
import stat
from contextlib import suppress
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from rollbook.core.errors import SourceError
from rollbook.core.events import Listener, Phase, PhaseStarted
from rollbook.core.sources.arrival import AT_ONCE, Arrival
from rollbook.core.sources.arrival_errors import FileChanged, FileEmpty
from rollbook.core.sources.errors import (
    PermissionRefused,
)
from rollbook.core.sources.local_errors import NotAFile, PathIsFolder, PathNotFound, PathUnreadable
from rollbook.core.sources.patience import LARGEST_FILE
from rollbook.core.sources.source import Fetched, Receiver, all_or_nothing
from rollbook.core.sources.suggestions import printable, what_is_there

BLOCK = 1 << 20
SIBLINGS = 1000
"""So many names of a folder are looked at for the nearest ones."""


class LocalSource:
    """One file on this machine."""

    taken = None

    def __init__(self, path: Path, *, largest: int = LARGEST_FILE) -> None:
        self._path = Path(path)
        self._largest = largest
        self._before: os.stat_result | None = None

    def fetch(self, into: BinaryIO, *, listener: Listener, arrival: Arrival = AT_ONCE) -> Fetched:
        """As Source, without a wait: a person has chosen the file."""
        listener(PhaseStarted(Phase.CONNECTING))
        with self._open() as file:
            before = self._before = os.fstat(file.fileno())
            listener(PhaseStarted(Phase.DOWNLOADING))
            receiver = Receiver(into, size=before.st_size, listener=listener, largest=self._largest)
            with all_or_nothing(into):
                self._copy(file, receiver)
                if _has_changed(before, os.fstat(file.fileno()), receiver.received):
                    raise FileChanged(private=self._named)
        return Fetched(
            name=printable(self._path.name),
            size=receiver.received,
            modified_at=moment(before.st_mtime),
            sha256=receiver.sha256(),
            place=printable(str(self._path.absolute())),
        )

    def check_unchanged(self) -> None:
        """As Source. A file that is gone was whole."""
        with suppress(OSError):
            now, before = self._path.stat(), self._before
            if before is not None and _has_changed(before, now, before.st_size):
                raise FileChanged(private=self._named)

    def _open(self) -> BinaryIO:
        try:
            self._check(self._path.stat())
            return self._path.open("rb")
        except OSError as error:
            raise self._explain(error) from error

    def _check(self, status: os.stat_result) -> None:
        if stat.S_ISDIR(status.st_mode):
            raise PathIsFolder(private=self._named)
        if not stat.S_ISREG(status.st_mode):
            raise NotAFile(private=self._named)
        if status.st_size == 0:
            raise FileEmpty(private=self._named)

    def _copy(self, file: BinaryIO, receiver: Receiver) -> None:
        while block := self._read(file):
            receiver.take(block)

    def _read(self, file: BinaryIO) -> bytes:
        try:
            return file.read(BLOCK)
        except OSError as error:
            raise self._explain(error) from error

    def _explain(self, error: OSError) -> SourceError:
        if isinstance(error, FileNotFoundError | NotADirectoryError):
            return PathNotFound(private=f"{self._named} {_siblings(self._path)}")
        if isinstance(error, PermissionError):
            return PermissionRefused(what="the file", private=self._named)
        return PathUnreadable(why=os.strerror(error.errno or 0), private=self._named)

    @property
    def _named(self) -> str:
        """For administrators alone: a file may be called after a student."""
        return f"The file is {printable(str(self._path))}."


def moment(seconds: float) -> datetime | None:
    """The time of a file; None where a disk holds one that cannot be written as a date."""
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _has_changed(before: os.stat_result, after: os.stat_result, received: int) -> bool:
    return (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or (
        received != before.st_size
    )


def _siblings(path: Path) -> str:
    """What lies beside the missing file, so that a slip is seen at once."""
    names = []
    try:
        with os.scandir(path.parent) as entries:
            for entry in islice(entries, SIBLINGS):
                if entry.is_file() and not entry.name.startswith("."):
                    names.append(entry.name)
    except OSError:
        return "Its folder cannot be read either."
    return what_is_there(path.name, names, kind="files")
