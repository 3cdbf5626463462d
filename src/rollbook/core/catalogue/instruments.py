"""The assessments whose coverage is measured, and which grades take them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from rollbook.core.catalogue.grades import GRADES
from rollbook.core.catalogue.measures import MEASURES

NO_RESULT: Final = ("not assessed", "not determined")
"""Levels, in small letters, that say that there is no result."""

NOBODY: Final = "none"
"""How a setting says that no grade takes an assessment."""

_RANGE: Final = re.compile(r"(\w+)(?:\s*(?:-|–|to)\s*(\w+))?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Instrument:
    """One assessment: `key` is how its columns begin, after their term."""

    key: str
    title: str
    grades: str
    """Those that take it, unless the district says others."""

    def columns(self, term: str) -> Iterator[tuple[str, ...]]:
        """Give the columns of each of its measures in a term, the score first and then the rest."""
        stems = dict.fromkeys(
            column.removesuffix("_score")
            for _, column, _, _ in MEASURES
            if column.startswith(self.key) and column.endswith("_score")
        )
        for stem in stems:
            rest = (name for _, name, _, _ in MEASURES if name.startswith(f"{stem}_"))
            yield tuple(f"{term}_{name}" for name in rest)


INSTRUMENTS: Final = (
    Instrument("iready_reading", "i-Ready Reading", "K-8"),
    Instrument("iready_math", "i-Ready Math", "K-8"),
    Instrument("dibels", "DIBELS", "K-8"),
)
"""i-Ready's Diagnostic has norms for K-8 (Curriculum Associates); DIBELS 8th Edition is published
for K-8 (University of Oregon)."""


def grades_in(text: str) -> tuple[str, ...] | None:
    """Return the grades of a text such as “K-5, 8”, in their order; None where it is no such text.

    “none”: no grade.
    """
    if text.strip().lower() == NOBODY:
        return ()
    found: set[str] = set()
    for part in text.split(","):
        match = _RANGE.fullmatch(part.strip())
        if match is None:
            return None
        first, last = match[1].upper(), (match[2] or match[1]).upper()
        if first not in GRADES or last not in GRADES:
            return None
        run = GRADES[GRADES.index(first) : GRADES.index(last) + 1]
        if not run:  # the last one comes before the first
            return None
        found.update(run)
    return in_order(found)


def in_order(grades: Iterable[str]) -> tuple[str, ...]:
    """Return grades from PK to 12."""
    known = set(grades)
    return tuple(grade for grade in GRADES if grade in known)


def grades_text(grades: Iterable[str]) -> str:
    """Return grades as people write them: “K-5, 8”."""
    runs: list[list[str]] = []
    for grade in in_order(grades):
        place = GRADES.index(grade)
        if runs and GRADES.index(runs[-1][-1]) == place - 1:
            runs[-1].append(grade)
        else:
            runs.append([grade])
    return ", ".join(run[0] if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs) or NOBODY
