"""Streaming XML out of a workbook's zip: bounded, without entities, by local names."""

import zipfile
from collections.abc import Callable
from typing import Final
from xml.parsers import expat

from rollbook.core.reading.errors import FileDamaged, FileTooLarge, RarePacking

BLOCK: Final = 1 << 18
PIECE: Final = 1 << 14
"""Bytes of XML that are parsed at once: what they can stand for is weighed in between."""

MOST_STILL: Final = 64
"""Pieces without a step forward: so long an element belongs to no workbook."""

LARGEST_PART: Final = 4 << 30
LARGEST_RATIO: Final = 400
UNSUSPICIOUS: Final = 50 << 20

StartElement = Callable[[str, dict[str, str]], None]
EndElement = Callable[[str], None]
Text = Callable[[str], None]


class Parser:
    """An XML parser that notices what only costs: declarations, and elements without an end."""

    def __init__(self, parser: expat.XMLParserType, text: Text) -> None:
        self._parser = parser
        self._place = -1
        self._still = 0
        parser.buffer_text = True
        parser.CharacterDataHandler = text
        # A workbook declares nothing; entities and default attributes can only be there to grow
        # without end. Old .ods files name a document type, which declares nothing either.
        parser.EntityDeclHandler = _refuse
        parser.AttlistDeclHandler = _refuse
        parser.ElementDeclHandler = _refuse

    def listen(self, start: StartElement) -> None:
        """From here on call back for the starts of elements alone, with `start`."""
        self._parser.StartElementHandler = start
        self._parser.EndElementHandler = None
        self._parser.CharacterDataHandler = None

    def parse(self, piece: bytes | memoryview, *, last: bool = False) -> None:
        """Parse one piece. Raises FileDamaged, FileTooLarge."""
        try:
            self._parser.Parse(piece, last)
        except (expat.ExpatError, ValueError) as error:
            if isinstance(error, expat.ExpatError) and error.code == _NO_MEMORY:
                raise MemoryError from error
            raise FileDamaged(what="workbook") from error
        place = self._parser.CurrentByteIndex
        self._still = self._still + 1 if place == self._place else 0
        self._place = place
        if self._still > MOST_STILL:  # each piece is looked through from the element's start
            raise FileTooLarge(what="one of its elements is longer than a megabyte")


def make_parser(start: StartElement, end: EndElement, text: Text) -> Parser:
    """Return a parser that calls back with local names (`row`, not `{...}row`)."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = lambda name, attributes: start(name.rpartition(" ")[2], attributes)
    parser.EndElementHandler = lambda name: end(name.rpartition(" ")[2])
    return Parser(parser, text)


def make_own_parser(start: StartElement, end: EndElement, text: Text) -> Parser:
    """Return such a parser that tells only of elements in the namespace of the outermost one.

    Extensions have elements of the same names (`x15:workbookPr`), which mean something else.
    """
    names = _OwnNames()
    parser = expat.ParserCreate(namespace_separator=" ")

    def begin(name: str, attributes: dict[str, str]) -> None:
        if own := names[name]:
            start(own, attributes)

    def finish(name: str) -> None:
        if own := names[name]:
            end(own)

    parser.StartElementHandler = begin
    parser.EndElementHandler = finish
    return Parser(parser, text)


class _OwnNames(dict[str, str]):
    """Names with their namespace to local ones; '' for those of another than the first one's."""

    def __missing__(self, name: str) -> str:
        space, _, local = name.rpartition(" ")
        if not self:
            self._space = space
        found = self[name] = local if space == self._space else ""
        return found


class LocalNames(dict[str, str]):
    """Names as written (`x:row`) to local ones (`row`), worked out once each."""

    def __missing__(self, name: str) -> str:
        local = self[name] = name.rpartition(":")[2]
        return local


def make_quick_parser(start: StartElement, end: EndElement, text: Text) -> Parser:
    """Return a parser that calls back with names as written; for parts of a million elements."""
    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    return Parser(parser, text)


def feed(
    archive: zipfile.ZipFile,
    part: str,
    parser: Parser,
    *,
    check: Callable[[], None] | None = None,
) -> None:
    """Give the whole part to the parser, calling `check` in between.

    Raises FileDamaged, FileTooLarge.
    """
    for piece in blocks(archive, part):
        parser.parse(piece)
        if check is not None:
            check()
    parser.parse(b"", last=True)


def blocks(archive: zipfile.ZipFile, part: str) -> "BlockReader":
    """Return the part's bytes, piece by piece. Raises FileDamaged where it is missing."""
    return BlockReader(archive, part)


class BlockReader:
    """Iterates over one part; notices a bomb before it costs anything."""

    def __init__(self, archive: zipfile.ZipFile, part: str) -> None:
        try:
            entry = archive.getinfo(part)
            if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise RarePacking
            self._packed_size = min(entry.compress_size, _size_of(archive))
            self._file = archive.open(part)
        except (KeyError, OSError, RuntimeError, zipfile.BadZipFile, NotImplementedError) as error:
            raise FileDamaged(what="workbook") from error
        self._read = 0
        self._block = memoryview(b"")

    def __iter__(self) -> "BlockReader":
        return self

    def __next__(self) -> memoryview:
        if not self._block:
            self._block = memoryview(self._next_block())
        piece, self._block = self._block[:PIECE], self._block[PIECE:]
        return piece

    def _next_block(self) -> bytes:
        import zlib

        try:
            block = self._file.read(BLOCK)
        except (OSError, EOFError, zlib.error, zipfile.BadZipFile) as error:
            raise FileDamaged(what="workbook") from error
        self._read += len(block)
        too_dense = self._read > UNSUSPICIOUS and self._read > self._packed_size * LARGEST_RATIO
        if self._read > LARGEST_PART or too_dense:
            raise FileTooLarge(what="it unpacks to far more than any export of a district")
        if not block:
            raise StopIteration
        return block


_NO_MEMORY: Final = expat.errors.codes[expat.errors.XML_ERROR_NO_MEMORY]


def _size_of(archive: zipfile.ZipFile) -> int:
    file = archive.fp
    assert file is not None
    return file.seek(0, 2)


def _refuse(*_: object) -> None:
    raise FileTooLarge(what="its XML declares entities or attributes of its own")
