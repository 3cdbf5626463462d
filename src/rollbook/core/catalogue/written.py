"""How a name is written: characters that nobody sees, and signs that no name has."""

import re
from typing import Final

INVISIBLE: Final = "invisible characters"
"""Kind of a note: what nobody sees was taken out of names."""

ODDITIES: Final = {
    "GARBLED_TEXT": (
        "The text looks as if another program had read UTF-8 as Windows-1252 (Ã± for ñ). It was "
        "imported as it is; have the export, or the name in the SIS, corrected."
    ),
    "NAME_IN_QUOTES": (
        "The text is in single quotation marks. It was imported as it is; have the export write "
        "it without, or in double ones."
    ),
    "UNLIKELY_CHARACTER": (
        "The text holds a sign that names do not have, such as a backslash or ?. It was imported "
        "as it is; correct it in the SIS, or see whether the file was damaged."
    ),
}
"""Code of a warning -> its sentence."""

_UNSEEN = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]"
    # Two that join letters or keep them apart: in scripts other than ours they have a meaning.
    "|(?<![\u0600-\u1fff])[\u200c\u200d]|[\u200c\u200d](?![\u0600-\u1fff])"
)
_UNLIKELY = re.compile(r"[\\|^~{}<>;]|[?¿](?=\w)|(?<=\w)[?¿_]")
"""`?`, `¿` and `_` beside a letter are what is left of one that a character set did not have."""


def without_invisible(text: str) -> str:
    """Return `text` without characters that have no width or only steer the direction."""
    return text if text.isascii() or _is_garbled(text) else _UNSEEN.sub("", text)


def is_without_letter(text: str) -> bool:
    """Tell whether `text` has digits and no letter of any script."""
    return any(map(str.isdigit, text)) and not any(map(str.isalpha, text))


def oddity(text: str) -> str | None:
    """Return the code of what is odd about a name, None for nothing."""
    if _is_garbled(text):
        return "GARBLED_TEXT"
    if len(text) > 2 and text[0] == text[-1] == "'":
        return "NAME_IN_QUOTES"
    return "UNLIKELY_CHARACTER" if _UNLIKELY.search(text) else None


def _is_garbled(text: str) -> bool:
    """Tell whether `text` is UTF-8 that was once read as Windows-1252: then it can be undone."""
    if text.isascii():
        return False
    try:
        text.encode("windows-1252").decode("utf-8")
    except UnicodeError:
        return False
    return True
