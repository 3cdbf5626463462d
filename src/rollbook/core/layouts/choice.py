"""Which of several tests of one student, subject and window counts."""

from array import array
from typing import Final

_ROWS: Final = 40
"""Bits for a row number."""


class Choice:
    """Remembers of every test its rank and row: about 100 bytes, and no student's value.

    Of tests that rank alike none is chosen: where they say different things, that is a
    contradiction, which is judged as everywhere.
    """

    def __init__(self) -> None:
        self._best: dict[int, int] = {}
        self._tied: dict[int, array[int]] = {}
        self.passed_over: set[int] = set()
        """The rows of tests that do not count."""

    def add(self, student: str, term: str, *, rank: int, row: int) -> None:
        """Take in a test. `rank`: the higher counts."""
        key = hash((student, term))
        best = self._best.get(key)
        if best is None:
            self._best[key] = rank << _ROWS | row
            return
        known, other = best >> _ROWS, best & ((1 << _ROWS) - 1)
        if rank < known:
            self.passed_over.add(row)
        elif rank == known:
            self._tied.setdefault(key, array("q")).append(row)
        else:
            self.passed_over.add(other)
            self.passed_over.update(self._tied.pop(key, ()))
            self._best[key] = rank << _ROWS | row

    def forget(self) -> None:
        """Keep only which rows do not count."""
        self._best.clear()
        self._tied.clear()
