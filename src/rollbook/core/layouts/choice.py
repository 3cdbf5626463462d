"""Which of several tests of one student, subject and window counts."""

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

SHARES: Final = 64
"""So many parts are chosen among one after the other, so that one alone is in a dictionary."""

Rank = tuple[int, int]
"""The lowest and the highest place that a test may have among others; one number where both are
known. The higher counts. Each is less than 2 ** 26."""

_BITS: Final = 26
_MASK: Final = (1 << _BITS) - 1

_FEW: Final = 16
"""So many tests of a window are kept before those are dropped that do not count for certain."""

_Candidate = tuple[Rank, int, int]
"""Rank, digest of the results, number."""


@dataclass(slots=True)
class Choice:
    """Remembers each test in 32 bytes, and no student's value; then finds the best of each window.

    A test counts that ranks above all others. Of tests that may rank alike and say the same, the
    first counts. Where they say different things, none does: nobody knows which is right.
    """

    passed_over: set[int] = field(default_factory=set)
    """The numbers of tests that do not count; known once chosen."""
    contradicting: set[int] = field(default_factory=set)
    """Those of tests that may rank alike and say different things."""
    _shares: "list[array[int]]" = field(default_factory=lambda: [array("q") for _ in range(SHARES)])
    """Of each test the digest of its student and window, rank, digest of its results, number."""

    def add(self, student: str, term: str, *, rank: Rank, number: int, results: int) -> None:
        """Take in a test. `results`: a digest of what it says."""
        window = hash((student, term))
        lowest, highest = rank
        self._shares[window % SHARES].extend((window, lowest << _BITS | highest, results, number))

    def choose(self) -> None:
        """Choose among the tests that were taken in, and forget them."""
        while self._shares:
            self._choose_among(self._shares.pop())

    def _choose_among(self, share: "array[int]") -> None:
        alone: dict[int, _Candidate] = {}
        windows: dict[int, _Window] = {}
        cells = iter(share)
        for window, ranks, results, number in zip(cells, cells, cells, cells, strict=True):
            test = (ranks >> _BITS, ranks & _MASK), results, number
            if (known := windows.get(window)) is not None:
                self.passed_over.update(known.add(test))
            elif (first := alone.get(window)) is None:
                alone[window] = test
            else:
                windows[window] = known = _Window(first)
                self.passed_over.update(known.add(test))
        for known in windows.values():
            self.passed_over.update(known.drop_lower())
            numbers = [number for _, _, number in known.candidates]
            if len({results for _, results, _ in known.candidates}) == 1:
                self.passed_over.update(numbers[1:])
            else:
                self.contradicting.update(numbers)


class _Window:
    """The tests of one student and window that may be the best, without comparing each with each.

    A file in which every row has the same Student ID is one window.
    """

    def __init__(self, first: _Candidate) -> None:
        (self._floor, _), results, _ = first
        """No test counts that ranks below it for certain."""
        self.candidates = [first]
        self._kinds = {first[:2]}
        self._results = {results}
        self._most = _FEW

    def add(self, test: _Candidate) -> Iterable[int]:
        """Take in a test; yield the numbers of tests that do not count for certain."""
        (lowest, highest), results, number = test
        says_it_again = test[:2] in self._kinds and len(self._results) == 1
        if highest < self._floor or says_it_again:
            return (number,)
        self._floor = max(self._floor, lowest)
        self.candidates.append(test)
        self._kinds.add(test[:2])
        self._results.add(results)
        return self.drop_lower() if len(self.candidates) > self._most else ()

    def drop_lower(self) -> Sequence[int]:
        """Forget the tests that do not count for certain; return their numbers."""
        dropped = [number for (_, highest), _, number in self.candidates if highest < self._floor]
        if dropped:
            self.candidates = [each for each in self.candidates if each[0][1] >= self._floor]
            self._kinds = {each[:2] for each in self.candidates}
            self._results = {results for _, results, _ in self.candidates}
        self._most = max(_FEW, 2 * len(self.candidates))
        return dropped
