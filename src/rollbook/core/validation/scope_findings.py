"""What the texts of one column mean for the file: whose rows would be stored wrongly."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from rollbook.core.catalogue.field import Field
from rollbook.core.catalogue.school_days import (
    are_of_several_windows,
    date_in,
    is_day_of_term,
    school_years_in,
    years_of_term,
)
from rollbook.core.catalogue.scope_words import (
    Person,
    are_letters_of_gone,
    boolean_of,
    is_of_family,
    is_surely_gone,
    names_term,
    person_of_letter,
    person_of_role,
    person_of_status,
    season_alone_in,
    subject_alone_in,
    subject_of,
)
from rollbook.core.catalogue.students import normalize_header
from rollbook.core.catalogue.terms import term_named_in
from rollbook.core.validation.scope_headers import Scope, spoken

LEAST_OF_KIND: Final = 90
"""Percent of a column's filled cells that must be of one kind where its header does not say it."""

FARTHEST_YEAR: Final = 2
"""Years after a term of which a test can be: a later one is that of a graduation."""

_OTHERS_IF_TRUE: Final = re.compile(
    r"(?:is )?(?:teacher|staff|parent|guardian|admin|employee|faculty|contact)\b"
)
_GONE_IF_TRUE: Final = re.compile(
    r"(?:is )?(?:inactive|withdrawn|deleted|to be deleted|dropped|archived|graduated)\b"
)
_OF_ACCOUNTS: Final = re.compile(
    r"\b(?:user|person|account|member|affiliation)|usertype|persontype"
)
_WEAK_TYPES: Final = frozenset(("type", "category", "position", "group", "kind"))
"""Headers that say little: their texts must mostly be roles."""

_ABOUT_ANOTHER: Final = re.compile(
    r"\b(?:by|with|owner|contacts?|from|payer|languages?)$|"
    r"\b(?:cohort|grad|graduat\w+|class of|birth|entry|entered|favorite|sports?|club|elective)\b"
)
"""Headers of what a student has to do with: “Referred by”, “Home Language”, “Cohort”."""

_PROGRAMS: Final = re.compile(
    r"\b(?:ell|el|esl|lep|iep|sped|special|504|meal|lunch|title|migrant|program|plan|class|course|"
    r"section|service|device|email|immunization|benchmark)\b"
)
_POWERSCHOOL: Final = frozenset(("enroll status", "enrollstatus"))
"""Headers of numbers of which 0 is an active student."""

_LEVEL: Final = re.compile(r"\b(?:at|on|above|below)\b")


@dataclass(frozen=True, slots=True)
class Scores:
    """What the file's columns of assessments are mapped to."""

    has_any: bool
    terms: frozenset[str]
    """Keys of the terms of scores whose header names no term: a mapping chose it."""
    subjects: frozenset[str]
    """Of scores whose header names no subject."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a column says of the rows. It holds the file, or is only worth a warning."""

    scope: Scope
    is_held: bool = True


Texts = Mapping[str, int]
"""What a column says, as people read it -> number of rows."""


def scores_of(header: Sequence[str], fields: Sequence[Field | None]) -> Scores:
    """Return what the columns are mapped to."""
    measured = [
        (text, known)
        for text, known in zip(header, fields, strict=True)
        if known is not None and known.term is not None
    ]
    unnamed = [(text, known) for text, known in measured if term_named_in(text) is None]
    subjects = {
        subject_of(known.name)
        for text, known in unnamed
        if subject_of(normalize_header(text)) is None
    }
    return Scores(
        bool(measured),
        frozenset(known.term for _, known in unnamed if known.term is not None),
        frozenset(subject for subject in subjects if subject),
    )


def finding_of(header: str, scope: Scope | None, texts: Texts, *, scores: Scores) -> Finding | None:
    """Return what the column says too much, None where its rows can be stored as they are.

    `scope` is what the header says; `texts` are without blanks. A LATEST column counts only where
    no other one tells the term, which the caller knows.
    """
    header = spoken(header)
    if not texts:
        return None
    if scope is None or scope is Scope.PERSON_TYPE:
        found = _of_person_type(header, texts) if scope else None
        return found or _by_texts(header, texts, scores)
    if scope is Scope.TERM or scope is Scope.LATEST:
        scope = _kind_of_term(texts)
    return _by_scope(header, scope, texts, scores=scores)


def _kind_of_term(texts: Texts) -> Scope:
    """Return what a column of terms or diagnostics really names."""
    if _are_all(texts, boolean_of):
        return Scope.LATEST
    if _are_all(texts, subject_alone_in):
        return Scope.SUBJECT
    are_years = all(map(_is_range_of_years, texts)) and not any(map(season_alone_in, texts))
    return Scope.YEAR if are_years else Scope.TERM


def _by_scope(header: str, scope: Scope, texts: Texts, *, scores: Scores) -> Finding | None:
    match scope:
        case Scope.ROLE:
            people = set(map(person_of_role, texts))
            is_other = Person.OTHER in people or (_several(texts) and people != {Person.STUDENT})
        case Scope.STATUS:
            is_other = _is_gone(header, texts)
        case Scope.TERM:
            return _of_term(texts, scores)
        case Scope.YEAR | Scope.BARE_YEAR:
            is_other = _is_other_year(texts, scores, is_bare=scope is Scope.BARE_YEAR)
            scope = Scope.YEAR
        case Scope.SUBJECT:
            is_other = _is_other_subject(texts, scores)
        case Scope.LATEST:
            is_other = bool(scores.terms) and len(set(map(boolean_of, texts)) - {None}) > 1
        case Scope.LANGUAGE:
            return Finding(scope, is_held=False) if scores.has_any and _several(texts) else None
        case Scope.RELATION:
            return Finding(Scope.ROLE, is_held=False) if any(map(is_of_family, texts)) else None
        case Scope.DATE:
            is_other = _are_other_days(texts, scores)
        case _:
            return None
    return Finding(scope) if is_other else None


