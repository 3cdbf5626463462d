"""Texts as they are compared where writing does not count: words without case, accents and
punctuation; addresses without case."""

import re
import string
import unicodedata
from typing import Final

_WORD: Final = re.compile(r"[^\W_]+")
_WITHIN_WORDS: Final = re.compile(r"['`.\u2018\u2019\u02bb\u02bc]")
_WITHOUT_ACCENT: Final = str.maketrans({
    "\u0142": "l", "\u00f8": "o", "\u0111": "d", "\u00f0": "d", "\u0127": "h", "\u0131": "i",
    "\u00e6": "ae", "\u0153": "oe", "\u00fe": "th",
})  # fmt: skip
"""Letters that Unicode does not take apart: those with a stroke, the dotless i, ligatures."""

_SMALL_LETTERS: Final = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


def address_folded(address: str) -> str:
    """Return an email address or a domain with A to Z as a to z, and without blanks around it.

    No other letter changes (RFC 4343): `str.lower` makes an ASCII k of the Kelvin sign (U+212A),
    and so another person's address of one.
    """
    return address.strip().translate(_SMALL_LETTERS)


def folded_words(text: str) -> list[str]:
    """Return the words of `text` in plain small letters: `O'Brien-Smith` is obrien and smith.

    A change of this must empty rollbook.student_search, which holds what it returned. It also
    decides which schools are one (`school_key`), and so which students a person of staff sees.
    """
    if text.isascii():  # most texts by far, and ten times as quick
        return _WORD.findall(_WITHIN_WORDS.sub("", text.lower()))
    plain = unicodedata.normalize("NFKD", text).casefold()
    letters = "".join(each for each in plain if not unicodedata.combining(each))
    return _WORD.findall(_WITHIN_WORDS.sub("", letters.translate(_WITHOUT_ACCENT)))
