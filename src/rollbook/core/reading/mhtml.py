"""Web archives (MHTML): the pages inside, decoded as they are read. Source: RFC 2557, RFC 2045."""

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesHeaderParser
from typing import BinaryIO, Final

from rollbook.core.reading.errors import FileDamaged, FileTooLarge

MOST_PARTS: Final = 1_000
LONGEST_LINE: Final = 1 << 20
LARGEST_HEAD: Final = 64 << 10
"""Bytes of the headers of one part."""

_PIECE: Final = 1 << 15


@dataclass(frozen=True, slots=True)
class WebPart:
    """A page inside the archive: where its bytes lie, and how they are packed."""

    file: BinaryIO
    name: str
    charset: str
    packing: str
    start: int
    end: int

    def pieces(self) -> Iterator[bytes]:
        """Return the page's own bytes, piece by piece."""
        lines = _lines(self.file, self.start, self.end)
        if self.packing == "quoted-printable":
            return _joined(map(_unquoted, lines))
        if self.packing == "base64":
            return _from_base64(lines)
        return _joined(lines)


def web_parts(file: BinaryIO) -> list[WebPart]:
    """Return the pages of the archive in their order. Raises FileDamaged, FileTooLarge."""
    file.seek(0, 2)
    size = file.tell()
    head, start = _headers(file, 0, size)
    if head.get_content_maintype() != "multipart":
        return [_part(file, head, start=start, end=size)]
    boundary = head.get_boundary()
    if not boundary:
        raise FileDamaged(what="web archive")
    parts = []
    for first, end in _between(file, start, size, boundary=b"--" + boundary.encode()):
        head, body = _headers(file, first, end)
        if head.get_content_type() in ("text/html", "application/xhtml+xml"):
            parts.append(_part(file, head, start=body, end=end))
    return parts


def _part(file: BinaryIO, head: Message, *, start: int, end: int) -> WebPart:
    place = str(head.get("Content-Location", "")).replace("\\", "/")
    return WebPart(
        file,
        name=place.rpartition("/")[2].partition(".")[0],
        charset=str(head.get_content_charset() or ""),
        packing=str(head.get("Content-Transfer-Encoding", "")).strip().lower(),
        start=start,
        end=end,
    )


def _between(
    file: BinaryIO, start: int, size: int, *, boundary: bytes
) -> Iterator[tuple[int, int]]:
    """Return where each part begins and ends."""
    begun, place, count = 0, start, 0
    for line in _lines(file, start, size):
        if line.startswith(boundary) and line.rstrip() in (boundary, boundary + b"--"):
            if begun:
                yield begun, place
            begun, count = place + len(line), count + 1
            if count > MOST_PARTS:
                raise FileTooLarge(what=f"it has more than {MOST_PARTS:,} parts")
            if line.rstrip().endswith(boundary + b"--"):
                return
        place += len(line)
    if begun:  # without its last boundary it broke off
        raise FileDamaged(what="web archive")


def _headers(file: BinaryIO, start: int, end: int) -> tuple[Message, int]:
    """Return the headers that begin at `start`, and where what follows them begins."""
    lines: list[bytes] = []
    place = start
    for line in _lines(file, start, end):
        place += len(line)
        if not line.strip():
            break
        lines.append(line)
        if place - start > LARGEST_HEAD:
            raise FileTooLarge(what="the headers of one of its parts are longer than any archive's")
    return BytesHeaderParser().parsebytes(b"".join(lines)), place


def _lines(file: BinaryIO, start: int, end: int) -> Iterator[bytes]:
    """Return the lines with their ends; other passes may go on in between."""
    place, rest = start, b""
    while place < end:
        file.seek(place)
        block = file.read(min(_PIECE, end - place))
        if not block:
            break
        place += len(block)
        *whole, rest = (rest + block).split(b"\n")
        if len(rest) > LONGEST_LINE:
            raise FileTooLarge(what="one of its lines is longer than a megabyte")
        yield from (line + b"\n" for line in whole)
    if rest:
        yield rest


_SOFT_BREAK = re.compile(rb"=[ \t]*\r?\n$")


def _unquoted(line: bytes) -> bytes:
    return binascii.a2b_qp(_SOFT_BREAK.sub(b"", line))


def _joined(lines: Iterator[bytes]) -> Iterator[bytes]:
    waiting = bytearray()
    for line in lines:
        waiting += line
        if len(waiting) >= _PIECE:
            yield bytes(waiting)
            waiting.clear()
    yield bytes(waiting)


def _from_base64(lines: Iterator[bytes]) -> Iterator[bytes]:
    waiting = b""
    for piece in _joined(bytes(line.strip()) for line in lines):
        waiting += piece
        whole = len(waiting) // 4 * 4
        try:
            yield binascii.a2b_base64(waiting[:whole])
        except binascii.Error as error:
            raise FileDamaged(what="web archive") from error
        waiting = waiting[whole:]
