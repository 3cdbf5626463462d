"""Which term's scores are current: the newest term that has begun."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from rollbook.core.catalogue.terms import Term

_BEGINS: Final = {"fall": (8, 1), "winter": (11, 16), "spring": (3, 2), "summer": (6, 15)}
"""Month and day on which a season begins where the district has set no days.

They follow i-Ready's own testing windows (fall until November 15, winter until March 1), as its
layout has them.
"""
FIRST_MONTH: Final = 8
"""A school year begins in August, where nothing says another day."""


@dataclass(frozen=True, slots=True)
class BegunTerm:
    """A term that has begun, as of one day."""

    term: Term
    begins_on: date
    today: date

    @property
    def has_own_day(self) -> bool:
        """Whether the district has set on which day it begins."""
        return self.term.starts_on is not None

    @property
    def is_open(self) -> bool:
        """Whether it is known that its tests are still being given."""
        return self.term.ends_on is not None and self.today <= self.term.ends_on

    @property
    def is_of_this_year(self) -> bool:
        """Whether it is of the school year of today, or of a later one."""
        year = self.today.year - (self.today.month < FIRST_MONTH)
        return self.term.school_year >= year


def begun_terms(terms: Iterable[Term], today: date) -> list[BegunTerm]:
    """Return the terms that have begun, the newest first: the first of them is current."""
    known = [BegunTerm(term, _begins_on(term), today) for term in terms]
    begun = [each for each in known if each.begins_on <= today]
    return sorted(begun, key=lambda each: each.begins_on, reverse=True)


def _begins_on(term: Term) -> date:
    if term.starts_on is not None:
        return term.starts_on
    season = term.key.split("_")[0]
    is_before = season in ("fall", "winter")
    return date(term.school_year + (not is_before), *_BEGINS[season])
