"""The physical lines of a text file, none of them longer than a student's can be."""

import codecs
import io
import os
from typing import Any, BinaryIO, cast

from rollbook.core.reading.detect import LONGEST_LINE
from rollbook.core.reading.encodings import Encoding
from rollbook.core.reading.errors import FileDamaged, FileTooLarge
from rollbook.core.reading.quoting import is_footless


class Lines:
    """The physical lines of a file from its beginning, with a way to give some back."""

    def __init__(self, file: BinaryIO, encoding: Encoding) -> None:
        file.seek(0)
        # A reader of its own: closing it must not close the file, which is read more than once.
        self._text = io.TextIOWrapper(
            io.BufferedReader(cast(Any, _Borrowed(file)), 1 << 18),
            encoding=encoding.codec,
            errors=encoding.errors,
            newline="",
        )
        self._returned: list[str] = []
        self._first = self._last = ""

    @property
    def ended_without_break(self) -> bool:
        """The last line that was taken has no end: the last of the file."""
        return bool(self._last) and is_footless(self._last)

    @property
    def ended_within_break(self) -> bool:
        """It has half of the end that the first line has."""
        return self._first.endswith("\r\n") and self._last.endswith("\r")

    @property
    def ended_with_quote(self) -> bool:
        """It ends with a quotation mark."""
        return self._last.rstrip().endswith('"')

    @property
    def ended_within_character(self) -> bool:
        """It ends with the first bytes of a character of UTF-8 that has more."""
        decoder = codecs.getincrementaldecoder("utf-8")("ignore")
        decoder.decode(self._last[-3:].encode("utf-8", "surrogateescape"))
        return bool(decoder.getstate()[0])

    def take(self, count: int) -> list[str]:
        """Return up to `count` lines; none at the end. Raises FileDamaged."""
        lines, self._returned = self._returned[:count], self._returned[count:]
        try:
            self._read(lines, count)
        except UnicodeDecodeError as error:
            raise FileDamaged(what="text") from error
        if lines:
            self._first, self._last = self._first or lines[0], lines[-1]
        return lines

    def _read(self, lines: list[str], count: int) -> None:
        """Add lines up to `count`; fewer where they are so long that a batch would be large."""
        readline, size = self._text.readline, 0
        while len(lines) < count and size < LONGEST_LINE and (line := readline(LONGEST_LINE)):
            size += len(line)
            if len(line) >= LONGEST_LINE:
                raise FileTooLarge(what="one of its lines is longer than a megabyte")
            lines.append(line)

    def give_back(self, lines: list[str]) -> None:
        self._returned = lines + self._returned


def ends_without_break(file: BinaryIO, encoding: Encoding) -> bool:
    """Tell whether the last line of `file` has no end. Moves its place."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(size - 4, 0))
    text = file.read(4).replace(b"\0", b"") if "16" in encoding.name else file.read(4)
    return not text.endswith((b"\n", b"\r"))


class _Borrowed(io.RawIOBase):
    """Reads from a file that the caller owns and closes."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        data = self._file.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)
