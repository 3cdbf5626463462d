"""What a term that is set up by its name alone means: its school year and its assumed first day."""

from collections.abc import Collection
from datetime import date
from typing import Final

from rollbook.core.catalogue.current_term import assumed_begin
from rollbook.core.catalogue.terms import SEASONS, Term
from rollbook.core.quantities import date_text

_JUDGED: Final = tuple(season for season in SEASONS if season != "Summer")
"""Seasons of which one is current."""


def assumed(term: Term) -> str:
    """Say of which school year a term is and, without days of its own, from when it counts."""
    season, begins = term.name.partition(" ")[0], term.school_year
    said = f"{term.name} is the {season.lower()} of the school year {begins}-{begins + 1}"
    first = assumed_begin(term)
    if term.starts_on is not None or first is None:
        return f"{said}."
    return f"{said}. Without a first day of its own, it counts from {date_text(first)}."


def nearest(season: str, today: date) -> Term:
    """Return the term of a season that begins nearest to `today`, before or after it."""
    around = (Term(f"{season} {today.year + years}") for years in (-1, 0, 1))
    return min(around, key=lambda term: abs((_begin(term) - today).days))


def likely_instead(term: Term, today: date) -> Term | None:
    """Return the term that is probably meant where a name is that of a season long past.

    In November 2026 “Winter 2026” is last winter, and this one is Winter 2027.
    """
    if term.starts_on is not None or term.ends_on is not None:
        return None
    other = nearest(term.name.partition(" ")[0], today)
    return other if _begin(term) < _begin(other) else None


def next_to_add(known: Collection[str], today: date) -> Term:
    """Return the term to be offered: of those that are not set up the one that began last, unless
    a later one is; otherwise the next. `known`: names."""
    terms = [Term(f"{season} {today.year + at}") for season in _JUDGED for at in (-1, 0, 1, 2)]
    terms.sort(key=_begin)
    begun = [term for term in terms if _begin(term) <= today]
    coming = [term for term in terms if _begin(term) > today and term.name not in known]
    return begun[-1] if begun[-1].name not in known else coming[0]


def _begin(term: Term) -> date:
    return assumed_begin(term) or date(term.school_year + 1, 6, 1)
