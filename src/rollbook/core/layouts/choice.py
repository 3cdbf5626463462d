"""Which of several tests of one student, subject and window counts."""

from array import array
from dataclasses import dataclass, field
from typing import Final

SHARES: Final = 64
"""So many parts are chosen among one after the other, so that one alone is in a dictionary."""

Rank = tuple[int, int]
"""The lowest and the highest place that a test may have among others; one number where both are
known. The higher counts. Each is less than 2 ** 26."""

_BITS: Final = 26
_MASK: Final = (1 << _BITS) - 1

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
        best: dict[int, list[_Candidate]] = {}
        cells = iter(share)
        for window, ranks, results, number in zip(cells, cells, cells, cells, strict=True):
            test = (ranks >> _BITS, ranks & _MASK), results, number
            candidates = best.get(window)
            best[window] = [test] if candidates is None else self._with(candidates, test)
        for candidates in best.values():
            numbers = [number for _, _, number in candidates]
            if _say_the_same(candidates):
                self.passed_over.update(numbers[1:])
            else:
                self.contradicting.update(numbers)

    def _with(self, candidates: list[_Candidate], test: _Candidate) -> list[_Candidate]:
        """Return the tests that may be the best, with one more to be looked at."""
        (lowest, highest), results, number = test
        same = (rank == test[0] and said == results for rank, said, _ in candidates)
        is_below = any(rank[0] > highest for rank, _, _ in candidates)
        if is_below or (any(same) and _say_the_same(candidates)):
            self.passed_over.add(number)
            return candidates
        left = [each for each in candidates if each[0][1] >= lowest]
        if len(left) < len(candidates):
            self.passed_over.update(each[2] for each in candidates if each[0][1] < lowest)
        return [*left, test]


def _say_the_same(candidates: list[_Candidate]) -> bool:
    return len({results for _, results, _ in candidates}) == 1
