"""Which rows of a file are imported without one of their values, as they are learned of."""

from collections.abc import Collection, Set
from typing import Final

from rollbook.core.issues import IssueBatch, Severity

MOST_INCOMPLETE: Final = 1_000
"""Rows without a value that are kept to be fixed one by one; beyond that the column is to be fixed.
"""

MOST_REMEMBERED: Final = 10 * MOST_INCOMPLETE
"""Such rows that are remembered meanwhile: some of them are rejected beside the others' rows."""


class IncompleteRows:
    """Rows with errors that are not rejected: what is wrong with rows is told before they are."""

    def __init__(self) -> None:
        self._with_errors: set[int] = set()
        """Of the rows that are judged next."""
        self._found: set[int] = set()
        """The first MOST_REMEMBERED of the file."""

    def learn(self, issues: IssueBatch) -> None:
        """Learn of errors in rows."""
        errors = {at for at, kind in enumerate(issues.kinds) if kind.severity is Severity.ERROR}
        if not errors or len(self._found) >= MOST_REMEMBERED:
            return
        for number, row in zip(issues.numbers, issues.rows, strict=True):
            if number in errors and row is not None:
                self._with_errors.add(row)

    def add(self, rows: Collection[int]) -> None:
        """Learn of rows that lack a value, though none of their cells is wrong."""
        self._with_errors.update(sorted(rows)[:MOST_INCOMPLETE])

    def judge(self, rejected: Collection[int], *, rejected_before: Set[int]) -> None:
        """Learn which of the rows since the last call are rejected, beside those before."""
        self._found.difference_update(rejected)
        found = sorted(self._with_errors.difference(rejected_before, rejected, self._found))
        self._found.update(found[: MOST_REMEMBERED - len(self._found)])
        self._with_errors.clear()

    def first(self, rejected: Set[int]) -> frozenset[int]:
        """Return the first MOST_INCOMPLETE that are not among these, which are all rejected."""
        self.judge((), rejected_before=rejected)
        return frozenset(sorted(self._found - rejected)[:MOST_INCOMPLETE])
