"""A small writer of compound files, with the oddities of other writers on demand."""

import struct

SECTOR = 512
FREE, END, TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
LEAST = 4_096


def container(
    streams: dict[str, bytes],
    *,
    end: int = END,
    claims_twice: bool = False,
    cut_at_the_end: bool = False,
    padding: bytes = b"",
    is_scattered: bool = False,
    size: int | None = None,
) -> bytes:
    """Return a compound file of large streams, in the order: table, directory, streams.

    `end` is what chains end with. `claims_twice`: the root says that small sectors begin where the
    first stream does. `cut_at_the_end`: the last sector is not filled up. `is_scattered`: sectors
    of each stream in reverse order. `size`: what the directory says of each stream's size.
    """
    follows: dict[int, int] = {0: TABLE, 1: end}
    body: dict[int, bytes] = {}
    entries = [
        _entry("Root Entry", kind=5, first=2 if claims_twice else END, size=4_096 * claims_twice)
    ]
    at = 2
    for name, content in streams.items():
        pieces = [content[i : i + SECTOR] for i in range(0, len(content), SECTOR)]
        sectors = list(range(at, at + len(pieces)))
        order = sectors[::-1] if is_scattered else sectors
        body |= dict(zip(order, pieces, strict=True))
        follows |= dict(zip(order, [*order[1:], end], strict=True))
        entries.append(_entry(name, kind=2, first=order[0], size=size or len(content)))
        at += len(pieces)
    assert at <= SECTOR // 4, "one sector of the table is enough for a test"
    table = struct.pack("<128L", *(follows.get(sector, FREE) for sector in range(128)))
    directory = b"".join(entries).ljust(SECTOR, b"\0")
    assert len(directory) == SECTOR
    rest = b"".join(
        piece if cut_at_the_end and sector == at - 1 else piece.ljust(SECTOR, b"\0")
        for sector, piece in sorted(body.items())
    )
    return _head() + table + directory + rest + padding


def _head() -> bytes:
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    head += struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6) + bytes(10)
    head += struct.pack("<8L", 1, 1, 0, LEAST, END, 0, END, 0)
    return head + struct.pack("<109L", 0, *[FREE] * 108)


def _entry(name: str, *, kind: int, first: int, size: int) -> bytes:
    written = name.encode("utf-16-le") + b"\0\0"
    entry = written.ljust(64, b"\0") + struct.pack("<HBB3L", len(written), kind, 1, *[FREE] * 3)
    return entry.ljust(116, b"\0") + struct.pack("<3L", first, size, 0)
