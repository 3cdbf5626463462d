"""How the values of a column are spread, in a few numbers, and how many of them a file has moved.

Some ten groups of about the same size, each with its least and its greatest value, tell for each
number how many values are at most that. From two such lists follows how many values must have
become others; it is never less than the groups prove.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from math import isfinite
from typing import Any, Final

GROUPS: Final = 10
"""Groups of values, about so many; a value that is more frequent has a group of its own."""

FEWEST: Final = 30
"""Values that a column must have before anything is said of how they are spread."""

MOST_DIFFERENT: Final = 20_000
"""Different texts of a column that are counted as they are."""

MOST_GROUPS: Final = 4 * GROUPS

Group = tuple[float, float, int]
"""The least value, the greatest, and how many."""


@dataclass(frozen=True, slots=True)
class Moved:
    """How many values must have become others, at least: smaller ones, greater ones."""

    fell: int
    rose: int

    @property
    def most(self) -> int:
        return max(self.fell, self.rose)


@dataclass(frozen=True, slots=True)
class Spread:
    """The groups of a column's values, the least first."""

    groups: tuple[Group, ...] = ()
    _least: list[float] = field(init=False, repr=False, compare=False)
    _greatest: list[float] = field(init=False, repr=False, compare=False)
    _until: list[int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_least", [least for least, _, _ in self.groups])
        object.__setattr__(self, "_greatest", [greatest for _, greatest, _ in self.groups])
        counts = (count for _, _, count in self.groups)
        object.__setattr__(self, "_until", [0, *accumulate(counts)])

    @classmethod
    def from_json(cls, stored: Any) -> "Spread":
        """Return what was kept or sent. Raises TypeError and ValueError."""
        groups = tuple(
            (float(least), float(greatest), int(count)) for least, greatest, count in stored
        )
        ends = [end for least, greatest, _ in groups for end in (least, greatest)]
        is_sound = all(map(isfinite, ends)) and ends == sorted(ends) and len(groups) <= MOST_GROUPS
        if not is_sound or any(count < 0 for _, _, count in groups):
            raise ValueError
        return cls(groups)

    @property
    def count(self) -> int:
        return self._until[-1]

    @property
    def median(self) -> float:
        """Return about the middle value; 0 where there is none."""
        if not self.groups:
            return 0.0
        at = bisect_left(self._until, (self.count + 1) // 2) - 1
        return (self._least[at] + self._greatest[at]) / 2

    @property
    def usual(self) -> float | None:
        """Return the most frequent value, where it has a group of its own."""
        lone = [(count, least) for least, greatest, count in self.groups if least == greatest]
        return max(lone)[1] if lone else None

    def surely_not(self, value: float) -> int:
        """Return how many values are others than `value`, at least."""
        return sum(
            count for least, greatest, count in self.groups if not least <= value <= greatest
        )

    def others_than(self, value: float) -> int:
        """Return how many values are others than `value`, at most."""
        return self.count - sum(
            count for least, greatest, count in self.groups if least == value == greatest
        )

    def moved_from(self, before: "Spread") -> Moved:
        """Return how many of the values of `before` must be others here.

        Values that have come or gone are no change: so many are left out on either side.
        """
        come, gone = max(0, self.count - before.count), max(0, before.count - self.count)
        fell = rose = 0
        for value in {*self._greatest, *before._greatest}:
            fell = max(fell, self._fewest(bisect_right, value) - before._most(bisect_right, value))
            rose = max(rose, before._fewest(bisect_right, value) - self._most(bisect_right, value))
        for value in {*self._least, *before._least}:
            fell = max(fell, self._fewest(bisect_left, value) - before._most(bisect_left, value))
            rose = max(rose, before._fewest(bisect_left, value) - self._most(bisect_left, value))
        return Moved(max(0, fell - come), max(0, rose - gone))

    def _fewest(self, place: Callable[[Sequence[float], float], int], value: float) -> int:
        """Return how many values are surely up to `value`: with it, or by bisect_left without."""
        return self._until[place(self._greatest, value)]

    def _most(self, place: Callable[[Sequence[float], float], int], value: float) -> int:
        return self._until[place(self._least, value)]


Spreads = Mapping[str, Spread]
"""Field -> how its values are spread."""


def spread_of_numbers(texts: Mapping[str, int]) -> Spread:
    """Return how numbers are spread. `texts`: number -> how often."""
    return _grouped((float(text), count) for text, count in texts.items())


def spread_of_words(texts: Mapping[str, int]) -> Spread:
    """Return how words are spread, without the words: the most frequent is 0, the next is 1."""
    return _grouped((float(at), count) for at, count in enumerate(sorted(texts.values())[::-1]))


def coarser(texts: Mapping[str, int]) -> Counter[str]:
    """Return numbers to two digits, so that a file of nothing but noise fills no memory."""
    found: Counter[str] = Counter()
    for text, count in texts.items():
        found[f"{float(text):.1e}"] += count
    return found


def most_frequent(texts: Mapping[str, int]) -> Counter[str]:
    """Return the most frequent words, all others as one."""
    found = Counter(dict(Counter(texts).most_common(MOST_DIFFERENT // 2)))
    found[""] += sum(texts.values()) - found.total()
    return found


def _grouped(values: Iterable[tuple[float, int]]) -> Spread:
    ordered = sorted(values)
    total = sum(count for _, count in ordered)
    if total < FEWEST:
        return Spread()
    groups: list[Group] = []
    for value, count in ordered:
        if groups and (groups[-1][2] + count) * GROUPS <= total:
            groups[-1] = (groups[-1][0], value, groups[-1][2] + count)
        else:
            groups.append((value, value, count))
    return Spread(tuple(groups))
