"""What the bytes of a text file are: its encoding, by a pass over all of them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import BinaryIO, Final

from rollbook.core.feed_settings import AUTO
from rollbook.core.reading.bounds import Earn, for_free
from rollbook.core.reading.encodings import (
    SPOKEN,
    TOLD,
    UTF_8,
    UTF_16_BE,
    UTF_16_BE_MARKED,
    UTF_16_LE,
    UTF_16_LE_MARKED,
    WINDOWS_1252,
    Encoding,
)
from rollbook.core.reading.errors import FileTooLarge, NotATable
from rollbook.core.reading.evidence import decide_encoding
from rollbook.core.reading.words import StrangeWords

BLOCK: Final = 1 << 20
"""Bytes per read."""

PIECE: Final = 1 << 16
"""Bytes whose words are looked at together."""

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

_OTHER_SCRIPT: Final = re.compile(rb"[\xce-\xdf]|\xe0|\xe1[\x80-\xb3]|[\xea-\xed]")
"""So the bytes of UTF-8 begin that are a letter of no Latin alphabet: Greek to Arabic, Hangul."""

_ACCENT_BEGUN: Final = (b"\xc2", b"\xc3", b"\xc4", b"\xc5")
"""With these bytes UTF-8 begins the accented letters of European names."""

PADDING: Final = bytes(16)
"""No text holds so many NULs in a row: an archive pads names with them."""

_MARK: Final = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Detected:
    """`note` says what was decided, if that is worth a word; `doubtful` as in Decided."""

    encoding: Encoding
    note: str = ""
    doubtful: tuple[str, ...] = ()


def detect_encoding(
    file: BinaryIO,
    told: str = AUTO,
    *,
    names: frozenset[str] = frozenset(),
    earn: Earn = for_free,
) -> Detected:
    """Return the encoding; a stray byte in UTF-8 does not make it another one.

    `names` are words of the district's own students in lower case. `told` is what the feed says.
    Against it speaks only what cannot be chance: UTF-16, the mark of UTF-8, and a file in which
    everything is valid UTF-8.

    Raises FileTooLarge for a line of more than a megabyte, NotATable for what is no text.
    """
    file.seek(0)
    head = file.read(4096)
    if (wide := _utf_16(head)) is not None:
        return Detected(wide)
    if head.count(0) > len(head) // 10 or PADDING in head:
        raise NotATable(what="binary data")
    looked = _look(file, told, earn=earn)
    if told != AUTO:
        return _as_told(TOLD[told], looked, is_marked=head.startswith(_MARK))
    if looked.is_utf_8 or looked.is_cut or not looked.words:
        return Detected(UTF_8)
    decided = decide_encoding(looked.words, names)
    if decided.encoding is WINDOWS_1252:
        return Detected(WINDOWS_1252, doubtful=decided.doubtful)
    note = _DECIDED.format(SPOKEN[decided.encoding.name])
    return Detected(decided.encoding, note, decided.doubtful)


_DECIDED: Final = (
    "The file isn't UTF-8. Its accented letters make sense in {}, so it was read as that. Export "
    "it as UTF-8, or set the encoding in the feed so that we don't have to guess."
)


def _as_told(told: Encoding, looked: "_Looked", *, is_marked: bool) -> Detected:
    if not looked.words:
        return Detected(told)
    if told is not UTF_8 and (is_marked or looked.is_all_utf_8):
        why = (
            f"The feed says {SPOKEN[told.name]}, but the file is UTF-8, so it was read as that. "
            "Correct the encoding in the feed."
        )
        return Detected(UTF_8, why)
    return Detected(told, f"The file was read as {SPOKEN[told.name]}, as set in the feed.")


@dataclass(frozen=True, slots=True)
class _Looked:
    """What the bytes beyond ASCII are."""

    is_utf_8: bool
    """At least one character of it is there."""
    is_cut: bool
    """The only one of them is the file's last byte, and begins an accented letter of UTF-8."""
    words: set[bytes]

    @property
    def is_all_utf_8(self) -> bool:
        return self.is_utf_8 and all(map(_is_utf_8, self.words))


def _look(file: BinaryIO, told: str, *, earn: Earn) -> _Looked:
    file.seek(0)
    strange, is_utf_8, last = StrangeWords(), False, b""
    while block := file.read(BLOCK):
        if len(block) == BLOCK and b"\n" not in block and b"\r" not in block:
            raise FileTooLarge(what="one of its lines is longer than a megabyte")
        for start in range(0, len(block), PIECE):
            if not is_utf_8 or told != AUTO:  # else all is known
                is_utf_8 = _has_utf_8(strange.add(block[start : start + PIECE])) or is_utf_8
        last = block[-1:]
        earn(0, len(block) // BYTES_PER_CELL)
    is_utf_8 = _has_utf_8(strange.finish()) or is_utf_8
    # A file that broke off inside its only accent is not Windows-1252 with a single "Ã" at its end.
    is_cut = last in _ACCENT_BEGUN and all(word[:-1].isascii() for word in strange.words)
    return _Looked(is_utf_8, is_cut and len(strange.words) == 1, strange.words)


def _has_utf_8(words: Iterable[bytes]) -> bool:
    return any(map(_shows_utf_8, words))


def _shows_utf_8(word: bytes) -> bool:
    """Tell whether a character of UTF-8 is in `word`, and is none of another script's by chance.

    `Íñigo` of DOS is a letter of Hebrew and four of Latin.
    """
    found = _MULTI_BYTE.search(word)
    if found is None:
        return False
    return not _OTHER_SCRIPT.match(found[0]) or not re.search(rb"[A-Za-z]", word)


def _is_utf_8(word: bytes) -> bool:
    try:
        word.decode()
    except UnicodeDecodeError:
        return False
    return True


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
