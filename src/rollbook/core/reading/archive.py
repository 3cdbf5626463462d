"""One file inside a .zip or .gz, unpacked within limits into an anonymous file."""

import gzip
import zipfile
import zlib
from collections.abc import Callable
from typing import BinaryIO, Final

from rollbook.core.errors import is_disk_full
from rollbook.core.reading.bounds import open_zip
from rollbook.core.reading.errors import (
    FileDamaged,
    FileTooLarge,
    ProtectedFile,
    RarePacking,
    SeveralFiles,
)

BLOCK: Final = 1 << 20
LARGEST: Final = 2 << 30
"""Bytes that an archive may unpack to. A million students are less than half a gigabyte."""

LARGEST_RATIO: Final = 200
UNSUSPICIOUS: Final = 100 << 20
"""Below this many bytes no ratio is suspicious."""

_WORKBOOK_PARTS: Final = {"[Content_Types].xml", "mimetype", "content.xml"}


def unpack(
    file: BinaryIO, name: str, *, size: int, scratch: Callable[[], BinaryIO]
) -> tuple[BinaryIO, str, int]:
    """Return the file inside, its name and size; a file that is no archive as it is.

    Only one level is unpacked. Nothing is ever written under a name of the archive's.
    """
    file.seek(0)
    head = file.read(4)
    file.seek(0)
    if head[:2] == b"\x1f\x8b":
        return _unpack_gzip(file, name, size=size, into=scratch())
    if head == b"PK\x03\x04" or head == b"PK\x05\x06":
        return _unpack_zip(file, name, size=size, scratch=scratch)
    return file, name, size


def _unpack_gzip(
    file: BinaryIO, name: str, *, size: int, into: BinaryIO
) -> tuple[BinaryIO, str, int]:
    try:
        with gzip.GzipFile(fileobj=file) as packed:
            unpacked = _copy(packed, into, packed_size=size)
    except (OSError, EOFError, zlib.error) as error:
        into.close()
        if is_disk_full(error):
            raise
        raise FileDamaged(what="archive") from error
    return into, name.removesuffix(".gz"), unpacked


def _unpack_zip(
    file: BinaryIO, name: str, *, size: int, scratch: Callable[[], BinaryIO]
) -> tuple[BinaryIO, str, int]:
    try:
        with open_zip(file, "archive") as archive:
            if not _WORKBOOK_PARTS.isdisjoint(archive.namelist()):
                return file, name, size
            members = [
                member
                for member in archive.infolist()
                if not member.is_dir() and not member.filename.startswith("__MACOSX/")
            ]
            if len(members) != 1:
                raise SeveralFiles(count=len(members))
            if members[0].flag_bits & 0x1:
                raise ProtectedFile(what="archive")
            if members[0].compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise RarePacking
            into = scratch()
            with archive.open(members[0]) as packed:
                unpacked = _copy(packed, into, packed_size=size)
    except (zipfile.BadZipFile, OSError, EOFError, ValueError, zlib.error,
            NotImplementedError) as error:  # fmt: skip
        if is_disk_full(error):
            raise
        raise FileDamaged(what="archive") from error
    return into, members[0].filename.rsplit("/", 1)[-1], unpacked


def _copy(packed: object, into: BinaryIO, *, packed_size: int) -> int:
    """Copy block by block, so that a bomb is noticed before it has filled the disk."""
    total = 0
    while block := packed.read(BLOCK):  # type: ignore[attr-defined]
        total += len(block)
        if total > LARGEST or (total > UNSUSPICIOUS and total > packed_size * LARGEST_RATIO):
            into.close()
            raise FileTooLarge(what="it unpacks to far more than any export of a district")
        into.write(block)
    into.seek(0)
    return total
