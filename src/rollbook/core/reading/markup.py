"""Streaming XML out of a workbook's zip: bounded, without entities, by local names."""

import zipfile
from collections.abc import Callable
from typing import Final
from xml.parsers import expat

from rollbook.core.reading.errors import FileDamaged, FileTooLarge

BLOCK: Final = 1 << 18
LARGEST_PART: Final = 4 << 30
LARGEST_RATIO: Final = 400
UNSUSPICIOUS: Final = 200 << 20

StartElement = Callable[[str, dict[str, str]], None]
EndElement = Callable[[str], None]
Text = Callable[[str], None]


class StopReading(Exception):
    """Raised by a handler that has seen enough."""


def make_parser(start: StartElement, end: EndElement, text: Text) -> expat.XMLParserType:
    """Return a parser that calls back with local names (`row`, not `{...}row`)."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = lambda name, attributes: start(name.rpartition(" ")[2], attributes)
    parser.EndElementHandler = lambda name: end(name.rpartition(" ")[2])
    parser.CharacterDataHandler = text
    parser.EntityDeclHandler = _refuse_entity
    return parser


class LocalNames(dict[str, str]):
    """Names as written (`x:row`) to local ones (`row`), worked out once each."""

    def __missing__(self, name: str) -> str:
        local = self[name] = name.rpartition(":")[2]
        return local


def make_quick_parser(start: StartElement, end: EndElement, text: Text) -> expat.XMLParserType:
    """Return a parser that calls back with names as written; for parts of a million elements."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.EntityDeclHandler = _refuse_entity
    return parser


def feed(archive: zipfile.ZipFile, part: str, parser: expat.XMLParserType) -> None:
    """Give the whole part to the parser. Raises FileDamaged, FileTooLarge."""
    for block in blocks(archive, part):
        parse_block(parser, block)
    parse_block(parser, b"", last=True)


def blocks(archive: zipfile.ZipFile, part: str) -> "BlockReader":
    """Return the part's bytes, block by block. Raises FileDamaged where it is missing."""
    return BlockReader(archive, part)


class BlockReader:
    """Iterates over one part; notices a bomb before it costs anything."""

    def __init__(self, archive: zipfile.ZipFile, part: str) -> None:
        try:
            self._packed_size = archive.getinfo(part).compress_size
            self._file = archive.open(part)
        except (KeyError, OSError, RuntimeError, zipfile.BadZipFile, NotImplementedError) as error:
            raise FileDamaged(what="workbook") from error
        self._read = 0

    def __iter__(self) -> "BlockReader":
        return self

    def __next__(self) -> bytes:
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


def parse_block(parser: expat.XMLParserType, block: bytes, *, last: bool = False) -> None:
    """Parse one block. Raises FileDamaged."""
    try:
        parser.Parse(block, last)
    except (expat.ExpatError, ValueError) as error:
        raise FileDamaged(what="workbook") from error


def _refuse_entity(*_: object) -> None:
    # A workbook declares none; an entity can only be there to grow without end.
    raise FileTooLarge(what="its XML declares entities")
