"""The content of a backup as one compressed stream: the manifest, then each table's rows.

A frame is a letter, a length and its bytes: M the manifest, T the name of a table, D a part of its
rows as COPY writes them, E the end.
"""

import struct
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from rollbook.backup.manifest import Manifest, Table

Part = tuple[str, bytes]
HEAD: Final = struct.Struct(">cI")
LARGEST: Final = 1 << 18
"""Bytes of rows gathered into one frame; a single row may be larger."""
INFLATED: Final = 1 << 20
LEVEL: Final = 4


class Malformed(Exception):
    """The content is not what this version writes, though it is genuine."""


def packed(manifest: Manifest, rows: Callable[[Table], Iterable[bytes]]) -> Iterator[bytes]:
    """Give the stream; `rows` gives a table's rows in any pieces."""
    squeezer = zlib.compressobj(LEVEL)
    for kind, data in _frames(manifest, rows):
        yield squeezer.compress(HEAD.pack(kind, len(data)))
        yield squeezer.compress(data)
    yield squeezer.flush()


def unpacked(blocks: Iterable[bytes]) -> Iterator[Manifest | Part]:
    """Give the manifest, then each part of rows with its table's name. Raises Malformed.

    The counts of the manifest are compared with the rows that went by.
    """
    frames = _parsed(blocks)
    kind, data = next(frames, (b"", b""))
    if kind != b"M":
        raise Malformed
    manifest = Manifest.from_bytes(data)
    yield manifest
    seen: list[tuple[str, int]] = []
    for kind, data in frames:
        if kind == b"T":
            seen.append((data.decode("utf-8"), 0))
        elif kind == b"D" and seen:
            name, rows = seen.pop()
            # In COPY's text form a line break inside a value is written as two characters.
            seen.append((name, rows + data.count(b"\n")))
            yield name, data
    if seen != [(table.name, table.rows) for table in manifest.tables]:
        raise Malformed


def _frames(
    manifest: Manifest, rows: Callable[[Table], Iterable[bytes]]
) -> Iterator[tuple[bytes, bytes]]:
    yield b"M", manifest.as_bytes()
    for table in manifest.tables:
        yield b"T", table.name.encode("utf-8")
        for data in _gathered(rows(table)):
            yield b"D", data
    yield b"E", b""


def _gathered(pieces: Iterable[bytes]) -> Iterator[bytes]:
    waiting = bytearray()
    for piece in pieces:
        waiting += piece
        if len(waiting) >= LARGEST:
            yield bytes(waiting)
            waiting.clear()
    if waiting:
        yield bytes(waiting)


def _parsed(blocks: Iterable[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """Give every frame but the last, which must be the end, with nothing behind it."""
    waiting = bytearray()
    is_over = False
    for block in _inflated(blocks):
        waiting += block
        while not is_over and (frame := _first(waiting)) is not None:
            kind, data = frame
            is_over = kind == b"E"
            if not is_over:
                yield kind, data
    if waiting or not is_over:
        raise Malformed


def _first(waiting: bytearray) -> tuple[bytes, bytes] | None:
    """Take the first frame off, if all of it is there."""
    if len(waiting) < HEAD.size:
        return None
    kind, size = HEAD.unpack_from(waiting)
    end = HEAD.size + size
    if len(waiting) < end:
        return None
    data = bytes(waiting[HEAD.size : end])
    del waiting[:end]
    return kind, data


def _inflated(blocks: Iterable[bytes]) -> Iterator[bytes]:
    inflater = zlib.decompressobj()
    try:
        for block in blocks:
            waiting = block
            while waiting:
                if inflater.eof:
                    raise Malformed
                yield inflater.decompress(waiting, INFLATED)
                waiting = inflater.unconsumed_tail or inflater.unused_data
        yield inflater.flush()
    except zlib.error as error:
        raise Malformed from error
    if not inflater.eof:
        raise Malformed
