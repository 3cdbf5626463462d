"""A vendor's table of tests as a table of students' fields: each row fills those of its term."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from rollbook.core.catalogue.field import Field
from rollbook.core.catalogue.students import Catalogue
from rollbook.core.feed_settings import FeedRules
from rollbook.core.file_set import place_of
from rollbook.core.issues import Issue, Severity
from rollbook.core.layouts.choice import Choice
from rollbook.core.layouts.notes import left_out_note
from rollbook.core.layouts.recognition import Recognition
from rollbook.core.layouts.rows_of_tests import RowsOfTests
from rollbook.core.layouts.windows import Placed
from rollbook.core.quantities import counted
from rollbook.core.table import Chunk, DamagedRecord, FileFacts, OpenEnd, Table

PASSED_OVER: Final = "further tests of the same window"
_CONTRADICT: Final = (
    "The file has another test of this student in the same window, of the same day and with other "
    "results, and nothing tells which one counts; neither was imported. Correct it in the vendor's "
    "system."
)
OTHER_TERM: Final = "tests of a term that is not set up"


def rules_of_tests(rules: FeedRules, identifiers: Sequence[str]) -> FeedRules:
    """Return the rules by which a file of tests is read, whatever the feed says of students.

    It says nothing of tests that are not in it, and nothing of who is a student. `identifiers` are
    those that the file has; a test has one at least.
    """
    required = [name for name in identifiers if name in rules.required] or identifiers
    return replace(rules, blanks="keep", new_students="reject", required=tuple(required[:1]))


class LaidOutTable:
    """A Table whose columns are fields: identifiers, names, then the measures of every term."""

    def __init__(self, table: Table, read: Recognition, catalogue: Catalogue) -> None:
        self._table = table
        self._title = read.layout.title
        self._rows = RowsOfTests(read, catalogue.terms)
        self._slots = {term.key: number for number, term in enumerate(catalogue.terms)}
        self._heads = [*self._rows.ids, *self._rows.names]
        """Columns of the file that are in each row, whatever its term is."""
        heads, measures = self._heads, self._rows.measures
        self.fields: tuple[Field, ...] = tuple(
            catalogue.by_name[name]
            for name in (
                *(read.holds[at] or "" for at in heads),
                *(f"{key}_{read.holds[at]}" for key in self._slots for at in measures),
            )
        )
        self.header = tuple(table.header[at] for at in [*heads, *measures * len(self._slots)])
        self.facts: FileFacts = table.facts
        self._passed_over: set[int] | None = None
        self._contradicting: set[int] = set()
        self.left_out: Counter[str] = Counter()
        """Rows that were left out in the last pass, by what they are."""
        self._unknown_terms: Counter[str] = Counter()
        self._last: dict[int, tuple[int, int]] = {}
        """Row and slot of the last test, by the number of its file."""

    def chunks(self) -> Iterator[Chunk]:
        """Read all rows; which tests count is found out by a first pass of its own."""
        if self._passed_over is None:
            self._passed_over = self._choose()
        self.left_out.clear()
        self._unknown_terms.clear()
        for chunk in self._table.chunks():
            yield self._laid_out(chunk, self._passed_over)

    @property
    def notes(self) -> tuple[str, ...]:
        return (*self._table.notes, *left_out_note(self.left_out, self._title))

    def issues(self) -> list[Issue]:
        """Return one issue for each term that tests are of and that is not set up."""
        window = self._rows.window
        return [
            Issue(
                "UNKNOWN_TERM",
                Severity.WARNING,
                f"{counted(rows, 'test belongs', 'tests belong')} to the term {term}, which is not "
                f"set up, so {'it was' if rows == 1 else 'they were'} not imported. An "
                "administrator adds the term under Settings, Terms; then import again.",
                column=None if window is None else self._table.header[window],
            )
            for term, rows in sorted(self._unknown_terms.items())
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
        heads, measures = self._heads, self._rows.measures
        if end.column in heads:
            return replace(end, column=heads.index(end.column))
        row, slot = self._last.get(place_of(end.row).file, (0, 0))
        if end.column not in measures or row != end.row:
            return replace(end, column=-1)
        return replace(end, column=len(heads) + slot * len(measures) + measures.index(end.column))

    def _choose(self) -> set[int]:
        """Return the rows of tests that do not count, because another of the same window does."""
        choice, rows = Choice(), self._rows
        for chunk in self._table.chunks():
            for row, record in zip(chunk.rows, chunk.records, strict=True):
                placed = rows.look(record)
                if isinstance(placed, Placed) and placed.term is not None:
                    key = placed.term.key
                    rank, results = rows.rank(record), rows.results(record)
                    choice.add(rows.student(record), key, rank=rank, row=row, results=results)
        self._contradicting = choice.contradicting()
        return choice.passed_over

    def _laid_out(self, chunk: Chunk, passed_over: set[int]) -> Chunk:
        heads, measures, width = self._heads, self._rows.measures, len(self.header)
        found = Chunk([], [], [self._movable(each) for each in chunk.damaged])
        for row, record in zip(chunk.rows, chunk.records, strict=True):
            placed = self._rows.look(record)
            named = [record[at] for at in heads]
            if isinstance(placed, str):
                self.left_out[placed] += 1
            elif placed.why:
                message = f"{placed.why}, so the row was not imported. Correct it in the export."
                damaged = DamagedRecord(row, "TEST_OF_UNKNOWN_TERM", message, self._wide(named))
                found.damaged.append(damaged)
            elif placed.term is None:
                self.left_out[OTHER_TERM] += 1
                self._unknown_terms[placed.unknown_term or ""] += 1
            elif row in passed_over:
                self.left_out[PASSED_OVER] += 1
            elif row in self._contradicting:
                damaged = DamagedRecord(row, "TESTS_CONTRADICT", _CONTRADICT, self._wide(named))
                found.damaged.append(damaged)
            else:
                slot = self._slots[placed.term.key]
                before = [""] * (slot * len(measures))
                texts = [*named, *before, *(record[at] for at in measures)]
                found.rows.append(row)
                found.records.append(texts + [""] * (width - len(texts)))
                self._last[place_of(row).file] = row, slot
        kept = set(found.rows)
        found.stray_quotes = [row for row in chunk.stray_quotes if row in kept]
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
