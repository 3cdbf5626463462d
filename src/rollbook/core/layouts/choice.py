"""Which of several tests of one student, subject and window counts."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class _Best:
    rank: int
    results: int
    rows: list[int]
    is_one: bool = True
    """All of `rows` say the same."""


@dataclass(slots=True)
class Choice:
    """Remembers of every student and window the best test: no student's value.

    Of tests that rank alike and say the same, the first counts. Where they say different things,
    none does: nobody knows which is right.
    """

    best: dict[int, _Best] = field(default_factory=dict)
    passed_over: set[int] = field(default_factory=set)
    """The rows of tests that do not count."""

    def add(self, student: str, term: str, *, rank: int, row: int, results: int) -> None:
        """Take in a test. `rank`: the higher counts; `results`: a digest of what it says."""
        key = hash((student, term))
        best = self.best.get(key)
        if best is None:
            self.best[key] = _Best(rank, results, [row])
        elif rank < best.rank or (rank == best.rank and results == best.results and best.is_one):
            self.passed_over.add(row)
        elif rank == best.rank:
            best.rows.append(row)
            best.is_one = False
        else:
            self.passed_over.update(best.rows)
            self.best[key] = _Best(rank, results, [row])

    def contradicting(self) -> set[int]:
        """Return the rows of tests that rank alike and say different things."""
        return {row for best in self.best.values() if not best.is_one for row in best.rows}
