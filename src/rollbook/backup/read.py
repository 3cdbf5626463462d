"""Opens a backup and proves all of it, before anything is done with it."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from typing import cast

from rollbook.backup.errors import BackupDamaged, BackupUnreadable
from rollbook.backup.frames import Malformed, Part, unpacked
from rollbook.backup.manifest import Manifest
from rollbook.backup.sealed import SealedFile


class Backup:
    """A backup that was read to its end once and is whole."""

    def __init__(self, sealed: SealedFile, *, path: Path) -> None:
        """Reads everything. Raises BackupDamaged."""
        self.path = path
        self._sealed = sealed
        self.manifest = self._read()

    def tables(self) -> Iterator[tuple[str, Iterable[bytes]]]:
        """Give every table with its rows, read and proved once more. Raises BackupDamaged."""
        with self._translated_errors():
            for name, parts in groupby(self._parts(), key=lambda part: part[0]):
                yield name, (data for _, data in parts)

    def _read(self) -> Manifest:
        with self._translated_errors():
            content = unpacked(self._sealed.blocks())
            manifest = cast(Manifest, next(content))
            for _ in content:
                pass
        return manifest

    def _parts(self) -> Iterator[Part]:
        content = unpacked(self._sealed.blocks())
        if next(content) != self.manifest:
            raise BackupDamaged(path=self.path)
        yield from cast(Iterator[Part], content)

    @contextmanager
    def _translated_errors(self) -> Iterator[None]:
        try:
            yield
        except Malformed as error:
            raise BackupDamaged(path=self.path) from error
        except OSError as error:
            raise _unreadable(self.path, error) from error


@contextmanager
def opened(path: Path, passphrase: str) -> Iterator[Backup]:
    """Give the backup. Raises the errors of reading; it writes nothing."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise _unreadable(path, error) from error
    with file:
        yield Backup(SealedFile(file, passphrase, path=path), path=path)


def _unreadable(path: Path, error: OSError) -> BackupUnreadable:
    return BackupUnreadable(path=path, why=os.strerror(error.errno or 0))
