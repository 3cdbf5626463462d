"""Of which term a test is. A test whose term is not certain is of none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from rollbook.core import cells
from rollbook.core.catalogue.school_days import date_in, is_day_of_window, school_years_in
from rollbook.core.catalogue.scope_words import season_alone_in
from rollbook.core.catalogue.terms import Term

MOST_REMEMBERED: Final = 10_000
FIRST_MONTH: Final = 7
"""A school year begins in July; a test in June, July or August may be of either year."""

_BETWEEN_YEARS: Final = (6, 7, 8)


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a test belongs: to a term that is set up, to one that is not, or nobody knows."""

    term: Term | None = None
    unknown_term: str | None = None
    """“Winter 2026”, where the district has no such term."""
    why: str = ""
    """Why its term, or what it is, is not certain."""
    blank: int | None = None
    """The column whose blank cell leaves open what the test is."""


class Windows:
    """Places tests by the texts of a row: its testing window, school year and date."""

    def __init__(
        self,
        terms: Sequence[Term],
        seasons: Sequence[tuple[str, tuple[int, int]]] = (),
        words: Mapping[str, str] | None = None,
    ) -> None:
        """`seasons`: the vendor's own windows, each with the month and day on which it ends;
        `words`: what else a testing window may be called, in lower case, each with its season.
        """
        self._words = words or {}
        self._terms = {term.key: term for term in terms}
        self._seasons = seasons
        self._placed: dict[tuple[str, str, str], Placed] = {}

    def place(self, window: str, year: str, day: str) -> Placed:
        """Return the term of a test; each text may be empty."""
        asked = (window, year, day)
        found = self._placed.get(asked)
        if found is None:
            if len(self._placed) >= MOST_REMEMBERED:
                self._placed.clear()
            found = self._placed[asked] = self._place(
                *(cells.shown(each).strip() for each in asked)
            )
        return found

    def _place(self, window: str, year: str, day_text: str) -> Placed:
        day = date_in(day_text)
        if day_text and day is None:
            return Placed(why="The test's date isn't a date")
        season = (self._words.get(window.lower()) or season_alone_in(window)) if window else None
        if window and season is None:
            return Placed(why="The testing window isn't one we know")
        own = self._by_own_days(day) if season is None and day is not None else None
        season = season or (own.key.split("_")[0] if own else self._season_on(day))
        if season is None:
            return Placed(why="The row has no testing window and no date to tell it from")
        years = school_years_in(year) if year else _school_years_on(day)
        if day is not None:
            years &= _school_years_on(day)
        if own is not None and own.school_year in years:
            return Placed(own)
        if len(years) != 1:
            return Placed(why=_WHY_NO_YEAR if day is None else _WHY_OTHER_YEAR)
        [begins] = years
        return self._term_of(season, begins, day)

    def _term_of(self, season: str, begins: int, day: date | None) -> Placed:
        key = f"{season}_{begins if season == 'fall' else begins + 1}"
        term = self._terms.get(key)
        is_own = term is not None and day is not None and _is_among_days(term, day)
        if day is not None and not is_own and not is_day_of_window(day, season, begins):
            return Placed(why="The test's date is outside its testing window")
        if term is not None:
            return Placed(term)
        return Placed(unknown_term=key.replace("_", " ").capitalize())

    def _by_own_days(self, day: date) -> Term | None:
        """Return the only term whose days, as the district has set them, `day` is among."""
        found = [term for term in self._terms.values() if _is_among_days(term, day)]
        return found[0] if len(found) == 1 else None

    def _season_on(self, day: date | None) -> str | None:
        """Return the vendor's window of a day, in the order of the school year."""
        if day is None:
            return None
        in_year = ((day.month - FIRST_MONTH) % 12, day.day)
        ends = (
            (season, ((month - FIRST_MONTH) % 12, last)) for season, (month, last) in self._seasons
        )
        return next((season for season, end in ends if in_year <= end), None)


_WHY_NO_YEAR: Final = "The row doesn't say which school year the test is from"
_WHY_OTHER_YEAR: Final = "The test's date is outside its school year"


def _is_among_days(term: Term, day: date) -> bool:
    """Tell whether the district has set days for the term, and `day` is one of them."""
    return bool(term.starts_on and term.ends_on and term.starts_on <= day <= term.ends_on)


def _school_years_on(day: date | None) -> frozenset[int]:
    """Return the years in which the school year of a day may have begun."""
    if day is None:
        return frozenset()
    if day.month in _BETWEEN_YEARS:
        return frozenset((day.year - 1, day.year))
    return frozenset((day.year if day.month >= FIRST_MONTH else day.year - 1,))
