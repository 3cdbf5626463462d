"""The text of a web page in a file, decoded piece by piece as the page or the feed says."""

import codecs
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

from rollbook.core.reading.encodings import TOLD, UTF_8, WINDOWS_1252
from rollbook.core.reading.errors import FileDamaged

PIECE: Final = 1 << 14
"""Bytes that are decoded and parsed at once."""

_DECLARED = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{1,40})", re.IGNORECASE)
_KNOWN: Final = {
    "utf-8": "utf-8", "utf8": "utf-8", "us-ascii": "cp1252", "ascii": "cp1252",
    "iso-8859-1": "cp1252", "latin1": "cp1252", "iso_8859-1": "cp1252", "windows-1252": "cp1252",
    "cp1252": "cp1252", "x-mac-roman": "mac_roman", "macintosh": "mac_roman",
    "windows-1250": "cp1250", "windows-1254": "cp1254", "iso-8859-2": "iso8859_2",
}  # fmt: skip
"""Codecs by what pages call them. That Latin 1 means Windows-1252 is how browsers read."""

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def pieces_of(file: BinaryIO) -> Iterator[bytes]:
    """Return the bytes of the file from its start; other passes may go on in between."""
    place = 0
    while True:
        file.seek(place)
        if not (piece := file.read(PIECE)):
            return
        place += len(piece)
        yield piece


@dataclass(frozen=True, slots=True)
class Codec:
    """Python's name of a codec. `is_guess`: neither the page nor the feed says it."""

    name: str
    is_guess: bool = False

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person may want to know of the decision."""
        return (_GUESSED,) if self.is_guess else ()


_GUESSED: Final = (
    "The page doesn't say its encoding and isn't UTF-8, so it was read as Windows-1252. If names "
    "look wrong, set the encoding in the feed, or export the file as UTF-8."
)


def codec_of(pieces: Iterable[bytes], *, declared: str = "", told: str = "") -> Codec:
    """Return the codec: of the mark, as declared, as told, else by the bytes."""
    found, decoder, is_first = "", codecs.getincrementaldecoder("utf-8")(), True
    try:
        for piece in pieces:
            if is_first:
                found = _marked(piece) or _KNOWN.get((declared or _declared(piece)).lower(), "")
                if found or told in TOLD:
                    return Codec(found or TOLD[told].codec)
                is_first = False
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return Codec(WINDOWS_1252.codec, is_guess=True)
    return Codec(UTF_8.codec)


def decoded(pieces: Iterable[bytes], codec: Codec) -> Iterator[str]:
    """Return the text. Bytes that the codec does not know arrive as marks, as in text files."""
    errors = "strict" if codec.name == "utf-16" else "surrogateescape"
    decoder = codecs.getincrementaldecoder(codec.name)(errors)
    try:
        for piece in pieces:
            yield decoder.decode(piece)
        yield decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise FileDamaged(what="file") from error


def _marked(start: bytes) -> str:
    return next((codec for mark, codec in _MARKS if start.startswith(mark)), "")


def _declared(start: bytes) -> str:
    found = _DECLARED.search(start[:4096])
    return found[1].decode("ascii") if found else ""
