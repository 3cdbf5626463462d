"""Which of several tests of one student, subject and window counts."""

from array import array
from dataclasses import dataclass, field
from typing import Final

SHARES: Final = 64
"""So many parts are chosen among one after the other, so that one alone is in a dictionary."""


@dataclass(slots=True)
class Choice:
    """Remembers each test in 32 bytes, and no student's value; then finds the best of each window.

    Of tests that rank alike and say the same, the first counts. Where they say different things,
    none does: nobody knows which is right.
    """

    passed_over: set[int] = field(default_factory=set)
    """The numbers of tests that do not count; known once chosen."""
    contradicting: set[int] = field(default_factory=set)
    """Those of tests that rank alike and say different things."""
    _shares: "list[array[int]]" = field(default_factory=lambda: [array("q") for _ in range(SHARES)])
    """Of each test the digest of its student and window, rank, digest of its results, number."""

    def add(self, student: str, term: str, *, rank: int, number: int, results: int) -> None:
        """Take in a test. `rank`: the higher counts; `results`: a digest of what it says."""
        window = hash((student, term))
        self._shares[window % SHARES].extend((window, rank, results, number))

    def choose(self) -> None:
        """Choose among the tests that were taken in, and forget them."""
        while self._shares:
            self._choose_among(self._shares.pop())

    def _choose_among(self, share: "array[int]") -> None:
        best: dict[int, tuple[int, int, list[int]]] = {}
        cells = iter(share)
        for window, rank, results, number in zip(cells, cells, cells, cells, strict=True):
            best_rank, said, numbers = best.get(window, (-1, 0, []))
            if rank > best_rank:
                self.passed_over.update(numbers)
                best[window] = rank, results, [number]
            elif rank == best_rank and (len(numbers) > 1 or results != said):
                numbers.append(number)
            else:
                self.passed_over.add(number)
        for _, _, numbers in best.values():
            if len(numbers) > 1:
                self.contradicting.update(numbers)
