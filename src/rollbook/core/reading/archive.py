"""The files inside a .zip or .gz, unpacked within limits into an anonymous file."""

import gzip
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import BinaryIO, Final

from rollbook.core.errors import is_disk_full
from rollbook.core.reading.bounds import open_zip
from rollbook.core.reading.errors import (
    FileDamaged,
    FileTooLarge,
    ProtectedFile,
    RarePacking,
)
from rollbook.core.reading.members import name_of

BLOCK: Final = 1 << 20
LARGEST: Final = 2 << 30
"""Bytes that an archive may unpack to. A million students are less than half a gigabyte."""

LARGEST_RATIO: Final = 200
UNSUSPICIOUS: Final = 100 << 20
"""Below this many bytes no ratio is suspicious."""

_WORKBOOK_PARTS: Final = {"[content_types].xml", "mimetype", "content.xml", "xl/workbook.xml"}


Find = Callable[[zipfile.ZipFile], tuple[list[zipfile.ZipInfo], str | None]]
"""Which members are meant, and a note where others were passed over; see `members`."""


@dataclass(frozen=True, slots=True)
class Unpacked:
    """The file inside an archive, or a file that is none as it is."""

    file: BinaryIO
    name: str
    size: int
    note: str | None = None
    """What was passed over."""


def unpack(
    file: BinaryIO,
    name: str,
    *,
    size: int,
    scratch: Callable[[], BinaryIO],
    find: Find,
) -> list[Unpacked]:
    """Return those files inside that `find` names, or the file itself where it is no archive.

    Only one level is unpacked. Nothing is ever written under a name of the archive's. `scratch`
    gives another file at each call. The note is at the first.
    """
    file.seek(0)
    head = file.read(4)
    file.seek(0)
    if head[:2] == b"\x1f\x8b":
        return [_unpack_gzip(file, name, size=size, into=scratch())]
    if head == b"PK\x03\x04" or head == b"PK\x05\x06":
        return _unpack_zip(file, name, size=size, scratch=scratch, find=find)
    return [Unpacked(file, name, size)]


def _unpack_gzip(file: BinaryIO, name: str, *, size: int, into: BinaryIO) -> Unpacked:
    try:
        with gzip.GzipFile(fileobj=file) as packed:
            unpacked = _copy(packed, into, packed_size=size)
    except (OSError, EOFError, zlib.error) as error:
        into.close()
        if is_disk_full(error):
            raise
        raise FileDamaged(what="archive") from error
    return Unpacked(into, name.removesuffix(".gz"), unpacked)


def _unpack_zip(
    file: BinaryIO,
    name: str,
    *,
    size: int,
    scratch: Callable[[], BinaryIO],
    find: Find,
) -> list[Unpacked]:
    try:
        with open_zip(file, "archive") as archive:
            if not _WORKBOOK_PARTS.isdisjoint(map(_folded, archive.namelist())):
                return [Unpacked(file, name, size)]
            members, note = find(archive)
            unpacked: list[Unpacked] = []
            for member in members:
                unpacked.append(_unpack_member(archive, member, packed_size=size, into=scratch))
                check_whole(unpacked)
    except (
        zipfile.BadZipFile,
        OSError,
        EOFError,
        ValueError,
        zlib.error,
        NotImplementedError,
    ) as error:
        if is_disk_full(error):
            raise
        raise FileDamaged(what="archive") from error
    return [replace(each, note=None if at else note) for at, each in enumerate(unpacked)]


def _unpack_member(
    archive: zipfile.ZipFile,
    member: zipfile.ZipInfo,
    *,
    packed_size: int,
    into: Callable[[], BinaryIO],
) -> Unpacked:
    if member.flag_bits & 0x1:
        raise ProtectedFile(what="archive")
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise RarePacking
    file = into()
    with archive.open(member) as packed:
        size = _copy(packed, file, packed_size=packed_size)
    return Unpacked(file, name_of(member), size)


def check_whole(unpacked: Sequence[Unpacked]) -> None:
    """Raise FileTooLarge where all files together are too large."""
    if sum(each.size for each in unpacked) > LARGEST:
        raise FileTooLarge(what="it unpacks to far more than any export of a district")


def _folded(name: str) -> str:
    return name.replace("\\", "/").lower()


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
