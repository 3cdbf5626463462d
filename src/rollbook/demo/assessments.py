"""Plausible results of the assessments that the catalogue declares: score, level, met standard.

What a score means depends on the grade only, so each grade's levels are worked out once per score.
"""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from rollbook.core.catalogue.field import Field, Score
from rollbook.core.catalogue.students import Catalogue
from rollbook.core.catalogue.terms import Term

IREADY_LEVELS: Final[tuple[str, ...]] = ("3 or More Grade Levels Below", "2 Grade Levels Below",
                        "1 Grade Level Below", "Early On Grade Level",
                        "Mid or Above Grade Level")  # fmt: skip
DIBELS_LEVELS: Final[tuple[str, ...]] = ("Well Below Benchmark", "Below Benchmark", "At Benchmark",
                        "Above Benchmark")  # fmt: skip
MET: Final = 0.6
"""Standing from which a standard is met; i-Ready's fourth of five levels begins there."""

GRADES: Final = {"iready": (0, 8), "orf": (1, 8), "nwf": (0, 3), "psf": (0, 1), "lnf": (0, 1)}
"""First and last grade in which an instrument or one of its measures is given; 0: kindergarten."""

_LUCK_BITS: Final = 10
_ABILITY, _LUCK = 0.8, 0.6
"""How much a score owes to either; the squares add up to 1."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What scores mean in one grade."""

    middle: float
    """The middle student's score."""
    spread: float
    standings: tuple[tuple[str, str, str], ...]
    """For each score from the lowest: the score, its level, and "met", as cells."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure in one term. `score`, `level`, `met`: columns; -1 where there is none."""

    lowest: int
    meanings: Mapping[int, Meaning]
    """By today's grade: a student in grade 3 now was in grade 2 in a term of last year."""
    score: int
    level: int
    met: int

    def fill(self, row: list[str], chance: random.Random, *, ability: float, grade: int) -> None:
        """Fill in a student's result; one in 32 missed the test."""
        meaning = self.meanings.get(grade)
        if meaning is None:
            return
        bits = chance.getrandbits(_LUCK_BITS + 5)
        if not bits >> _LUCK_BITS:
            return
        away = _ABILITY * ability + _LUCK * _DRAWS[bits & (len(_DRAWS) - 1)]
        drawn = round(meaning.middle + meaning.spread * away) - self.lowest
        score, level, met = meaning.standings[min(max(drawn, 0), len(meaning.standings) - 1)]
        row[self.score] = score
        if self.level >= 0:
            row[self.level] = level
        if self.met >= 0:
            row[self.met] = met


def measures_of_district(catalogue: Catalogue) -> tuple[Measure, ...]:
    """Return every measure of every term of the catalogue."""
    return tuple(_measures(catalogue))


def _measures(catalogue: Catalogue) -> Iterator[Measure]:
    place = {field.name: index for index, field in enumerate(catalogue.fields)}
    school_years = {term.key: _school_year(term) for term in catalogue.terms}
    for field in catalogue.fields:
        if field.term is None or not isinstance(field.type, Score):
            continue
        stem = field.name.removesuffix("score")
        years_ago = max(school_years.values()) - school_years[field.term]
        first, last = GRADES[_instrument(field)]
        yield Measure(
            lowest=field.type.minimum,
            meanings={
                grade + years_ago: _meaning(field.area, field.type, grade)
                for grade in range(first, last + 1)
            },
            score=place[field.name],
            level=place.get(f"{stem}level", -1),
            met=place.get(f"{stem}met_standard", -1),
        )


def _school_year(term: Term) -> int:
    season, year = term.name.split()
    return int(year) if season == "Fall" else int(year) - 1


def _instrument(field: Field) -> str:
    measure = field.name.removeprefix(f"{field.term}_").split("_")
    return "iready" if field.area == "iready" else measure[1]


@cache
def _meaning(area: str, scores: Score, grade: int) -> Meaning:
    width = scores.maximum - scores.minimum
    if area == "iready":
        levels, share, spread = IREADY_LEVELS, 0.38 + 0.04 * grade, 0.09
    elif scores.percent_sign:
        levels, share, spread = DIBELS_LEVELS, min(0.86 + 0.02 * grade, 0.97), 0.05
    else:
        levels, share, spread = DIBELS_LEVELS, 0.1 + 0.03 * grade, 0.05
    middle, spread = scores.minimum + width * share, width * spread
    return Meaning(
        middle,
        spread,
        tuple(
            (str(score), *_standing((score - middle) / spread, levels))
            for score in range(scores.minimum, scores.maximum + 1)
        ),
    )


def _standing(away: float, levels: tuple[str, ...]) -> tuple[str, str]:
    """Return level and "met" of a score that is `away` spreads from the middle student's."""
    place = min(max(0.6 + away / 4, 0.0), 0.999)
    return levels[int(place * len(levels))], "Yes" if place >= MET else "No"


def _draws() -> tuple[float, ...]:
    chance = random.Random(2025)  # noqa: S311 - nothing here is a secret
    return tuple(chance.gauss(0, 1) for _ in range(1 << _LUCK_BITS))


_DRAWS: Final = _draws()
"""Normal deviates, drawn once: a table is quicker than drawing one for each score."""
