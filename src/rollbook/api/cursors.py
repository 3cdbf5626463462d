"""Where a page of a list has ended, as a text that programs send back and need not understand."""

import base64
import binascii
import json
from typing import Final

from rollbook.api.problems import Problem

LARGEST: Final = 2**62


def cursor_after(*place: int) -> str:
    """Return the cursor of the items after `place`."""
    text = json.dumps(list(place), separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def place_of(cursor: str, *, parts: int) -> tuple[int, ...] | None:
    """Return the place of a cursor that we made, None of the beginning. Raises Problem (422)."""
    if not cursor:
        return None
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        place = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, binascii.Error, RecursionError):
        raise _unknown() from None
    if not isinstance(place, list) or len(place) != parts or not all(map(_is_number, place)):
        raise _unknown()
    return tuple(place)


def _is_number(part: object) -> bool:
    return type(part) is int and 0 <= part < LARGEST


def _unknown() -> Problem:
    detail = "This cursor is none of this list. Begin without one."
    errors = [{"field": "cursor", "detail": detail}]
    return Problem(422, "cursor_unknown", detail, errors=errors)
