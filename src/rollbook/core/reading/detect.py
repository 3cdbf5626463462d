"""What the bytes of a text file are: its encoding, by a pass over all of them."""

import re
from dataclasses import dataclass
from typing import BinaryIO, Final

from rollbook.core.reading.bounds import Earn, for_free
from rollbook.core.reading.errors import FileTooLarge, NotATable

BLOCK: Final = 1 << 20
"""Bytes per read."""

BYTES_PER_CELL: Final = 256
"""For so many bytes the pass earns the time of a cell."""

LONGEST_LINE: Final = BLOCK
"""A longer line cannot be one of a student file."""

_MULTI_BYTE = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]"
    rb"|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]"
    rb"|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}"
)
"""One character of valid UTF-8 that is not ASCII (RFC 3629, section 4)."""

_ACCENT_BEGUN: Final = b"\xc2\xc3\xc4\xc5"
"""With these bytes UTF-8 begins the accented letters of European names."""
_ASCII: Final = bytes(range(128))


@dataclass(frozen=True, slots=True)
class Encoding:
    """`codec` and `errors` as Python's `open` takes them; `name` for people."""

    name: str
    codec: str
    errors: str = "surrogateescape"


UTF_8 = Encoding("utf-8", "utf-8-sig")
WINDOWS_1252 = Encoding("windows-1252", "cp1252")
UTF_16_LE = Encoding("utf-16-le", "utf-16-le", "strict")
UTF_16_BE = Encoding("utf-16-be", "utf-16-be", "strict")
# With a byte order mark, which Python's "utf-16" obeys and takes off.
UTF_16_LE_MARKED = Encoding("utf-16-le", "utf-16", "strict")
UTF_16_BE_MARKED = Encoding("utf-16-be", "utf-16", "strict")


def detect_encoding(file: BinaryIO, earn: Earn = for_free) -> Encoding:
    """Return the encoding; a stray byte in UTF-8 does not make it Windows-1252.

    Raises FileTooLarge for a line of more than a megabyte, NotATable for what is no text.
    """
    file.seek(0)
    head = file.read(4096)
    if (wide := _utf_16(head)) is not None:
        return wide
    if head.count(0) > len(head) // 10:
        raise NotATable(what="binary data")
    file.seek(0)
    is_utf_8, strange, tail = False, 0, b""
    while block := file.read(BLOCK):
        if len(block) == BLOCK and b"\n" not in block and b"\r" not in block:
            raise FileTooLarge(what="one of its lines is longer than a megabyte")
        if not is_utf_8 and (strange or not block.isascii()):
            strange += len(block.translate(None, _ASCII))
            # A character may lie across two blocks.
            is_utf_8 = _MULTI_BYTE.search(tail + block) is not None
        tail = block[-3:]
        earn(0, len(block) // BYTES_PER_CELL)
    # A file that broke off inside its only accent is not Windows-1252 with a single "Ã" at its end.
    is_cut = strange == 1 and tail[-1:] in _ACCENT_BEGUN
    return UTF_8 if is_utf_8 or is_cut or not strange else WINDOWS_1252


def _utf_16(head: bytes) -> Encoding | None:
    """By its byte order mark, otherwise by the NULs between Latin letters."""
    if head.startswith(b"\xff\xfe"):
        return UTF_16_LE_MARKED
    if head.startswith(b"\xfe\xff"):
        return UTF_16_BE_MARKED
    half = len(head) // 2
    if half >= 8:
        if head[1::2].count(0) > half * 0.6 and not head[0::2].count(0):
            return UTF_16_LE
        if head[0::2].count(0) > half * 0.6 and not head[1::2].count(0):
            return UTF_16_BE
    return None
