"""Which signs beyond ASCII are where a writer puts them, and which are letters read wrongly."""

from typing import Final

VOWELS: Final = frozenset("aeiouy")
ELIDED: Final = frozenset({"o", "d", "l", "m", "n", "t", "k", "j", "s", "ch", "qu", "th", "dell",
                           "dall", "sant"})  # fmt: skip
"""What comes before an apostrophe in O’Brien, D’Angelo, N’Diaye, Ch’ng."""

BEGINNINGS: Final = frozenset({
    "a", "da", "de", "dre", "du", "ja", "ka", "ke", "la", "le", "ma", "na", "qua", "ra", "sha",
    "ta", "te", "tre", "ty", "za",
})  # fmt: skip
"""And what comes before one in De’Andre, Ja’niya, Sha’niyah."""

USUAL: Final = frozenset({
    "angel’s", "angels’", "angels’s", "children’s", "daniel’s", "gabriel’s", "girl’s", "james’s",
    "john’s", "joseph’s", "king’s", "luke’s", "mark’s", "mary’s", "michael’s", "paul’s", "peter’s",
    "samuel’s", "women’s", "d’andre", "d’angelo", "d’asia", "d’aundre", "d’marcus", "l’oreal",
    "m’hamed", "n’diaye", "d’souza", "d’silva", "d’mello", "hawai’i", "kaua’i", "o’ahu", "qur’an",
})  # fmt: skip
"""Words that everybody writes with one."""

ENDINGS: Final = frozenset({"s", "t", "d", "m", "n", "ll", "re", "ve"})

PARTICLES: Final = frozenset({
    "de", "la", "las", "los", "del", "da", "das", "do", "dos", "di", "du", "des", "le", "van",
    "von", "der", "den", "ten", "ter", "y", "e", "bin", "bint", "al", "el", "of", "and", "the",
    "zu", "af", "av", "st", "jr", "sr", "ii", "iii", "iv",
})  # fmt: skip
"""Words that are written small inside a name."""

_APOSTROPHES: Final = "’‘´`ʻ"
_DASHES: Final = "–—"
_OPENING: Final = "“„‚«‹¡¿"
_CLOSING: Final = "”»›…"
_AFTER_A_WORD: Final = "®™°ªº©"
_ALONE: Final = "§•½¼¾²³¹±×÷€£¥¢†‡‰"


def is_plausible_sign(text: str, at: int) -> bool:
    """Tell whether the sign at `at`, which is no letter, makes sense between its neighbors."""
    sign, before, after = text[at], text[:at], text[at + 1 :]
    if sign in _APOSTROPHES:
        return _is_apostrophe(before, after)
    if sign == "\u00a0":
        return _is_blank_between_words(before, after)
    follows, leads = before[-1:].isalpha(), after[:1].isalpha()
    if sign in _DASHES:
        return not (follows and after[:1].islower())
    if sign in _OPENING:
        return not follows and not (sign in "¡¿" and after[:1].islower())
    if sign in _CLOSING or sign in _AFTER_A_WORD:
        return not leads
    if sign == "·":
        return not follows or (before[-1:] + after[:1]).lower() == "ll"
    return sign in _ALONE and not (follows or leads)


def is_elided(text: str) -> bool:
    """Tell whether `text` is a word such as O’Brien, with one apostrophe inside."""
    before, _, after = text.replace("‘", "’").partition("’")
    return before.isalpha() and after.isalpha()


def is_usual_elision(text: str) -> bool:
    """Tell whether names and schools often have an apostrophe where `text` has it."""
    before, _, after = text.lower().partition("’")
    is_name = before in BEGINNINGS and after.isalpha() and len(after) > 2
    return is_name or text.lower().replace("‘", "’") in USUAL


def _is_apostrophe(before: str, after: str) -> bool:
    if not before or not after or after[0].isupper() or after.lower() in ENDINGS:
        return True
    return before[-1].lower() in VOWELS or before.lower() in ELIDED


def _is_blank_between_words(before: str, after: str) -> bool:
    """Tell whether a blank divides two words, and no letter is lost inside one."""
    follower = after.split("\u00a0")[0]
    if not before or not follower:
        return True
    return follower[0].isupper() or not follower[0].isalpha() or follower.lower() in PARTICLES
