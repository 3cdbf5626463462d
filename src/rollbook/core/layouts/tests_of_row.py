"""The tests of a row: one, or several whose columns the header tells apart."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import compress
from operator import itemgetter
from typing import Final

from rollbook.core.catalogue.terms import Term
from rollbook.core.layouts.choice import Rank
from rollbook.core.layouts.layout import MOST_TESTS, Role
from rollbook.core.layouts.recognition import Recognition
from rollbook.core.layouts.rows_of_tests import WITHOUT_RESULT, RowsOfTests
from rollbook.core.layouts.windows import Windows

WITHOUT_TEST: Final = "students without a test"


@dataclass(slots=True)
class TestInRow:
    """One test: of a term, of one that is not set up, of an uncertain one, or not meant."""

    tests: RowsOfTests
    """Reads it out of its row."""
    number: int
    """That of the test in the file, as none other has."""
    term: Term | None = None
    unknown_term: str | None = None
    why: str = ""
    """Why its term, or what it is, is not certain."""
    blank: int | None = None
    """The column whose blank cell leaves open what it is."""
    other: str | None = None
    """What it is, where it is not meant."""


class TestsOfRow:
    """Reads the tests of each row, as the layout of their header says."""

    def __init__(self, read: Recognition, terms: Sequence[Term]) -> None:
        # A blank cell in a column of windows is no window that its day tells.
        seasons = read.layout.seasons if read.column(Role.WINDOW) is None else ()
        windows = Windows(terms, seasons, read.layout.window_words)
        self._each = [RowsOfTests(test, windows) for test in read.each_test()]
        self.has_several = bool(read.layout.parts)
        first = self._each[0]
        self.ids, self.window = first.ids, first.window
        self.heads = [*first.ids, *first.names]
        """Columns of the file that are of the student, whatever the terms are."""
        found = [
            (each, *result) for each, tests in enumerate(self._each) for result in tests.measured
        ]
        self.measures = tuple(dict.fromkeys(measure for _, _, measure in found))
        """The names of what is tested."""
        self._test_of = [each for each, _, _ in found]
        """The test of each of a row's results."""
        columns = [at for _, at, _ in found]
        # A tuple, also of one column.
        self._results = itemgetter(*columns, columns[0]) if columns else lambda _: ()
        self.nothing = WITHOUT_TEST if self.has_several else WITHOUT_RESULT
        """What a row is in which there is no test."""

    def placed(self, row: int, record: Sequence[str]) -> list[TestInRow]:
        """Return the tests of a row. One that is in it twice is returned once."""
        if not self.has_several:
            return [self._test(self._each[0], row * MOST_TESTS, record)]
        return self._several(row, record)

    def _several(self, row: int, record: Sequence[str]) -> list[TestInRow]:
        # A row may have columns for hundreds of results, most of them blank.
        written = dict.fromkeys(compress(self._test_of, self._results(record)))
        found = [
            self._test(self._each[at], row * MOST_TESTS + at, record)
            for at in written
            if self._each[at].has_result(record)
        ]
        terms = [term for test in found if (term := _term_of(test))]
        return found if len(set(terms)) == len(terms) else [*_each_once(found, record)]

    def _test(self, tests: RowsOfTests, number: int, record: Sequence[str]) -> TestInRow:
        found = tests.look(record)
        if isinstance(found, str):
            return TestInRow(tests, number, other=found)
        return TestInRow(
            tests, number, found.term, found.unknown_term, found.why, blank=found.blank
        )


def _each_once(tests: Iterable[TestInRow], record: Sequence[str]) -> Iterator[TestInRow]:
    known: set[tuple[str, Rank, int]] = set()
    for test in tests:
        term = _term_of(test)
        same = (term, test.tests.rank(record), test.tests.results(record))
        if not term or same not in known:
            known.add(same)
            yield test


def _term_of(test: TestInRow) -> str:
    return test.unknown_term or (test.term.key if test.term is not None else "")
