"""Invisible characters, written out: `[U+202E]`. For pages and terminals; data stays exact.

A sign that turns the direction of writing makes a header or a name read as another one; a control
character steers a terminal; one without width makes two names look the same.
"""

import json
import re
from typing import Any, Final

_UNSEEN: Final = (
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # controls, but for tabs and ends of lines
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0"  # soft hyphen, joiner, fillers
    "\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180b-\u180e"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
"""Controls, formats and separators of Unicode, and the letters that are blank."""

UNSEEN: Final = re.compile(f"[{_UNSEEN}]|\r(?!\n)")


def visible(text: str) -> str:
    """Return `text` with each character that cannot be seen as `[U+202E]`."""
    return text if text.isascii() and text.isprintable() else UNSEEN.sub(named, text)


def named(found: re.Match[str]) -> str:
    """Return the name of the one character that was found."""
    return f"[U+{ord(found[0]):04X}]"


def visible_json(value: Any) -> str:
    r"""Return JSON that is exact and steers no terminal: what cannot be seen is `\u202e`."""
    text = json.dumps(value, ensure_ascii=False)
    return UNSEEN.sub(lambda found: json.dumps(found[0])[1:-1], text)
