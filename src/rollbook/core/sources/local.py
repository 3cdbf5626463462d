"""A file on this machine as a source."""

import os
import stat
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from rollbook.core.errors import SourceError
from rollbook.core.events import Listener, Phase, PhaseStarted
from rollbook.core.file_set import digest_of, set_name, write_index
from rollbook.core.sources.arrival import AT_ONCE, Arrival
from rollbook.core.sources.arrival_errors import FileChanged, FileEmpty
from rollbook.core.sources.errors import (
    PermissionRefused,
)
from rollbook.core.sources.limit_errors import DownloadTooLarge
from rollbook.core.sources.local_errors import NotAFile, PathIsFolder, PathNotFound, PathUnreadable
from rollbook.core.sources.patience import LARGEST_FILE
from rollbook.core.sources.source import Fetched, Receiver, Source, all_or_nothing, within
from rollbook.core.sources.suggestions import did_you_mean, printable, what_is_there

BLOCK = 1 << 20
SIBLINGS = 1000
"""So many names of a folder are looked at for the nearest ones."""


class LocalSource:
    """One file on this machine."""

    taken = ()

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

    def look(self) -> tuple[str, int]:
        """Return the file's name and size. Raises SourceError where there is no such file."""
        with self._open() as file:
            return printable(self._path.name), os.fstat(file.fileno()).st_size

    def check_size(self, fetched: Fetched, expected: int) -> None:
        """Raise FileChanged where it is no longer as large as it was looked at."""
        if fetched.size != expected:
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


class LocalFiles:
    """Several files on this machine as one: all of them, or none."""

    taken = ()

    def __init__(self, paths: Sequence[Path], *, largest: int = LARGEST_FILE) -> None:
        self._sources = [LocalSource(path, largest=largest) for path in paths]
        self._largest = largest

    def fetch(self, into: BinaryIO, *, listener: Listener, arrival: Arrival = AT_ONCE) -> Fetched:
        """As Source. Raises TooManyFiles."""
        listener(PhaseStarted(Phase.CONNECTING))
        files = [source.look() for source in self._sources]
        size = sum(each for _, each in files)
        if size > self._largest:
            raise DownloadTooLarge(limit=self._largest)
        listener(PhaseStarted(Phase.DOWNLOADING))
        done, fetched = 0, list[Fetched]()
        with all_or_nothing(into):
            write_index(into, files)
            for source, (_, expected) in zip(self._sources, files, strict=True):
                part = source.fetch(into, listener=within(listener, done=done, size=size))
                source.check_size(part, expected)
                into.seek(0, os.SEEK_END)
                done += part.size
                fetched.append(part)
            whole = into.tell()
        return Fetched(
            name=set_name([part.name for part in fetched]),
            size=whole,
            modified_at=max(
                (each.modified_at for each in fetched if each.modified_at), default=None
            ),
            sha256=digest_of([part.sha256 for part in fetched]),
            place=fetched[0].place,
        )

    def check_unchanged(self) -> None:
        """As Source, for each file."""
        for source in self._sources:
            source.check_unchanged()


def local_source(paths: Sequence[Path], *, largest: int = LARGEST_FILE) -> Source:
    """Return what gives the one file, or several as one."""
    if len(paths) == 1:
        return LocalSource(paths[0], largest=largest)
    return LocalFiles(paths, largest=largest)


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
        return "Its folder can't be read either."
    return did_you_mean(path.name, names) or what_is_there(path.name, names, kind="files")
