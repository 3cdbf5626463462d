"""The physical lines of a text file, none of them longer than a student's can be."""

import io
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
        self.ended_without_break = False

    def take(self, count: int) -> list[str]:
        """Return up to `count` lines; none at the end. Raises FileDamaged."""
        lines, self._returned = self._returned[:count], self._returned[count:]
        try:
            self._read(lines, count)
        except UnicodeDecodeError as error:
            raise FileDamaged(what="text") from error
        if lines:
            self.ended_without_break = is_footless(lines[-1])
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
