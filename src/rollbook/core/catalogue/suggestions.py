"""Which field an unknown header may mean: strict, because a wrong hint is worse than none.

Every word of the header must be one that the field's own names could have, and those that make the
meaning must be there. So “Student Primary ID” may be the Student ID, “Teacher Primary ID” is not.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from rollbook.core.catalogue.terms import Term

_SYNONYMS: Final = {
    "stu": "student", "stud": "student", "students": "student", "pupil": "student",
    "num": "number", "nbr": "number", "no": "number", "nr": "number", "#": "number",
    "id#": "id", "ids": "id", "identifier": "id", "lname": "last name", "fname": "first name",
    "lastname": "last name", "firstname": "first name", "surname": "last name",
    "pct": "percent", "percentage": "percent", "%": "percent", "rate": "percent",
    "absence": "absent", "absences": "absent", "abs": "absent", "absents": "absent",
    "tardies": "tardy", "tardys": "tardy", "tdy": "tardy", "late": "tardy", "lates": "tardy",
    "sch": "school", "campus": "school", "building": "school", "bldg": "school", "site": "school",
    "grd": "grade", "gr": "grade", "grades": "grade", "unexc": "unexcused", "exc": "excused",
    "incidents": "incident", "referrals": "incident", "nickname": "preferred name",
    "nick": "preferred", "attend": "attendance", "attended": "attendance", "present": "attendance",
    "ela": "reading", "placement": "level", "statewide": "state", "perm": "permanent",
    "enrolled": "enrollment", "day": "days", "daily": "days", "cnt": "count",
}  # fmt: skip

_COUNTED: Final = frozenset({
    "days", "total", "count", "number", "of", "ytd", "year", "to", "date", "student", "all",
    "times", "school", "in",
})  # fmt: skip
_RECENT: Final = frozenset({
    "30", "last", "days", "past", "in", "within", "prior", "total", "count", "number", "of",
    "student",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Rule:
    """`needed`: sets of words of which one must be there as a whole; `allowed`: others."""

    field: str
    needed: tuple[frozenset[str], ...]
    allowed: frozenset[str]

    def fits(self, words: frozenset[str]) -> bool:
        return any(needed <= words and words <= needed | self.allowed for needed in self.needed)


def _rule(field: str, needed: Iterable[str], allowed: Iterable[str] | str) -> _Rule:
    others = allowed.split() if isinstance(allowed, str) else allowed
    return _Rule(field, tuple(frozenset(each.split()) for each in needed), frozenset(others))


_RULES: Final = (
    _rule(
        "student_id",
        ("student id", "student number"),
        "primary local district sis other permanent id number school or unique",
    ),
    _rule("student_id", ("permanent id", "sis id", "sis number"), "student primary number"),
    _rule(
        "ssid",
        ("state id", "state number", "student sasid", "ssid", "sasid"),
        "student id number state assigned unique primary or",
    ),
    _rule("last_name", ("last name",), "student legal family"),
    _rule("first_name", ("first name",), "student legal given"),
    _rule("preferred_name", ("preferred name",), "student first"),
    _rule("absences_ytd", ("absent",), _COUNTED),
    _rule("tardies_ytd", ("tardy",), _COUNTED),
    _rule("absences_last_30_days", ("absent 30",), _RECENT),
    _rule("tardies_last_30_days", ("tardy 30",), _RECENT),
    _rule("attendance_percentage", ("attendance percent",), "days student ytd of"),
    _rule("absence_percentage", ("absent percent",), "days student ytd of"),
    _rule("unexcused_absences_ytd", ("unexcused absent", "unexcused days"), {*_COUNTED, "absent"}),
    _rule("excused_absences_ytd", ("excused absent", "excused days"), {*_COUNTED, "absent"}),
    _rule("unexcused_absences_last_30_days", ("unexcused 30",), {*_RECENT, "absent"}),
    _rule("excused_absences_last_30_days", ("excused 30",), {*_RECENT, "absent"}),
    _rule("incident_count_ytd", ("incident",), {*_COUNTED, "behavior", "discipline"}),
    _rule("incident_count_last_30_days", ("incident 30",), {*_RECENT, "behavior", "discipline"}),
    _rule("school", ("school",), "name current student of attendance enrollment"),
    _rule("school", ("organization name",), "student current"),
    _rule("grade", ("grade",), "level student current enrollment"),
)

_OF_TERMS: Final = (
    _rule("iready_reading_score", ("iready reading score",), "overall scale diagnostic"),
    _rule("iready_reading_level", ("iready reading level",), "overall performance relative"),
    _rule("iready_reading_met_standard", ("iready reading met standard",), "overall"),
    _rule("iready_math_score", ("iready math score",), "overall scale diagnostic"),
    _rule("iready_math_level", ("iready math level",), "overall performance relative"),
    _rule("iready_math_met_standard", ("iready math met standard",), "overall"),
    *(
        _rule(f"dibels_{column}_{kind}", (f"dibels {words} {kind}", f"{words} {kind}"),
              "performance dibels")
        for column, words in (
            ("orf_wc", "orf wc"), ("orf_acc", "orf acc"), ("nwf_wrc", "nwf wrc"),
            ("nwf_cls", "nwf cls"), ("psf", "psf"), ("lnf", "lnf"),
        )
        for kind in ("score", "level")
    ),
)  # fmt: skip
"""After the term's name, which the header must have too."""

_VOCABULARY: Final = frozenset(
    word
    for rule in (*_RULES, *_OF_TERMS)
    for words in (*rule.needed, rule.allowed)
    for word in words
) | {word for word in _SYNONYMS if len(word) > 4}

SHORTEST_TYPO: Final = 5
"""Letters of a word in which one may be wrong."""


def suggested_names(header: str, terms: Sequence[Term]) -> list[str]:
    """Return the names of the fields that a normalized header may mean."""
    words = frozenset(_words(header))
    found = [rule.field for rule in _RULES if rule.fits(words)]
    for term in terms:
        of_term = frozenset(term.name.lower().split())
        if of_term <= words:
            rest = words - of_term
            found += [f"{term.key}_{rule.field}" for rule in _OF_TERMS if rule.fits(rest)]
    return list(dict.fromkeys(found))


def _words(header: str) -> Iterable[str]:
    for word in re.findall(r"[^\W_]+#?|%|#", header):
        known = word if word in _VOCABULARY or word in _SYNONYMS else _corrected(word)
        yield from _SYNONYMS.get(known, known).split()


@lru_cache(maxsize=4_096)
def _corrected(word: str) -> str:
    """Return the word that was meant where one letter is wrong, missing, too many or swapped."""
    if len(word) < SHORTEST_TYPO or not word.isalpha():
        return word
    near = sorted(each for each in _VOCABULARY if _is_typo(word, each))
    return near[0] if near else word


def _is_typo(word: str, meant: str) -> bool:
    if abs(len(word) - len(meant)) > 1 or len(meant) < SHORTEST_TYPO:
        return False
    start = 0
    while word[start : start + 1] and word[start : start + 1] == meant[start : start + 1]:
        start += 1
    one, other = word[start:], meant[start:]
    return (
        one[1:] == other[1:]
        or one[1:] == other
        or one == other[1:]
        or (one[:2] == other[1::-1] and one[2:] == other[2:])
    )
