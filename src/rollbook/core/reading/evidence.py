"""In which of the single-byte encodings a file's words make sense: by their accented letters.

`García` of a Mac is `Garc’a` in Windows-1252: each encoding gives every word a meaning, but only
the right one puts letters where names have them.
"""

import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import IntEnum
from functools import cache, lru_cache
from typing import Final

from rollbook.core.reading.accents import contexts, known_contexts, known_names
from rollbook.core.reading.encodings import (
    CP850,
    MAC_ROMAN,
    WINDOWS_1250,
    WINDOWS_1252,
    Encoding,
)
from rollbook.core.reading.signs import is_elided, is_plausible_sign

OTHERS: Final = (MAC_ROMAN, CP850, WINDOWS_1250)
"""What a file without a mark may be written in besides Windows-1252."""

MARGIN: Final = 3
"""By so much another encoding must do better than Windows-1252: by a name that is known to the
letter, a familiar word in place of a spoiled one, or three in place of strange ones."""

MOST_SPOILED: Final = 10
"""Percent of the words that may make no sense in the encoding that is decided for."""

MOST_JUDGED: Final = 300
"""Words that decide. More of one language say the same."""

NO_SIGNS: Final = bytes({*range(0x80), *range(0xC0, 0x100)})
"""Bytes that are no sign beyond ASCII in Windows-1252."""

MOST_EXAMPLES: Final = 5

PREFIXES: Final = frozenset({"mc", "mac", "de", "la", "le", "di", "da", "du", "del", "fitz", "o"})
"""After these a capital letter may be inside a word."""


RARE: Final = frozenset("ŠšŽžŒœŸ")
"""Letters in whose place other encodings have common ones. Few names have them, and few places."""


class Sense(IntEnum):
    """How much sense a word makes, as it counts."""

    SPOILED = -2
    SIGN = 0
    STRANGE = 0
    FAMILIAR = 1
    KNOWN = 3


@dataclass(frozen=True, slots=True)
class Decided:
    """`doubtful` are words that make no sense as they are read, with what else they may be."""

    encoding: Encoding
    doubtful: tuple[str, ...] = ()


def decide_encoding(words: Collection[bytes]) -> Decided:
    """Return the encoding in which the words with bytes beyond ASCII make sense.

    Where nothing shows another one clearly it is Windows-1252, and `doubtful` says what is strange.
    """
    words = _some(words)
    plain = {word: _judged(word, WINDOWS_1252) for word in words}
    scores = {each: _score(plain, each) for each in OTHERS}
    best = max(OTHERS, key=lambda each: scores[each])
    usual = sum(judged.sense for judged in plain.values())
    if scores[best] > 0 and scores[best] - usual >= MARGIN and _is_clear(best, scores, words):
        return Decided(best)
    return Decided(WINDOWS_1252, tuple(_doubtful(plain)))


def _some(words: Collection[bytes]) -> list[bytes]:
    """Return words from everywhere in the alphabet, and as many with what may be a sign."""
    ordered = sorted(words)
    signs = [word for word in ordered if word.translate(None, NO_SIGNS)]
    return sorted({*_spread(ordered), *_spread(signs)})


