"""Several files of one export as one: their bytes one after another, and the numbers of their rows.

The bytes begin with an index, so that a set can be stored, encrypted and read again as one file.
"""

import hashlib
import io
import json
import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

from rollbook.core.errors import FileRefused
from rollbook.core.visible import visible

MOST_FILES: Final = 200
"""A district has fewer schools and grades; their rows still have numbers of four bytes."""

ROWS_OF_A_FILE: Final = 10_000_000
"""Row 17 of the third file has the number 30,000,017. A file that is alone has its own numbers."""

ALL: Final = "all"
NEWEST: Final = "newest"
MODES: Final = (NEWEST, ALL)
"""What a feed may take of the files that match its pattern."""

_MAGIC: Final = b"\x89ROLLBOOK FILES 1\r\n\x1a\n"
_LENGTH: Final = struct.Struct(">I")
_LARGEST_INDEX: Final = 1 << 20
_LONGEST_NAME: Final = 300
_BLOCK: Final = 1 << 20


class FilesDamaged(FileRefused):
    """The saved files are damaged, so they can't be read.

    Nothing was changed.

    Import or upload them again."""

    reason = "file_damaged"


class TooManyFiles(FileRefused):
    """{count:,} files match, and at most {limit:,} can be imported together.

    Nothing was changed.

    Choose a narrower pattern, or move older files away."""

    reason = "too_many_files"


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a set: its name, safe to print, and where its bytes are."""

    name: str
    start: int
    size: int


def write_index(into: BinaryIO, files: Sequence[tuple[str, int]]) -> None:
    """Write what comes before the bytes of `files`, each a name and a size. Raises TooManyFiles."""
    if len(files) > MOST_FILES:
        raise TooManyFiles(count=len(files), limit=MOST_FILES)
    index = json.dumps([[name[:_LONGEST_NAME], size] for name, size in files]).encode()
    into.write(_MAGIC + _LENGTH.pack(len(index)) + index)


def safe_name(name: str) -> str:
    """Return a file's name without what could steer a terminal or cannot be stored."""
    shown = "".join(each if each.isprintable() else "?" for each in visible(name))
    return shown[:_LONGEST_NAME]


def set_name(names: Sequence[str]) -> str:
    """Return what a set of files is called."""
    more = len(names) - 1
    return names[0] if not more else f"{names[0]} and {more:,} more"


def parts_of(file: BinaryIO, size: int) -> tuple[Part, ...]:
    """Return the files that `file`, of `size` bytes, is a set of; () where it is none.

    Raises FilesDamaged.
    """
    file.seek(0)
    if file.read(len(_MAGIC)) != _MAGIC:
        return ()
    try:
        (length,) = _LENGTH.unpack(file.read(_LENGTH.size))
        if length > _LARGEST_INDEX:
            raise ValueError
        parts = tuple(_read_index(file.read(length), len(_MAGIC) + _LENGTH.size + length))
    except (ValueError, TypeError, struct.error, RecursionError) as error:
        raise FilesDamaged from error
    finally:
        file.seek(0)
    if not parts or parts[-1].start + parts[-1].size != size:
        raise FilesDamaged
    return parts


def _read_index(index: bytes, start: int) -> Iterator[Part]:
    files = json.loads(index)
    if not isinstance(files, list) or len(files) > MOST_FILES:
        raise ValueError
    for name, size in files:
        if not isinstance(name, str) or type(size) is not int or size < 0:
            raise ValueError
        yield Part(safe_name(name), start, size)
        start += size


def digests(file: BinaryIO, parts: Sequence[Part]) -> list[str]:
    """Return the SHA-256 of each file."""
    found = []
    for part in parts:
        window, digest = Window(file, part.start, part.size), hashlib.sha256()
        while block := window.read(_BLOCK):
            digest.update(block)
        found.append(digest.hexdigest())
    file.seek(0)
    return found


def digest_of(each: Sequence[str]) -> str:
    """Return one digest of all files, whatever their names and order are."""
    return hashlib.sha256("\n".join(sorted(each)).encode()).hexdigest()


class Window(io.BufferedIOBase):
    """A part of another file, read as if it were one; without `size` it may be written and grows.

    Closing it leaves the file open.
    """

    def __init__(self, file: BinaryIO, start: int, size: int | None = None) -> None:
        super().__init__()
        self._file = file
        self._start = start
        self._size = size
        self._at = 0

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return self._size is None

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._end()}[whence]
        if base + offset < 0:
            raise ValueError("before the beginning")
        self._at = base + offset
        return self._at

    def read(self, size: int | None = -1, /) -> bytes:
        left = max(0, self._end() - self._at)
        wanted = left if size is None or size < 0 else min(size, left)
        self._file.seek(self._start + self._at)
        found = self._file.read(wanted)
        self._at += len(found)
        return found

    def read1(self, size: int = -1, /) -> bytes:
        return self.read(size)

    def readinto(self, buffer: Any, /) -> int:
        view = memoryview(buffer).cast("B")
        found = self.read(len(view))
        view[: len(found)] = found
        return len(found)

    def readinto1(self, buffer: Any, /) -> int:
        return self.readinto(buffer)

    def write(self, data: Any, /) -> int:
        self._file.seek(self._start + self._at)
        written = self._file.write(data)
        self._at += written
        return written

    def flush(self) -> None:
        if not self.closed and self._size is None:
            self._file.flush()

    def end_at_once(self) -> None:
        """Let it be as long as it is now, and only be read."""
        self._size = self._end()

    def _end(self) -> int:
        if self._size is not None:
            return self._size
        return self._file.seek(0, io.SEEK_END) - self._start


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row is: `file` counts from 1, and is 0 where there is one file only."""

    file: int
    row: int

    @property
    def words(self) -> str:
        return f"{self.row:,} of file {self.file}" if self.file else f"{self.row:,}"

    @property
    def plain(self) -> str:
        """Return the same without commas, as sentences and files of ours write a row."""
        return f"{self.row} of file {self.file}" if self.file else str(self.row)


def place_of(number: int) -> Place:
    """Return the place of the row with this number."""
    return Place(*divmod(number, ROWS_OF_A_FILE))


def number_of(place: Place) -> int:
    """Return the number of the row at this place."""
    return place.file * ROWS_OF_A_FILE + place.row


def place_in(number: int, file: Mapping[str, Any]) -> str:
    """Return the row as a file of ours writes it; with the file's name where it is one of several.

    `file` is what a report says of its file.
    """
    place = place_of(number)
    return f"{place.row} of {name_at(number, file)}" if place.file else str(place.row)


def place_object(number: int | None, file: Mapping[str, Any]) -> dict[str, Any]:
    """Return the row for programs and, where several files are one, the name of its file."""
    if number is None:
        return {"row": None}
    place = place_of(number)
    return {"row": place.row} | ({"file": name_at(number, file)} if place.file else {})


def name_at(number: int, file: Mapping[str, Any]) -> str:
    """Return the name of the file in which the row with this number is.

    `file` is what a report says of its file.
    """
    parts, at = file.get("files") or [], place_of(number).file
    found = parts[at - 1].get("name") if 0 < at <= len(parts) else file.get("name")
    return str(found or "")
