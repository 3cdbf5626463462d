"""How the values of a column are spread, in a few numbers, and how many of them a file has moved.

Some ten groups of about the same size, each with two ends that hold all of its values, tell for
each number how many values are at most that. From two such lists follows how many values must have
become others; it is never less than the groups prove.

The groups are kept, so they tell of no single student: each is of `FEWEST_TOGETHER` or more, and an
end is a value that as many have, or lies beyond the group where nobody has a value.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from math import isfinite
from typing import Any, Final

GROUPS: Final = 10
"""Groups of values, about so many; a value that is more frequent has a group of its own."""

FEWEST_TOGETHER: Final = 10
"""Students in a group, and students who have a value that is kept as it is."""

FEWEST: Final = 30
"""Values that a column must have before anything is said of how they are spread."""

MOST_DIFFERENT: Final = 20_000
"""Different texts of a column that are counted as they are."""

MOST_GROUPS: Final = 4 * GROUPS

Group = tuple[float, float, int]
"""No value is less than the first, none is greater than the second, and how many there are."""


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
        groups = tuple(_sound(least, greatest, count) for least, greatest, count in stored)
        found = cls(groups)
        is_in_order = found._least == sorted(found._least) and (
            found._greatest == sorted(found._greatest)
        )
        if not is_in_order or len(groups) > MOST_GROUPS:
            raise ValueError
        return found

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
        if groups and _is_one_group(groups[-1][2], count, total):
            groups[-1] = (groups[-1][0], value, groups[-1][2] + count)
        else:
            groups.append((value, value, count))
    return Spread(tuple(_widened(_without_small(groups), ordered)))


def _sound(least: Any, greatest: Any, count: Any) -> Group:
    """Return a group that was sent. Raises TypeError and ValueError."""
    if type(count) is not int or count < 0:
        raise ValueError
    try:
        group = (float(least), float(greatest), count)
    except OverflowError as error:
        raise ValueError from error
    if not (isfinite(group[0]) and isfinite(group[1]) and group[0] <= group[1]):
        raise ValueError
    return group


def _is_one_group(size: int, count: int, total: int) -> bool:
    is_small = max(size, count) < FEWEST_TOGETHER
    return is_small or (size + count) * GROUPS <= total


def _without_small(groups: Iterable[Group]) -> list[Group]:
    """Return groups of which none is small: it is part of the one beside it."""
    found: list[Group] = []
    for group in groups:
        if found and min(found[-1][2], group[2]) < FEWEST_TOGETHER:
            found[-1:] = _together(found[-1], group)
        else:
            found.append(group)
    return found


def _together(lower: Group, upper: Group) -> list[Group]:
    """Return two groups as one. A frequent value keeps its own, and lends the other what it lacks.

    That other group begins or ends with the frequent value then, as some of its values are that.
    """
    count = lower[2] + upper[2]
    rest = count - FEWEST_TOGETHER
    ends = (lower[0], upper[1])
    if rest >= FEWEST_TOGETHER and _is_lone(lower) and upper[2] < FEWEST_TOGETHER:
        return [(*lower[:2], rest), (*ends, FEWEST_TOGETHER)]
    if rest >= FEWEST_TOGETHER and _is_lone(upper) and lower[2] < FEWEST_TOGETHER:
        return [(*ends, FEWEST_TOGETHER), (*upper[:2], rest)]
    return [(*ends, count)]


def _is_lone(group: Group) -> bool:
    return group[0] == group[1]


def _widened(groups: Iterable[Group], ordered: Sequence[tuple[float, int]]) -> Iterable[Group]:
    """Move each end that only a few students have to where nobody has a value."""
    values = [value for value, _ in ordered]
    counts = dict(ordered)
    between = [(one + other) / 2 for one, other in pairwise(values)]
    below = dict(zip(values, [_power_below(values[0]), *between], strict=True))
    above = dict(zip(values, [*between, _power_above(values[-1])], strict=True))
    for least, greatest, count in groups:
        yield (
            least if counts[least] >= FEWEST_TOGETHER else below[least],
            greatest if counts[greatest] >= FEWEST_TOGETHER else above[greatest],
            count,
        )


def _power_above(value: float) -> float:
    """Return the next power of ten, so that the greatest value of all is not told."""
    if value < 0:
        return -_power_below(-value)
    power = 1.0
    while power <= value:
        power *= 10
    return power


def _power_below(value: float) -> float:
    """Return the power of ten before it, or 0."""
    if value <= 0:
        return -_power_above(-value)
    power = _power_above(value) / 10
    if power == value:
        power /= 10
    return power if power >= 1 else 0.0
