"""The streams of a compound file, the container of old workbooks: read leniently, within bounds.

Writers differ in what they leave behind the last sector, in sizes and in how a chain ends, and some
have two streams claim the same sectors. Only the chain that is wanted is followed, so that what is
wrong elsewhere does no harm. Source: [MS-CFB], sections 2.2 to 2.6.
"""

import mmap
import struct
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

from rollbook.core.reading.errors import FileDamaged, FileTooLarge

SIGNATURE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

MOST_ENTRIES: Final = 10_000
"""Streams and folders. A workbook has a handful."""

LARGEST_STREAM: Final = 128 << 20
"""Bytes. A sheet of 65,536 rows by 55 columns of numbers has 50 MB."""

_HEADER: Final = 512
_ENTRY: Final = 128
_ENTRIES_PER_HEADER: Final = 109
_LARGEST_SECTOR: Final = 0xFFFFFFFA
_STREAM: Final = 2
_BEGIN: Final = b"\x09"
"""The first byte of a workbook's stream. Some writers put a short one among the large sectors."""

_LONGEST_RUN: Final = 2_048


@dataclass(frozen=True, slots=True)
class Stream:
    """A stream's name, kind, first sector and size in bytes, as the directory has them."""

    name: str
    kind: int
    first: int
    size: int


class CompoundFile:
    """Raises FileDamaged, FileTooLarge."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file = file
        file.seek(0)
        head = file.read(_HEADER)
        if len(head) < _HEADER:
            raise FileDamaged(what="workbook")
        shift, small_shift = struct.unpack_from("<HH", head, 30)
        if not 7 <= shift <= 16 or not 2 <= small_shift <= shift:
            raise FileDamaged(what="workbook")
        self._sector: int = 1 << shift
        self._small_sector: int = 1 << small_shift
        self._sectors = -(-max(size - _HEADER, 0) // self._sector)
        _, directory, _, self._least, small_table, _ = struct.unpack_from("<6L", head, 44)
        self._next = self._read_table(head)
        self._small_table = small_table
        self.streams = self._read_directory(directory)

    def find(self, *names: str) -> Stream | None:
        """Return the first stream with one of the names, whatever their letter case."""
        for name in names:
            for stream in self.streams:
                if stream.kind == _STREAM and stream.name.lower() == name.lower():
                    return stream
        return None

    def read(self, stream: Stream) -> mmap.mmap:
        """Return the bytes of the stream in memory that gives slices without copies of the rest."""
        if not stream.size:
            raise FileDamaged(what="workbook")
        if stream.size > LARGEST_STREAM:
            raise FileTooLarge(what=f"its sheets have more than {LARGEST_STREAM >> 20} MB")
        content = mmap.mmap(-1, stream.size)
        if stream.size < self._least and self._copy_small(stream, content):
            return content
        filled = self._copy(self._chain(stream.first), memoryview(content))
        if filled < stream.size:
            raise FileDamaged(what="workbook")
        return content

    def _copy(self, sectors: Iterator[int], content: memoryview) -> int:
        """Fill `content` with the sectors; return how many bytes were there."""
        filled: int = 0
        for first, count in _runs(sectors):
            self._file.seek(self._place(first))
            piece = self._file.read(min(count * self._sector, len(content) - filled))
            content[filled : filled + len(piece)] = piece
            filled += len(piece)
        return filled

    def _copy_small(self, stream: Stream, content: mmap.mmap) -> bool:
        """Fill `content` from the stream of small sectors; False where it is not there."""
        root = self.streams[0]
        follows = array("I")
        for sector in self._chain(self._small_table):
            follows.extend(self._numbers(sector))
        small = b"".join(map(self._read_sector, self._chain(root.first)))
        filled: int = 0
        for sector in _chain(stream.first, follows):
            at = sector * self._small_sector
            piece = small[at : at + self._small_sector][: stream.size - filled]
            content[filled : filled + len(piece)] = piece
            filled += len(piece)
        return filled == stream.size and content[:1] == _BEGIN

    def _read_table(self, head: bytes) -> "array[int]":
        """Return for each sector the one that follows it."""
        follows = array("I")
        for sector in self._sectors_of_table(head):
            if len(follows) >= self._sectors:
                break
            follows.extend(self._numbers(sector))
        return follows[: self._sectors]

    def _sectors_of_table(self, head: bytes) -> Iterator[int]:
        yield from _known(struct.unpack_from(f"<{_ENTRIES_PER_HEADER}L", head, 76))
        more, left = struct.unpack_from("<2L", head, 68)
        left = min(left, self._sectors)
        while left and more < self._sectors:
            *listed, more = self._numbers(more)
            yield from _known(listed)
            left -= 1

    def _read_directory(self, first: int) -> list[Stream]:
        found: list[Stream] = []
        for sector in self._chain(first):
            piece = self._read_sector(sector)
            found += map(_entry, (piece[at : at + _ENTRY] for at in range(0, len(piece), _ENTRY)))
            if len(found) > MOST_ENTRIES:
                raise FileTooLarge(what=f"it holds more than {MOST_ENTRIES:,} streams")
        if not found:
            raise FileDamaged(what="workbook")
        return found

    def _chain(self, first: int) -> Iterator[int]:
        return _chain(first, self._next)

    def _read_sector(self, sector: int) -> bytes:
        self._file.seek(self._place(sector))
        return self._file.read(self._sector)

    def _place(self, sector: int) -> int:
        return max(_HEADER, self._sector) + sector * self._sector

    def _numbers(self, sector: int) -> tuple[int, ...]:
        """Return a sector of numbers; what the file no longer has leads nowhere."""
        raw = self._read_sector(sector).ljust(self._sector, b"\xff")
        return struct.unpack(f"<{self._sector // 4}L", raw)


def _chain(first: int, follows: "array[int]") -> Iterator[int]:
    """Return the sectors of a chain. Raises FileDamaged where it runs in circles."""
    sector, seen = first, bytearray(len(follows))
    while sector < len(follows):
        if seen[sector]:
            raise FileDamaged(what="workbook")
        seen[sector] = 1
        yield sector
        sector = follows[sector]


def _runs(sectors: Iterator[int]) -> Iterator[tuple[int, int]]:
    """Return the first sector and the length of each stretch of neighbors."""
    first = count = 0
    for sector in sectors:
        if count and sector == first + count and count < _LONGEST_RUN:
            count += 1
            continue
        if count:
            yield first, count
        first, count = sector, 1
    if count:
        yield first, count


def _known(sectors: tuple[int, ...] | list[int]) -> Iterator[int]:
    return (sector for sector in sectors if sector < _LARGEST_SECTOR)


def _entry(raw: bytes) -> Stream:
    raw = raw.ljust(_ENTRY, b"\0")
    length = min(struct.unpack_from("<H", raw, 64)[0], 64)
    name = raw[: max(length - 2, 0)].decode("utf-16-le", "replace").split("\0")[0]
    first, size = struct.unpack_from("<2L", raw, 116)
    return Stream(name, raw[66], first, size)
