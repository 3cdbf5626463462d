"""One pass over a file by the limited process: its rows arrive judged, chunk by chunk."""

from collections.abc import Collection, Iterable, Iterator, Set
from dataclasses import replace
from functools import cached_property
from itertools import islice
from typing import Final

from rollbook.core.catalogue.field import Field
from rollbook.core.catalogue.students import is_fix_it_file
from rollbook.core.events import Phase, PhaseStarted, Progress, RowsCounted
from rollbook.core.feed_settings import IDENTIFIERS, FeedRules
from rollbook.core.import_context import ImportContext
from rollbook.core.incomplete_rows import IncompleteRows
from rollbook.core.layouts.laid_out import rules_of_tests
from rollbook.core.layouts.own import layout_named
from rollbook.core.limits.older_file import EarlierFiles
from rollbook.core.nothing_imported import NoStudents, NothingMeant
from rollbook.core.profile.filled import Filled
from rollbook.core.profile.spread import Spreads
from rollbook.core.quantities import counted
from rollbook.core.sandbox.answers import (
    Answer,
    Finished,
    FoundIssues,
    JudgedRows,
    Notes,
    Opened,
    Ready,
    WrittenRows,
)
from rollbook.core.sandbox.errors import ReadingBroke
from rollbook.core.sandbox.process import Sandbox, first_of
from rollbook.core.sandbox.task import Task, Wanted
from rollbook.core.sources.source import Fetched
from rollbook.core.table import CutEnd
from rollbook.core.validation.values import value_mapping

MOST_FLAGGED: Final = 100_000
"""Rows with warnings of which the numbers are remembered: some are rejected beside the others'."""

MOST_LEFT_OUT: Final = 10_000
"""Rows of a fix-it file that are kept as left out; rows are fixed one by one, in no such number."""


