"""Which term's scores are current: the newest fall, winter or spring that has begun."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from rollbook.core.catalogue.terms import Term

_BEGINS: Final = {"fall": (8, 1), "winter": (11, 16), "spring": (3, 2)}
"""Month and day on which a season begins where the district has set no days.

They follow i-Ready's own testing windows (fall until November 15, winter until March 1), as its
layout has them. A summer is not among them: few students take a test in it.
"""
_NEW_YEAR: Final = (9, 15)
"""When a school year ends whose next fall is not set up: a week after the latest Labor Day, when
schools have begun everywhere."""
_WINDOW: Final = timedelta(weeks=6)
"""How long tests are given from a term's first day where no last day is set."""


@dataclass(frozen=True, slots=True)
class DatedTerm:
    """A term with its first day, as of one day."""

    term: Term
    begins_on: date
    today: date
    year_ends_on: date
    """The first day of the next school year."""

    @property
    def has_own_day(self) -> bool:
        """Whether the district has set on which day it begins."""
        return self.term.starts_on is not None

    @property
    def open_until(self) -> date:
        """The last day on which its tests are given, or on which they are expected."""
        return self.term.ends_on or self.begins_on + _WINDOW

    @property
    def is_open(self) -> bool:
        """Whether its tests are still being given."""
        return self.today <= self.open_until

    @property
    def is_of_this_year(self) -> bool:
        """Whether it is of the school year of today, or of a later one."""
        return self.today < self.year_ends_on


def begun_terms(terms: Iterable[Term], today: date) -> list[DatedTerm]:
    """Return the terms that have begun, the newest first: the first of them is current."""
    begun = [each for each in _dated(terms, today) if each.begins_on <= today]
    return sorted(begun, key=lambda each: each.begins_on, reverse=True)


def next_term(terms: Iterable[Term], today: date) -> DatedTerm | None:
    """Return the term that begins next; None where none is set up."""
    coming = [each for each in _dated(terms, today) if each.begins_on > today]
    return min(coming, key=lambda each: each.begins_on, default=None)


def _dated(terms: Iterable[Term], today: date) -> list[DatedTerm]:
    judged = [each for each in terms if _season(each) in _BEGINS]
    return [
        DatedTerm(each, _begins_on(each), today, _year_ends_on(each, judged)) for each in judged
    ]


def assumed_begin(term: Term) -> date | None:
    """Return the day on which a term begins where the district has set none; None: a summer's."""
    season = _season(term)
    if season not in _BEGINS:
        return None
    is_before = season in ("fall", "winter")
    return date(term.school_year + (not is_before), *_BEGINS[season])


def _begins_on(term: Term) -> date:
    return term.starts_on or assumed_begin(term) or date.max


def _year_ends_on(term: Term, terms: Sequence[Term]) -> date:
    """Return when the next fall begins, however late the district has set it."""
    year = term.school_year + 1
    falls = [each for each in terms if _season(each) == "fall" and each.school_year == year]
    return _begins_on(falls[0]) if falls else date(year, *_NEW_YEAR)


def _season(term: Term) -> str:
    return term.key.split("_")[0]