def _by_texts(header: str, texts: Texts, scores: Scores) -> Finding | None:
    """Return what a column says whose header says nothing, by a closed vocabulary."""
    if _ABOUT_ANOTHER.search(header):
        return None
    people = {person_of_role(text) for text in texts}
    if {Person.STUDENT, Person.OTHER} <= people and _are_mostly(texts, person_of_role):
        return Finding(Scope.ROLE)
    if any(map(is_surely_gone, texts)) and _are_mostly(texts, person_of_status):
        is_both = Person.STUDENT in map(person_of_status, texts)
        return Finding(Scope.STATUS) if is_both and not _PROGRAMS.search(header) else None
    if not scores.terms:
        return None
    if _are_mostly(texts, season_alone_in) and (
        _several(filter(None, map(season_alone_in, texts))) or any(map(_is_sure_season, texts))
    ):
        return _of_term(texts, scores)
    if _are_mostly(texts, subject_alone_in):
        return Finding(Scope.SUBJECT) if _is_other_subject(texts, scores) else None
    if _are_mostly(texts, _is_range_of_years):
        return Finding(Scope.YEAR) if _is_other_year(texts, scores, is_bare=False) else None
    return None


def _is_sure_season(text: str) -> bool:
    return season_alone_in(text, is_sure=True) is not None


def _is_range_of_years(text: str) -> bool:
    return len(school_years_in(text)) == 1


def _of_person_type(header: str, texts: Texts) -> Finding | None:
    if _are_all(texts, boolean_of):
        wanted = _OTHERS_IF_TRUE.match(header) is not None
        about = wanted or header.startswith(("is student", "student"))
        is_other = about and any(boolean_of(text) is wanted for text in texts)
        return Finding(Scope.ROLE) if is_other else None
    if _OF_ACCOUNTS.search(header) and _are_all(texts, person_of_letter):
        return Finding(Scope.ROLE) if len(set(map(person_of_letter, texts))) > 1 else None
    people = [person_of_role(text) for text in texts]
    is_little = header in _WEAK_TYPES and 2 * people.count(None) > len(people)
    if header == "group" and Person.STUDENT not in people:  # that of a coach
        is_little = True
    return Finding(Scope.ROLE) if Person.OTHER in people and not is_little else None


def _is_gone(header: str, texts: Texts) -> bool:
    if header in _POWERSCHOOL and all(re.fullmatch(r"-?\d", text) for text in texts):
        return set(texts) != {"0"}
    if _are_all(texts, boolean_of):
        gone = _GONE_IF_TRUE.match(header) is not None
        is_asked = gone or header.startswith(("is ", "active", "current", "enrolled"))
        return is_asked and any(boolean_of(text) is gone for text in texts)
    if are_letters_of_gone(list(texts)):
        return True
    return any(person_of_status(text) is Person.GONE for text in texts)


def _of_term(texts: Texts, scores: Scores) -> Finding | None:
    if any(_LEVEL.search(text.lower()) for text in texts):
        return None  # “At Benchmark”
    seasons = {season_alone_in(text) for text in texts} - {None}
    if not scores.terms:  # headers that name their term are believed, but not by rows of two
        return Finding(Scope.TERM, is_held=scores.has_any) if len(seasons) > 1 else None
    is_other = _several(texts) or any(
        not names_term(text, term) for text in texts for term in scores.terms
    )
    return Finding(Scope.TERM) if is_other else None


def _is_other_year(texts: Texts, scores: Scores, *, is_bare: bool) -> bool:
    years = [found for text in texts if (found := school_years_in(text))]
    if not years or len(years) < len(texts):  # a column of something else, such as "Year 3"
        return False
    are_single = all(len(found) > 1 for found in years)  # "2025" and "2026", never "2025-26"
    if is_bare and are_single and not _may_be_of_tests(years, scores):
        return False
    is_several = not frozenset.intersection(*years) or (are_single and len({*years}) > 1)
    return is_several or any(
        not found & years_of_term(term) for found in years for term in scores.terms
    )


def _may_be_of_tests(years: Iterable[frozenset[int]], scores: Scores) -> bool:
    last = max((max(years_of_term(term)) for term in scores.terms), default=None)
    return last is not None and max(map(max, years)) <= last + FARTHEST_YEAR


def _is_other_subject(texts: Texts, scores: Scores) -> bool:
    found = {subject_of(normalize_header(text)) for text in texts} - {None}
    if not scores.terms:
        return scores.has_any and len(found) > 1
    return _several(texts) or bool(scores.subjects and found - scores.subjects)


def _are_other_days(texts: Texts, scores: Scores) -> bool:
    found: Counter[date] = Counter()
    for text, rows in texts.items():
        if day := date_in(text):
            found[day] += rows
    return any(
        not is_day_of_term(day, term) for day in found for term in scores.terms
    ) or are_of_several_windows(found)


def _are_all(texts: Iterable[str], kind: Callable[[str], object]) -> bool:
    return all(kind(text) is not None for text in texts)


def _are_mostly(texts: Texts, kind: Callable[[str], object]) -> bool:
    fitting = sum(rows for text, rows in texts.items() if kind(text))
    return fitting * 100 >= sum(texts.values()) * LEAST_OF_KIND


def _several(texts: Iterable[str]) -> bool:
    return len({normalize_header(text) for text in texts}) > 1
