"""How a name is written: characters that nobody sees, and signs that no name has."""

import re
from typing import Final

INVISIBLE: Final = "invisible characters"
"""Kind of a note: what nobody sees was taken out of names."""

ODDITIES: Final = {
    "garbled": (
        "GARBLED_TEXT",
        "This value has garbled letters (Ã± for ñ). It's kept as it is. Fix the name in your "
        "SIS, or export the file as UTF-8.",
    ),
    "quotes": (
        "NAME_IN_QUOTES",
        "This value is in single quotation marks. It's kept as it is. Change the export to use "
        "double ones or none.",
    ),
    "formula": (
        "UNLIKELY_CHARACTER",
        "This value starts like a formula (=, + or @). It's kept as it is. Fix it in your SIS, "
        "or export values instead of formulas.",
    ),
    "alphabets": (
        "UNLIKELY_CHARACTER",
        "This value mixes letters of two alphabets that look alike, such as a Cyrillic A in "
        "Anna, so a search won't find it. It's kept as it is. Type it again in your SIS.",
    ),
    "sign": (
        "UNLIKELY_CHARACTER",
        "This value has a character that names don't have, such as a backslash or ?. It's kept "
        "as it is. Fix it in your SIS, or check whether the file is damaged.",
    ),
}
"""What is odd -> code and sentence of a warning."""

_UNSEEN = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]"
    # Two that join letters or keep them apart: in scripts other than ours they have a meaning.
    "|(?<![\u0600-\u1fff])[\u200c\u200d]|[\u200c\u200d](?![\u0600-\u1fff])"
)
_UNLIKELY = re.compile(r"[\\|^~{}<>;]|[?¿](?=\w)|(?<=\w)[?¿_]")
"""`?`, `¿` and `_` beside a letter are what is left of one that a character set did not have."""

_FORMULA = re.compile(r"[=+@\uff1d\uff0b\uff20]|-\w+[+*/(]")
_LATIN: Final = "A-Za-z\u00c0-\u024f\u1e00-\u1eff"
_ALIKE: Final = (
    "\u0370-\u03ff\u0400-\u052f\u0530-\u058f\u13a0-\u13ff\u1f00-\u1fff\u2c80-\u2cff\ua4d0-\ua4ff"
)
"""Greek, Cyrillic, Armenian, Cherokee, Coptic and Lisu: letters that look like Latin ones."""

_TWO_ALPHABETS = re.compile(
    f"[{_LATIN}][\u0300-\u036f]*[{_ALIKE}]|[{_ALIKE}][\u0300-\u036f]*[{_LATIN}]"
    # Latin letters of another width or style are no others' alphabet, and found as little.
    "|[\uff21-\uff3a\uff41-\uff5a\U0001d400-\U0001d7ff]"
)


def without_invisible(text: str) -> str:
    """Return `text` without characters that have no width or only steer the direction."""
    return text if text.isascii() or _is_garbled(text) else _UNSEEN.sub("", text)


def is_without_letter(text: str) -> bool:
    """Tell whether `text` has digits and no letter of any script."""
    return any(map(str.isdigit, text)) and not any(map(str.isalpha, text))


def oddity(text: str) -> tuple[str, str] | None:
    """Return code and sentence of what is odd about a name, None for nothing."""
    if _is_garbled(text):
        return ODDITIES["garbled"]
    if len(text) > 2 and text[0] == text[-1] == "'":
        return ODDITIES["quotes"]
    if _FORMULA.match(text):
        return ODDITIES["formula"]
    if not text.isascii() and _TWO_ALPHABETS.search(text):
        return ODDITIES["alphabets"]
    return ODDITIES["sign"] if _UNLIKELY.search(text) else None


def _is_garbled(text: str) -> bool:
    """Tell whether `text` is UTF-8 that was once read as Windows-1252: then it can be undone."""
    if text.isascii():
        return False
    try:
        text.encode("windows-1252").decode("utf-8")
    except UnicodeError:
        return False
    return True
