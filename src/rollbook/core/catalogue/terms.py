"""Terms: the assessment periods for which the tables have columns. They are data, not code."""

import re
from dataclasses import dataclass
from datetime import date

from rollbook.core.errors import UsageError

SEASONS = ("Fall", "Winter", "Spring", "Summer")
_SEASON = re.compile(rf"(?<![a-z])({'|'.join(SEASONS)}|Autumn)(?![a-z])", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?: ?(\d\d))?(?!\d)")
_NUMBER = re.compile(r"\d+")
_NAME = re.compile(rf"({'|'.join(SEASONS)})[ _-]+(20\d\d)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Term:
    """One assessment period, such as "Spring 2025"."""

    name: str
    starts_on: date | None = None
    ends_on: date | None = None

    @property
    def key(self) -> str:
        """What its columns begin with: `spring_2025`."""
        return self.name.lower().replace(" ", "_")

    @property
    def school_year(self) -> int:
        """The year in which its school year begins: 2025 of Fall 2025 and of Spring 2026."""
        season, year = self.key.split("_")
        return int(year) - (season != "fall")


INITIAL_TERMS = (Term("Spring 2025"), Term("Fall 2025"))
"""Those of the specification's table."""


def parse_term_name(text: str) -> str:
    """Return the name as it is written in headers. Raises UsageError where it is none."""
    found = _NAME.fullmatch(" ".join(text.split()))
    if found is None:
        raise UsageError(
            what=f"A term is a season ({', '.join(SEASONS)}) and a year, such as “Winter 2026”.",
            field="name",
        )
    return f"{found[1].capitalize()} {found[2]}"


def term_to_set_up(sentence: str) -> str | None:
    """Return the term that the sentence of an issue says is not set up."""
    found = re.search(rf"the term ({_NAME.pattern}), which (?:isn't|is not) set up", sentence)
    return found[1] if found else None


def term_named_in(text: str) -> str | None:
    """Return the name of the term at the beginning or end of a header."""
    found = _NAME.match(text) or re.search(rf"{_NAME.pattern}$", text, re.IGNORECASE)
    return f"{found[1].capitalize()} {found[2]}" if found else None


def years_later(text: str, term: Term, years: int) -> str:
    """Return a header of `term` as it is so many school years later: Fall 25 becomes Fall 26.

    Only the two years of the term's school year become others, with four digits or with two.
    """
    first = term.school_year
    others = {
        written: str(int(written) + years)
        for year in (first, first + 1)
        for written in (str(year), str(year)[2:])
    }
    return _NUMBER.sub(lambda found: others.get(found[0], found[0]), text)


def names_other_term(header: str, key: str | None) -> bool:
    """Tell whether a normalized header names a season or a year that the term `key` is not of.

    `key` is as `Term.key`, None for what has no term. "2025 26" is a school year and names both.
    """
    if key is None:
        return False
    season, year = key.split("_")
    seasons = {found[1].lower().replace("autumn", "fall") for found in _SEASON.finditer(header)}
    years: set[int] = set()
    for found in _YEAR.finditer(header):
        first = int(found[1])
        years |= {first, first + 1} if found[2] == str(first + 1)[2:] else {first}
    return bool((seasons and season not in seasons) or (years and int(year) not in years))