def _spread(ordered: list[bytes]) -> list[bytes]:
    return ordered[:: max(len(ordered) // MOST_JUDGED, 1)][:MOST_JUDGED]


@dataclass(frozen=True, slots=True)
class _Judged:
    sense: Sense
    has_signs: bool = False
    """It has signs that writers put into words, and no letter beyond ASCII."""
    is_elided: bool = False
    """The sign is the apostrophe of O’Brien."""


def _score(plain: dict[bytes, _Judged], encoding: Encoding) -> int:
    """Return the sum of sense. What is a sign in Windows-1252 too says nothing for another one."""
    return sum(_worth(_judged(word, encoding), usual) for word, usual in plain.items())


def _worth(judged: _Judged, usual: _Judged) -> int:
    if usual.has_signs:
        return min(judged.sense, Sense.SIGN)
    # O’Brien of a Mac is OÕBrien.
    is_apostrophe = judged.is_elided and usual.sense is Sense.SPOILED
    return Sense.FAMILIAR if is_apostrophe else judged.sense


def _is_clear(best: Encoding, scores: dict[Encoding, int], words: Collection[bytes]) -> bool:
    """Tell whether hardly a word is spoiled in `best`, and no rival does as well otherwise."""
    spoiled = sum(_judged(word, best).sense is Sense.SPOILED for word in words)
    rivals = [each for each in OTHERS if each is not best and scores[each] >= scores[best]]
    return spoiled * 100 <= len(words) * MOST_SPOILED and all(
        _text(word, best) == _text(word, rival) for rival in rivals for word in words
    )


def _doubtful(plain: dict[bytes, _Judged]) -> Iterable[str]:
    """Yield examples of what may be read wrongly, in an order that does not change."""
    spoiled = {word for word, judged in plain.items() if judged.sense is Sense.SPOILED}
    better = {word for word, judged in plain.items() if list(_better(word, judged))}
    sensible = sum(
        judged.sense >= Sense.FAMILIAR for word, judged in plain.items() if word not in better
    )
    found = spoiled | better if len(better) > sensible else spoiled
    for word in sorted(found)[:MOST_EXAMPLES]:
        others = _better(word, plain[word])
        meant = ", ".join(f"{_text(word, each)} in {each.name}" for each in others)
        shown = word.decode(WINDOWS_1252.codec, "backslashreplace")
        yield f"{shown} ({meant})" if meant else shown


def _better(word: bytes, usual: _Judged) -> Iterable[Encoding]:
    """Yield the encodings in which `word` makes more sense."""
    for other in OTHERS:
        judged = _judged(word, other)
        is_strange = not usual.has_signs and usual.sense < Sense.FAMILIAR
        makes_sense = judged.sense > usual.sense or judged.is_elided
        is_known = judged.sense is Sense.KNOWN and usual.sense is not Sense.KNOWN
        is_same = _text(word, other) == _text(word, WINDOWS_1252)
        if not is_same and (is_known or (is_strange and makes_sense and _is_sensible(judged))):
            yield other


def _is_sensible(judged: _Judged) -> bool:
    return judged.is_elided or judged.sense >= Sense.FAMILIAR


def _text(word: bytes, encoding: Encoding) -> str:
    return word.decode(encoding.codec, "replace")


@lru_cache(maxsize=10 * MOST_JUDGED)
def _judged(word: bytes, encoding: Encoding) -> _Judged:
    text = _text(word, encoding).strip("'")
    accented = [at for at, sign in enumerate(text) if not sign.isascii()]
    letters = [at for at in accented if _is_letter(text[at])]
    are_signs_right = all(is_plausible_sign(text, at) for at in accented if at not in letters)
    if not are_signs_right or not all(_fits_case(text, at) for at in letters):
        return _Judged(Sense.SPOILED)
    if not letters:
        return _Judged(Sense.SIGN, has_signs=True, is_elided=is_elided(text))
    return _Judged(_sense_of_letters(text))


def _sense_of_letters(text: str) -> Sense:
    is_known = text.lower() in known_names()
    is_familiar = known_contexts().issuperset(contexts(text))
    if _mixes_case(text):  # MUñOZ: some programs make capitals of ASCII alone
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


def _fits_case(text: str, at: int) -> bool:
    """Tell whether no capital is inside a word with small letters, other than in DeÁvila."""
    if not at or not text[at].isupper():
        return True
    if text[:at].lower() in PREFIXES and text[at + 1 : at + 2].islower():
        return True
    is_between_capitals = text[at - 1].isupper() and text[at + 1 : at + 2].isupper()
    return not text[at - 1].islower() and not (is_between_capitals and text[at + 2 :].islower())


def _mixes_case(text: str) -> bool:
    """Tell whether a small accented letter is in a word of capitals."""
    ascii_letters = [sign for sign in text if sign.isascii() and sign.isalpha()]
    is_capital = len(ascii_letters) > 1 and all(sign.isupper() for sign in ascii_letters)
    return is_capital and any(sign.islower() and sign != "ß" for sign in text)


def _is_crowded(text: str) -> bool:
    """Tell whether a word has nothing but accented letters, or three of them in a row."""
    marks = "".join("a" if sign.isascii() else "é" for sign in text)
    return "ééé" in marks or (len(marks) > 1 and "a" not in marks)
