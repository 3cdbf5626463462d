"""The wire between the limited process and its parent: a kind, a length, then the bytes.

Structured parts are JSON, never pickles: a hostile file may have taken the process over, so what
arrives is checked like any other text from outside.
"""

import json
import os
import struct
from collections.abc import Callable
from enum import IntEnum
from typing import Any, Final

_HEAD: Final = struct.Struct(">BI")
LARGEST: Final = 64 << 20
LARGEST_JSON: Final = 16 << 20


class Kind(IntEnum):
    """What a frame holds. The first two go to the process, the others come from it."""

    TASK = 1
    ROW_NUMBERS = 2
    OPENED = 3
    READY = 4
    ISSUES = 5
    NOTES = 6
    CHUNK = 7
    ROWS = 8
    FINISHED = 9
    REFUSED = 10


class Garbled(Exception):
    """What arrived is no message of ours. The text is what was wrong, never what arrived."""


def packed(content: object) -> bytes:
    """Return `content` as JSON."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def unpacked(payload: bytes) -> Any:
    """Return what `packed` was given. Raises Garbled."""
    if len(payload) > LARGEST_JSON:
        raise Garbled("too long")
    try:
        return json.loads(payload)
    except (ValueError, RecursionError) as error:
        raise Garbled("no JSON") from error


def write_frame(descriptor: int, kind: Kind, payload: bytes = b"") -> None:
    """Write one frame, all of it."""
    rest = memoryview(_HEAD.pack(kind, len(payload)) + payload)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def read_frame(read: Callable[[int], bytes]) -> tuple[Kind, bytes] | None:
    """Return the next frame, None at the end. `read(n)` gives n bytes, fewer at the end.

    Raises Garbled.
    """
    head = read(_HEAD.size)
    if not head:
        return None
    if len(head) < _HEAD.size:
        raise Garbled("cut off")
    number, length = _HEAD.unpack(head)
    if length > LARGEST or number not in iter(Kind):
        raise Garbled("no frame")
    payload = read(length)
    if len(payload) < length:
        raise Garbled("cut off")
    return Kind(number), payload
