"""What an import changed unusually, by field and by school, beside its feed's last imports."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

FEWEST: Final = 5
"""With fewer imports before it, nothing is usual."""

MANY: Final = 10
"""Fewer students than this are never unusually many."""

ALWAYS_MANY: Final = 20
"""Where each import before changed at least so many, few are unusual."""

Counts = Mapping[str, int]
"""Field, or school -> students who changed."""


@dataclass(frozen=True, slots=True)
class Unusual:
    """A field or school with more than twice the most, or under a quarter of the least, of before.

    `least` and `most`: in one of the imports before.
    """

    name: str
    count: int
    least: int
    most: int

    @property
    def is_more(self) -> bool:
        return self.count > self.most


def unusual(counts: Counts, before: Sequence[Counts]) -> list[Unusual]:
    """Return what is unusual in `counts` beside those of the imports before, the largest first."""
    if len(before) < FEWEST:
        return []
    found = []
    for name in sorted({*counts, *(name for each in before for name in each)}):
        count, earlier = counts.get(name, 0), [each.get(name, 0) for each in before]
        line = Unusual(name, count, min(earlier), max(earlier))
        is_many = count >= MANY and count > 2 * line.most
        is_few = line.least >= ALWAYS_MANY and 4 * count < line.least
        if is_many or is_few:
            found.append(line)
    return sorted(found, key=lambda line: (-max(line.count, line.least), line.name))
