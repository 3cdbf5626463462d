"""School years and days of tests in the texts of a column, and the terms that they fit."""

import re
from collections.abc import Mapping
from datetime import date
from itertools import accumulate, pairwise
from typing import Final

_SHORT_YEAR: Final = re.compile(r"(?:SY\s?)?(\d\d)\s?[-/]\s?(\d\d)", re.IGNORECASE)
_SCHOOL_YEAR: Final = re.compile(r"(?<!\d)(20\d\d)\D{0,3}(20\d\d|\d\d)(?!\d)|(?<!\d)(20\d\d)(?!\d)")
_ISO: Final = re.compile(r"(20\d\d)-(\d\d?)-(\d\d?)(?!\d)")
_AMERICAN: Final = re.compile(r"(\d\d?)[/.-](\d\d?)[/.-](20\d\d|\d\d)(?!\d)")
_DAY_FIRST: Final = re.compile(
    r"(\d\d?)[ -]([a-z]{3})[a-z]*[ ,-]+(20\d\d|\d\d)(?!\d)", re.IGNORECASE
)
_MONTH_FIRST: Final = re.compile(r"([a-z]{3})[a-z]*\.? (\d\d?),? (20\d\d)(?!\d)", re.IGNORECASE)
_NAMES_OF_MONTHS: Final = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
]  # fmt: skip
_MONTHS: Final = {
    "fall": (0, 7, 0, 12), "winter": (-1, 11, 1, 4), "spring": (0, 1, 0, 8), "summer": (0, 5, 0, 9),
}  # fmt: skip
"""Season -> first and last month in which it is tested, each with years from the term's own.

Generous: a school that tests late is no other term. A winter may be named after either year.
"""

LEAST_PAUSE: Final = 28
"""Days without a test between two testing windows."""

LEAST_SHARE: Final = 20
"""Percent of the tests on either side of such a pause: fewer are those who were late."""


def school_years_in(text: str) -> frozenset[int]:
    """Return the years in which a school year may begin that the text names; "2026": two."""
    if short := _SHORT_YEAR.fullmatch(text.strip()):
        first, second = map(int, short.groups())
        return frozenset((2000 + first,)) if second == first + 1 else frozenset()
    found = _SCHOOL_YEAR.search(text)
    if found is None:
        return frozenset()
    if found[3]:
        return frozenset((int(found[3]) - 1, int(found[3])))
    first = int(found[1])
    return frozenset((first,)) if int(found[2]) % 100 == (first + 1) % 100 else frozenset()


def years_of_term(term: str) -> frozenset[int]:
    """Return the years in which the school year of a term may have begun."""
    season, year = term.split("_")
    begins = {"fall": (0,), "spring": (-1,), "winter": (-1, 0), "summer": (-1, 0)}[season]
    return frozenset(int(year) + each for each in begins)


def date_in(text: str) -> date | None:
    """Return the day that a text begins with; None: none."""
    plain = text.strip()
    if found := _ISO.match(plain):
        year, month, day = found.groups()
    elif found := _AMERICAN.match(plain):
        month, day, year = found.groups()
    elif found := _DAY_FIRST.match(plain):
        day, month, year = found.groups()
    elif found := _MONTH_FIRST.match(plain):
        month, day, year = found.groups()
    else:
        return None
    name = month.lower()
    number = _NAMES_OF_MONTHS.index(name) + 1 if name in _NAMES_OF_MONTHS else month
    try:
        return date(int(year) % 2000 + 2000, int(number), int(day))
    except ValueError:
        return None


def is_day_of_term(day: date, term: str) -> bool:
    """Tell whether a test on `day` can be of the term."""
    season, year = term.split("_")
    before, first, after, last = _MONTHS[season]
    begins, ends = date(int(year) + before, first, 1), (int(year) + after, last)
    return begins <= day and (day.year, day.month) <= ends


def is_day_of_window(day: date, season: str, begins: int) -> bool:
    """Tell whether a test on `day` can be of the season, in the school year from `begins` on."""
    _, first, _, last = _MONTHS[season]
    opens = begins if season in ("fall", "winter") else begins + 1
    closes = begins if season == "fall" else begins + 1
    return date(opens, first, 1) <= day and (day.year, day.month) <= (closes, last)


def are_of_several_windows(days: Mapping[date, int]) -> bool:
    """Tell whether tests fall into two groups with weeks between them. `days`: day -> tests."""
    ordered = sorted(days)
    tests = list(accumulate(days[day] for day in ordered))
    return any(
        (later - earlier).days >= LEAST_PAUSE
        and min(before, tests[-1] - before) * 100 >= tests[-1] * LEAST_SHARE
        for (earlier, later), before in zip(pairwise(ordered), tests, strict=False)
    )
