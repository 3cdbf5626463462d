"""How much sense a word makes as it is read: a name, a sign where writers put signs, or spoiled."""

import unicodedata
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from typing import Final

from rollbook.core.reading.accents import contexts, known_contexts, known_names
from rollbook.core.reading.encodings import Encoding
from rollbook.core.reading.signs import VOWELS, is_elided, is_plausible_sign, is_usual_elision

PREFIXES: Final = frozenset(
    {"mc", "mac", "de", "la", "le", "di", "da", "du", "del", "fitz", "o", "h"}
)
"""After these a capital letter may be inside a word."""


RARE: Final = frozenset("ŠšŽžŒœŸ")
"""Letters in whose place other encodings have common ones. Few names have them, and few places."""


LONE: Final = frozenset("áéó")
"""Letters that are a word of their own, as in Ó Briain."""

BEFORE_CONSONANTS: Final = frozenset("ńśź")
"""Before a vowel these are written with an i: Ania, Kasia."""


class Sense(IntEnum):
    """How much sense a word makes, as it counts."""

    SPOILED = -2
    SIGN = 0
    STRANGE = 0
    FAMILIAR = 1
    KNOWN = 3


@dataclass(frozen=True, slots=True)
class Judged:
    """How a word reads in one encoding."""

    sense: Sense
    is_stored: bool = False
    """A student of the district is known by it."""
    has_signs: bool = False
    """It has signs that writers put into words, and no letter beyond ASCII."""
    is_elided: bool = False
    """The sign is the apostrophe of O’Brien."""
    is_usual: bool = False
    """It is where it is in many names."""


class WordJudge:
    """Judges words. `names` are the district's own, word by word, in lower case."""

    def __init__(self, names: frozenset[str] = frozenset()) -> None:
        self._names = names
        self._judged: dict[tuple[bytes, Encoding], Judged] = {}

    def judge(self, word: bytes, encoding: Encoding) -> Judged:
        """Return how much sense `word` makes in `encoding`."""
        key = word, encoding
        if key not in self._judged:
            self._judged[key] = self._judge(word.decode(encoding.codec, "replace").strip("'"))
        return self._judged[key]

    def _judge(self, text: str) -> Judged:
        accented = [at for at, sign in enumerate(text) if not sign.isascii()]
        letters = [at for at in accented if _is_letter(text[at])]
        are_signs_right = all(is_plausible_sign(text, at) for at in accented if at not in letters)
        if not are_signs_right or not all(_fits(text, at) for at in letters):
            return Judged(Sense.SPOILED)
        is_stored = text.lower() in self._names
        if not letters:
            sense = Sense.KNOWN if is_stored else Sense.SIGN
            return Judged(
                sense,
                is_stored,
                has_signs=True,
                is_elided=is_elided(text),
                is_usual=is_usual_elision(text),
            )
        sense = _sense_of_letters(text, is_known=is_stored or text.lower() in known_names())
        return Judged(sense, is_stored)


def _sense_of_letters(text: str, *, is_known: bool) -> Sense:
    is_familiar = known_contexts().issuperset(contexts(text))
    if mixes_case(text):  # MUñOZ: some programs make capitals of ASCII alone
        return Sense.FAMILIAR if is_known else Sense.STRANGE if is_familiar else Sense.SPOILED
    if is_known:
        return Sense.KNOWN
    if _is_crowded(text):
        return Sense.SPOILED
    if is_familiar:
        return Sense.FAMILIAR
    return Sense.STRANGE if RARE.isdisjoint(text) else Sense.SPOILED


@cache
def _is_letter(sign: str) -> bool:
    """Tell whether `sign` is a letter of names: neither an ordinal nor a ligature or a symbol."""
    is_latin = unicodedata.name(sign, "").startswith(("LATIN SMALL", "LATIN CAPITAL"))
    return is_latin and sign not in "ƒﬁﬂ" and unicodedata.category(sign) in ("Lu", "Ll")


def _fits(text: str, at: int) -> bool:
    """Tell whether the letter at `at` is in a place where it may be at all."""
    letter, before, after = text[at].lower(), text[:at][-1:].lower(), text[at + 1 :][:1].lower()
    if letter == "ß":  # after vowels alone
        return not before.isascii() or before in VOWELS
    if letter in BEFORE_CONSONANTS and (after in VOWELS if after.isascii() else after.isalpha()):
        return after == ""
    return _fits_case(text, at)


def _fits_case(text: str, at: int) -> bool:
    """Tell whether no capital is inside a word with small letters, other than in DeÁvila."""
    if not text[at].isupper():
        return not text[at + 1 : at + 2].isupper() or mixes_case(text)
    if not at:
        return True
    if text[:at].lower() in PREFIXES and text[at + 1 : at + 2].islower():
        return True
    if text[at - 1].islower() or (text[at - 1].isupper() and text[at + 1 : at + 2].islower()):
        return False
    is_between_capitals = text[at - 1].isupper() and text[at + 1 : at + 2].isupper()
    return not (is_between_capitals and text[at + 2 :].islower())


def mixes_case(text: str) -> bool:
    """Tell whether a small accented letter is in a word of capitals."""
    ascii_letters = [sign for sign in text if sign.isascii() and sign.isalpha()]
    is_capital = len(ascii_letters) > 1 and all(sign.isupper() for sign in ascii_letters)
    return is_capital and any(sign.islower() and sign != "ß" for sign in text)


def _is_crowded(text: str) -> bool:
    """Tell whether a word has nothing but accented letters, or three of them in a row."""
    marks = "".join("a" if sign.isascii() else "é" for sign in text)
    if len(text) == 1:
        return text.lower() not in LONE
    return "ééé" in marks or (len(marks) > 1 and "a" not in marks)
