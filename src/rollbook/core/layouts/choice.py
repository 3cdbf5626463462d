"""Which of several tests of one student, subject and window counts."""

from array import array
from dataclasses import dataclass, field


def numbers() -> "array[int]":
    """Return an array for whole numbers of 8 bytes each."""
    return array("q")


@dataclass(slots=True)
class Choice:
    """Remembers of every student and window the best test: no student's value.

    Of tests that rank alike and say the same, the first counts. Where they say different things,
    none does: nobody knows which is right. Numbers are in arrays, as a file may have millions.
    """

    places: dict[int, int] = field(default_factory=dict)
    """Digest of student and window -> where its best test is in the arrays."""
    ranks: "array[int]" = field(default_factory=numbers)
    results: "array[int]" = field(default_factory=numbers)
    rows: "array[int]" = field(default_factory=numbers)
    disputed: dict[int, list[int]] = field(default_factory=dict)
    """Place -> the rows of tests that rank alike and say different things."""
    passed_over: set[int] = field(default_factory=set)
    """The rows of tests that do not count."""

    def add(self, student: str, term: str, *, rank: int, row: int, results: int) -> None:
        """Take in a test. `rank`: the higher counts; `results`: a digest of what it says."""
        at = self.places.setdefault(hash((student, term)), len(self.rows))
        if at == len(self.rows):
            self.ranks.append(rank)
            self.results.append(results)
            self.rows.append(row)
        elif rank > self.ranks[at]:
            self.passed_over.update(self.disputed.pop(at, [self.rows[at]]))
            self.ranks[at], self.results[at], self.rows[at] = rank, results, row
        elif rank == self.ranks[at] and (at in self.disputed or results != self.results[at]):
            self.disputed.setdefault(at, [self.rows[at]]).append(row)
        else:
            self.passed_over.add(row)

    def contradicting(self) -> set[int]:
        """Return the rows of tests that rank alike and say different things."""
        return {row for rows in self.disputed.values() for row in rows}
