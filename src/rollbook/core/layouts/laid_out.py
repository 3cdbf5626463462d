"""A vendor's table of tests as a table of students' fields: each test fills those of its term."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from rollbook.core.catalogue.field import Field
from rollbook.core.catalogue.students import Catalogue
from rollbook.core.feed_settings import FeedRules
from rollbook.core.file_set import place_of
from rollbook.core.issues import Issue, Severity
from rollbook.core.layouts.choice import Choice
from rollbook.core.layouts.kept import UNDECIDED
from rollbook.core.layouts.notes import left_out_note, passed_over_note
from rollbook.core.layouts.recognition import Recognition
from rollbook.core.layouts.rows_of_tests import RowsOfTests
from rollbook.core.layouts.tests_of_row import TestInRow, TestsOfRow
from rollbook.core.quantities import counted
from rollbook.core.table import Chunk, DamagedRecord, FileFacts, OpenEnd, Table

PASSED_OVER: Final = "further tests of the same window"
_CONTRADICT: Final = (
    "This student has two different results for the same testing window, and nothing shows which "
    "one counts. Neither was imported. Mark the official one in the vendor's system."
)
OTHER_TERM: Final = "tests of a term that isn't set up"

MOST_REMEMBERED: Final = 1_000
"""Sets of tests that rows have, each with what its columns fill."""

_AS_IN_THE_FIRST: Final[Mapping[int, str]] = {}
"""Headers that one of several files writes otherwise than the first: none."""

_Tests = tuple[tuple[RowsOfTests, str], ...]
"""The tests that are taken of a row, each with its term."""


def rules_of_tests(rules: FeedRules, identifiers: Sequence[str]) -> FeedRules:
    """Return the rules by which a file of tests is read, whatever the feed says of students.

    It says nothing of tests that are not in it, and nothing of who is a student. `identifiers` are
    those that the file has; a test has one at least.
    """
    required = [name for name in identifiers if name in rules.required] or identifiers
    return replace(rules, blanks="keep", new_students="reject", required=tuple(required[:1]))


class LaidOutTable:
    """A Table whose columns are fields: identifiers, names, then the measures of every term.

    Its records are the file's rows. Each of a row's tests fills the fields of its own term.
    """

    def __init__(self, table: Table, read: Recognition, catalogue: Catalogue) -> None:
        self._table = table
        self._title = read.layout.title
        self._rows = TestsOfRow(read, catalogue.terms)
        self._heads = self._rows.heads
        self._places = {
            (term.key, measure): len(self._heads) + at
            for at, (term, measure) in enumerate(
                (term, measure) for term in catalogue.terms for measure in self._rows.measures
            )
        }
        """Term and measure -> the column that they fill."""
        self.fields: tuple[Field, ...] = tuple(
            catalogue.by_name[name]
            for name in (
                *(read.holds[at] or "" for at in self._heads),
                *(f"{key}_{measure}" for key, measure in self._places),
            )
        )
        self.header = (
            *(table.header[at] for at in self._heads),
            *(table.header[read.holds.index(measure)] for _, measure in self._places),
        )
        self.facts: FileFacts = table.facts
        self._choice: Choice | None = None
        self.left_out: Counter[str] = Counter()
        """Rows that were left out in the last pass, by what they are."""
        self._passed_over: Counter[str] = Counter()
        """Tests of the other rows that were not taken, by what they are."""
        self._unknown_terms: Counter[str] = Counter()
        self._moves: dict[tuple[_Tests, int], tuple[list[tuple[int, int]], Mapping[int, str]]] = {}
        """Tests and their terms, in one of the files -> the columns of their results with those
        that they fill, and the headers of all columns in that file."""
        self._last: dict[int, tuple[int, list[tuple[int, int]]]] = {}
        """The last row by the number of its file, and where its columns have gone."""

    def chunks(self) -> Iterator[Chunk]:
        """Read all rows; which tests count is found out by a first pass of its own."""
        if self._choice is None:
            self._choice = self._choose()
        for counter in (self.left_out, self._passed_over, self._unknown_terms):
            counter.clear()
        for chunk in self._table.chunks():
            yield self._laid_out(chunk, self._choice)

    @property
    def notes(self) -> tuple[str, ...]:
        return (
            *self._table.notes,
            *left_out_note(self.left_out, self._title),
            *passed_over_note(self._passed_over),
        )

    def issues(self) -> list[Issue]:
        """Return one issue for each term that tests are of and that is not set up."""
        window = self._rows.window
        return [
            Issue(
                "UNKNOWN_TERM",
                Severity.WARNING,
                f"{counted(tests, 'test belongs', 'tests belong')} to the term {term}, which isn't "
                f"set up, so {_they_were_not(tests)} imported. Add the term under Settings, Terms, "
                "then import again.",
                column=None if window is None else self._table.header[window],
            )
            for term, tests in sorted(self._unknown_terms.items())
        ]

    @property
    def open_end(self) -> OpenEnd | None:
        end = self._table.open_end
        if end is None:
            return None
        return replace(self._moved(end), others=tuple(map(self._moved, end.others)))

    @property
    def records_read(self) -> int:
        return self._table.records_read

    @property
    def bytes_read(self) -> int:
        return self._table.bytes_read

    def _moved(self, end: OpenEnd) -> OpenEnd:
        if end.column < 0:
            return end
        header = self._table.header[end.column]
        if end.column in self._heads:
            return replace(end, column=self._heads.index(end.column), header=header)
        row, moves = self._last.get(place_of(end.row).file, (0, []))
        column = dict(moves).get(end.column, -1) if row == end.row else -1
        return replace(end, column=column, header=header)

    def _choose(self) -> Choice:
        """Find out which tests do not count, because another of the same window does."""
        choice, rows = Choice(), self._rows
        for chunk in self._table.chunks():
            for row, record in zip(chunk.rows, chunk.records, strict=True):
                for test in rows.placed(row, record):
                    if (term := test.term) is not None:
                        tests = test.tests
                        choice.add(
                            tests.student(record),
                            term.key,
                            rank=tests.rank(record),
                            number=test.number,
                            results=tests.results(record),
                        )
        choice.choose()
        return choice

    def _laid_out(self, chunk: Chunk, choice: Choice) -> Chunk:
        found = Chunk([], [], [self._movable(each) for each in chunk.damaged])
        for at, (row, record) in enumerate(zip(chunk.rows, chunk.records, strict=True)):
            tests = self._rows.placed(row, record)
            refused = next((test for test in tests if _is_refused(test, choice)), None)
            if refused is not None:
                cells = self._wide([record[at] for at in self._heads])
                code, message = _refusal(refused)
                column = None if refused.blank is None else self._table.header[refused.blank]
                found.damaged.append(DamagedRecord(row, code, message, cells, column))
                continue
            taken: list[TestInRow] = []
            others: list[str] = []
            for test in tests:
                what = self._left_out(test, choice)
                if what is None:
                    taken.append(test)
                else:
                    others.append(what)
            if taken:
                self._passed_over.update(others)
                spelled = chunk.origins[at] if chunk.origins else _AS_IN_THE_FIRST
                moves, origin = self._moves_of(taken, spelled)
                found.rows.append(row)
                found.records.append(self._filled(row, record, moves))
                if self._rows.has_several or spelled:
                    found.origins.append(origin)
            else:
                self.left_out[others[0] if others else self._rows.nothing] += 1
        kept = set(found.rows)
        found.stray_quotes = [row for row in chunk.stray_quotes if row in kept]
        return found

    def _left_out(self, test: TestInRow, choice: Choice) -> str | None:
        """Return what a test is that is not taken; None: it is."""
        if test.unknown_term is not None:
            self._unknown_terms[test.unknown_term] += 1
            return OTHER_TERM
        return PASSED_OVER if test.number in choice.passed_over else test.other

    def _filled(self, row: int, record: Sequence[str], moves: list[tuple[int, int]]) -> list[str]:
        texts = [*(record[at] for at in self._heads), *[""] * len(self._places)]
        for at, place in moves:
            texts[place] = record[at]
        self._last[place_of(row).file] = row, moves
        return texts

    def _moves_of(
        self, taken: Sequence[TestInRow], spelled: Mapping[int, str]
    ) -> tuple[list[tuple[int, int]], Mapping[int, str]]:
        tests = tuple((test.tests, test.term.key) for test in taken if test.term is not None)
        found = self._moves.get((tests, id(spelled)))
        if found is None:
            moves = [
                (at, self._places[term, measure])
                for each, term in tests
                for at, measure in each.measured
            ]
            columns = [*moves, *((at, place) for place, at in enumerate(self._heads))]
            header = self._table.header
            found = moves, {place: spelled.get(at, header[at]) for at, place in columns}
            if len(self._moves) >= MOST_REMEMBERED:
                self._moves.clear()
            self._moves[tests, id(spelled)] = found
        return found

    def _movable(self, damaged: DamagedRecord) -> DamagedRecord:
        """Return a damaged record with the cells in front in which an identifier may be."""
        if len(damaged.cells) == 1:
            return damaged
        moved = len(damaged.cells) - len(self._table.header)
        texts: list[str] = []
        for at in self._rows.ids:
            first, last = sorted((at, at + moved))
            texts += damaged.cells[max(first, 0) : last + 1]
        return replace(damaged, cells=self._wide(texts))

    def _wide(self, texts: Sequence[str]) -> list[str]:
        """Return a record so much too wide that all of `texts` are where identifiers may be."""
        return [*texts, *[""] * len(self.header)]


def _is_refused(test: TestInRow, choice: Choice) -> bool:
    return bool(test.why) or test.number in choice.contradicting


def _refusal(test: TestInRow) -> tuple[str, str]:
    """Return the code and the sentence for which a row is rejected."""
    if test.blank is not None:
        return UNDECIDED, test.why
    if test.why:
        message = f"{test.why}, so this row wasn't imported. Fix it in the export."
        return "TEST_OF_UNKNOWN_TERM", message
    return "TESTS_CONTRADICT", _CONTRADICT


def _they_were_not(tests: int) -> str:
    return "it wasn't" if tests == 1 else "they weren't"
