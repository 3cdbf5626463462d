"""Names of schools: which are the same but for writing, and which school a name probably means."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rollbook.core.folding import folded_words

_SAME: Final = {
    "el": "elementary", "elem": "elementary", "elementry": "elementary", "es": "elementary",
    "mid": "middle", "midd": "middle", "ms": "middle", "intermed": "intermediate",
    "hs": "high", "hi": "high", "jr": "junior", "jh": "junior high", "jhs": "junior high",
    "sr": "senior", "shs": "senior high", "prim": "primary", "pri": "primary", "alt": "alternative",
    "acad": "academy", "ctr": "center", "centre": "center", "comm": "community", "lrng": "learning",
    "n": "north", "s": "south", "e": "east", "w": "west", "mt": "mount", "st": "saint",
    "ft": "fort", "hts": "heights", "and": "", "the": "", "of": "", "at": "", "for": "",
    "school": "", "schools": "", "sch": "", "schl": "",
}  # fmt: skip
"""A word as people shorten it -> the word; '' where it says nothing about which school it is."""

_LEVELS: Final = frozenset({
    "elementary", "primary", "middle", "intermediate", "junior", "senior", "high", "preschool",
})  # fmt: skip
"""Words that tell schools of one name apart."""


@dataclass(frozen=True, slots=True)
class School:
    """A school of the application in whose database Rollbook is."""

    key: str
    """`schools.id`, as text."""
    name: str
    code: str = ""
    """A short name that some applications give it."""


NOWHERE: Final = School("", "")
"""What a school of the file means that the application does not have."""


def is_same_name(one: str, other: str) -> bool:
    """Tell whether two names differ only in case, accents, blanks and punctuation."""
    return school_key(one) == school_key(other)


def school_key(name: str) -> str:
    """Return what all writings of a name have in common; '' where it has no letter or digit."""
    return "".join(folded_words(name))


def suggested_school(name: str, schools: Sequence[School]) -> School | None:
    """Return the only school that `name` probably means; None where none does, or several may.

    It is a suggestion: an administrator confirms it.
    """
    told = frozenset(_meaning(name))
    for fits in (_is_same, _is_code, _means_the_same, _is_part):
        found = [school for school in schools if fits(name, told, school)]
        if found:
            return found[0] if len(found) == 1 else None
    return None


def _is_same(name: str, _: frozenset[str], school: School) -> bool:
    return is_same_name(name, school.name)


def _is_code(name: str, _: frozenset[str], school: School) -> bool:
    return school.code != "" and name.strip().casefold() == school.code.strip().casefold()


def _means_the_same(_: str, told: frozenset[str], school: School) -> bool:
    return bool(told) and told == frozenset(_meaning(school.name))


def _is_part(_: str, told: frozenset[str], school: School) -> bool:
    """One name says more than the other, and neither says another kind of school."""
    known = frozenset(_meaning(school.name))
    if not (told - _LEVELS and known - _LEVELS):
        return False
    return told < known or known < told


def _meaning(name: str) -> list[str]:
    return [part for word in folded_words(name) for part in _SAME.get(word, word).split()]