class Reading:
    """One pass over a file by the limited process: its rows arrive judged, chunk by chunk.

    Raises FileRefused, and what else Sandbox raises.
    """

    def __init__(
        self,
        sandbox: Sandbox,
        fetched: Fetched,
        *,
        context: ImportContext,
        names: tuple[str, ...] = (),
    ) -> None:
        """Have the process find out what the file is, and its header; `names` as in Task."""
        self.context = context
        self.records = self.left_out = 0
        self.rejected_rows: set[int] = set()
        self._accepted = self._rejected = self._with_issues = 0
        self._rows_with_issues: set[int] = set()
        """Of the rows that are judged next: what is wrong with them is told before them."""
        self._flagged: set[int] = set()  # taken with warnings, the first MOST_FLAGGED
        self._incomplete = IncompleteRows()
        self._taken: set[int] = set()
        """Of a fix-it file: the rows that are neither rejected nor left out."""
        self._sandbox = sandbox
        self.fetched = fetched
        self._names = names
        self._end = Finished()
        context.listener(PhaseStarted(Phase.PARSING))
        self._answers = sandbox.answers(self._task(Wanted.JUDGED))
        opened = first_of(self._answers)
        self.facts = opened.facts
        context.report.learn_facts(opened.facts)
        context.report.header = opened.header
        for note in opened.facts.notes:
            context.findings.note(note)
        context.report.learn_layout(opened.layout)
        self.headers = dict(_staged(opened))
        """Field -> a header that its column has in the file."""
        self.staged_fields = tuple(context.catalogue.by_name[name] for name in self.headers)
        self.is_of_tests = opened.staged is not None
        """The file's rows are tests, of which a student may have several."""
        self.tests = layout_named(opened.tests_of, context.rules) if opened.tests_of else None
        """The layout of tests that the file is of, or resembles."""
        for answer in self._answers:
            self._learn(answer)
            if isinstance(answer, Ready):
                break

    @cached_property
    def earlier(self) -> EarlierFiles:
        """What its feed has stored already, as this file is compared with it."""
        return self.context.earlier_files(self.fetched)

    @cached_property
    def is_fix_it(self) -> bool:
        """The file holds corrected rows of another one."""
        return is_fix_it_file(self.context.report.header)

    @property
    def is_roster(self) -> bool:
        """The file says who is a student, how they are called, and who is missing."""
        return self.context.rules.is_roster and self.tests is None

    @property
    def rules(self) -> FeedRules:
        """The feed's rules as far as they hold for this file."""
        if not self.is_of_tests:
            rules = self.context.rules
            return rules if self.is_roster else replace(rules, new_students="reject")
        identifiers = [name for name in IDENTIFIERS if name in self.headers]
        return rules_of_tests(self.context.rules, identifiers)

    def judged(self) -> Iterator[JudgedRows]:
        """Yield the judged rows; findings and progress are reported on the way."""
        self.context.listener(PhaseStarted(Phase.VALIDATING))
        for answer in self._answers:
            self._learn(answer)
            if isinstance(answer, JudgedRows):
                yield answer

    def _learn(self, answer: Answer) -> None:
        match answer:
            case FoundIssues(issues):
                self.context.findings.add(issues)
                self._rows_with_issues.update(row for row in issues.rows if row is not None)
                self._incomplete.learn(issues)
            case Notes(sentences):
                for sentence in sentences:
                    self.context.findings.note(sentence)
            case JudgedRows():
                self._count(answer)
            case Finished():
                self._end = answer

    def _count(self, judged: JudgedRows) -> None:
        rejected = {each.row for each in judged.rejected}
        self._incomplete.judge(rejected, rejected_before=self.rejected_rows)
        self.rejected_rows |= rejected
        if self.is_fix_it:
            self._taken |= _rows_of(judged.copy_text)
        self._accepted += judged.accepted
        self._rejected += len(judged.rejected)
        self._with_issues += len(self._rows_with_issues)
        if len(self._flagged) < MOST_FLAGGED:
            self._flagged |= self._rows_with_issues - rejected
        self._rows_with_issues.clear()
        self.context.listener(self.rows_so_far())
        self.context.listener(Progress(Phase.VALIDATING, judged.done, self.facts.size))

    def rows_so_far(self, rejected_beside: Set[int] = frozenset()) -> RowsCounted:
        """Return how many rows were taken and not, with those rejected beside the others' rows."""
        beside, flagged = len(rejected_beside), len(rejected_beside & self._flagged)
        # Each rejected row has an issue, which is told with it or just before.
        with_warnings = max(0, self._with_issues - self._rejected)
        taken = max(0, self._accepted - beside)
        good = min(taken, max(0, self._accepted - with_warnings - (beside - flagged)))
        return RowsCounted(good, taken - good, self._rejected + beside, self.left_out)

    def learn_unnamed(self, rows: Collection[int]) -> None:
        """Count the rows of students who are added without a name among those without a value."""
        self._incomplete.add(rows)

    def incomplete_rows(self) -> frozenset[int]:
        """Return rows that are imported without a value, the first MOST_INCOMPLETE of the file."""
        return self._incomplete.first(self.rejected_rows)

    def finish(self) -> list[Field]:
        """Return the columns to be set aside, once all rows are judged."""
        self.records, self.left_out = self._end.records, self._end.left_out
        if self.records != self._accepted + self._rejected:
            raise ReadingBroke(how="it counts other rows than it has judged")
        self.context.report.columns_set_aside = self._end.set_aside
        if self.left_out and self.is_fix_it:
            first, known = self.facts.header_row + 1, self._taken | self.rejected_rows
            end = first + self.records + self.left_out
            missing = (row for row in range(first, end) if row not in known)
            self.context.report.left_out_rows = tuple(islice(missing, MOST_LEFT_OUT))
        rules = self.context.rules
        # The process is not believed: what isn't in the mapping may be a student's.
        self.context.report.mapped = self._end.mapped.of_mapping(
            {name: value_mapping(name, rules) for name in rules.values}, rules.blank_markers
        )
        self.context.report.file["records"] = self._end.records_read
        self.context.listener(self.rows_so_far())
        if not self.records:
            raise NothingMeant(count=counted(self.left_out, "row")) if self.left_out else NoStudents
        return [self.context.catalogue.by_name[name] for name in self._end.set_aside]

    @property
    def ends(self) -> tuple[CutEnd, ...]:
        """The rows where the file, or one of several, may have been cut; known at the end."""
        return self._end.ends

    @property
    def all_headers(self) -> dict[str, tuple[str, ...]]:
        """The headers that each field's column has in the file: one, or those of several tests that
        filled it; known at the end."""
        found: dict[str, tuple[str, ...]] = {name: (text,) for name, text in self.headers.items()}
        if self.is_of_tests and self.tests is not None and self.tests.parts:
            found |= {each.name: () for each in self.staged_fields if each.term is not None}
        return {**found, **self._end.headers}

    @property
    def filled(self) -> Filled:
        """How many rows have a value in each column; known at the end."""
        groups = {name: spread.groups for name, spread in self._end.spreads.items()}
        return Filled(self.records, self._end.filled, self.headers, groups)

    @property
    def made_on(self) -> str:
        """The day on which the file says that it was made, or ""; known at the end."""
        return self._end.made_on

    @property
    def spreads(self) -> Spreads:
        """How the values of each column are spread; known at the end."""
        return self._end.spreads

    @property
    def uneven(self) -> frozenset[str]:
        """The identifiers whose values differ in length; known at the end."""
        return frozenset(self._end.uneven)

    def written_rows(self, rows: set[int]) -> Iterator[tuple[int, list[str]]]:
        """Have a second process read rows to be fixed, as the fix-it file writes them."""
        left = set(rows)
        with self._sandbox.again() as sandbox:
            task = self._task(Wanted.REJECTED)
            for answer in sandbox.answers(task, rows):
                for row, cells in answer.rows if isinstance(answer, WrittenRows) else ():
                    if row not in left:
                        raise ReadingBroke(how="it gives other rows than it was asked for")
                    left.remove(row)
                    yield row, cells

    def _task(self, wanted: Wanted) -> Task:
        return Task(
            wanted,
            self.fetched.name,
            self.fetched.size,
            self.context.catalogue,
            self.context.rules,
            self._names,
            self.context.today(),
            self.context.first_file().percent_factor,
        )


def _rows_of(copy_text: bytes) -> set[int]:
    """Return the numbers of the rows, with which their lines begin."""
    try:
        return {int(line.partition(b"\t")[0]) for line in copy_text.split(b"\n")[:-1]}
    except ValueError:
        raise ReadingBroke(how="a row has no number") from None


def _staged(opened: Opened) -> Iterable[tuple[str, str]]:
    """Return the fields that are staged, each with its header."""
    if opened.staged is not None:
        return opened.staged
    pairs = zip(opened.fields, opened.header, strict=True)
    return [(name, header) for name, header in pairs if name is not None]
