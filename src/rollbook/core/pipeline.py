"""What happens to a file, in order: fetch, read, validate, stage, judge the students, merge.

The only module that knows the order of the stages. It is handed a database cursor, neither opens a
connection nor commits: the caller commits merge, job and audit event together, or rolls back.
"""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import asdict
from typing import Any, BinaryIO

import psycopg

from rollbook.core.catalogue.field import Field
from rollbook.core.catalogue.students import is_fix_it_header
from rollbook.core.errors import FileRefused, RollbookError
from rollbook.core.events import Phase, PhaseStarted, Progress
from rollbook.core.import_context import ImportContext
from rollbook.core.issues import Findings, Issue, Severity
from rollbook.core.limits import hold_beyond_limits, measures_of_issues
from rollbook.core.loading.changes import count_roster
from rollbook.core.loading.merge import MergePlan, MergeResult, judge_students, merge
from rollbook.core.loading.staging import Staging
from rollbook.core.measure import Measure
from rollbook.core.report import Counts
from rollbook.core.sandbox.messages import (
    Answer,
    Finished,
    FoundIssues,
    JudgedRows,
    Notes,
    Ready,
    WrittenRows,
)
from rollbook.core.sandbox.process import Sandbox, first_of
from rollbook.core.sandbox.task import Task, Wanted
from rollbook.core.sources.source import Fetched, Source
from rollbook.core.temp_queue import Spool
from rollbook.core.validation.columns import IDENTIFIERS
from rollbook.core.validation.duplicates import DuplicateFinder
from rollbook.core.validation.rows import Rejected


class NoStudents(FileRefused):
    """The file holds no student that could be imported, so the export has probably failed.

    Nothing was changed.

    Look at the file, and have the export run again."""

    reason = "no_students"


class Unchanged(RollbookError):
    """There is nothing new to import: the file has the same bytes as in the last completed import
    of this feed, under the same settings."""

    reason = "file_unchanged"
    exit_code = 6


def fetch(
    source: Source, into: BinaryIO, *, context: ImportContext, is_unchanged: Callable[[str], bool]
) -> Fetched:
    """Fetch the file into `into`. Raises Unchanged where its SHA-256 says that is all."""
    fetched = source.fetch(into, listener=context.listener)
    context.report.learn_fetched(name=fetched.name, size=fetched.size, sha256=fetched.sha256)
    _learn_remarks(fetched, context.findings)
    if is_unchanged(fetched.sha256):
        raise Unchanged
    return fetched


def _learn_remarks(fetched: Fetched, findings: Findings) -> None:
    """Note what was passed over beside the file; warn where it may be the wrong one for that."""
    for remark in fetched.remarks:
        if remark.is_warning:
            issue = Issue(remark.code, Severity.WARNING, remark.sentence, value=remark.names)
            findings.add([issue])
        else:
            findings.note(remark.sentence)


def import_file(
    sandbox: Sandbox,
    fetched: Fetched,
    *,
    context: ImportContext,
    cursor: psycopg.Cursor[Any],
) -> "Reading":
    """Read, validate, stage and merge the file in the transaction of `cursor`.

    Afterwards the report says `completed` or `held`; the counts are what was written, or, where the
    caller rolls back, what would have been. Raises FileRefused.
    """
    with closing(context.scratch()) as aside:
        return _import_file(sandbox, fetched, context=context, cursor=cursor, mentions=Spool(aside))


def _import_file(
    sandbox: Sandbox,
    fetched: Fetched,
    *,
    context: ImportContext,
    cursor: psycopg.Cursor[Any],
    mentions: Spool[Rejected],
) -> "Reading":
    now = context.clock()
    reading = Reading(sandbox, fetched, context=context)
    staging = Staging(cursor, reading.staged_fields)
    staging.create()
    with staging.copy() as copy:
        for judged in reading.judged():
            copy.write(judged.copy_text)
            mentions.extend(judged.rejected)
    set_aside = tuple(reading.finish())
    context.listener(PhaseStarted(Phase.IMPORTING))
    is_partial = _is_partial(reading)
    plan = MergePlan(
        feed_id=context.feed_id,
        job_id=context.job_id,
        rules=context.rules,
        staged_fields=reading.staged_fields,
        columns_set_aside=set_aside,
        headers=reading.headers,
        rejected=mentions,
        now=now,
        uneven=frozenset(IDENTIFIERS) if is_partial else reading.uneven,
        is_partial=is_partial,
    )
    context.report.brought = tuple(field.name for field in plan.written_fields)
    judgement = judge_students(cursor, plan, context.findings)
    _learn_result(context, merge(cursor, plan, judgement), cursor, records=reading.records)
    reading.rejected_rows |= judgement.rejected_rows
    return reading


def _learn_result(
    context: ImportContext, result: MergeResult, cursor: psycopg.Cursor[Any], *, records: int
) -> None:
    """Report what was merged, and hold it where that is beyond the feed's limits."""
    context.report.counts = Counts(
        total=records,
        inserted=result.inserted,
        updated=result.updated,
        unchanged=result.unchanged,
        rejected=result.rejected,
        duplicates=result.duplicates,
        missing_from_file=result.missing_from_file,
    )
    context.report.changes = asdict(result.changes)
    decide_outcome(context)
    _hold(context, **result.measures)
    for note in result.identities.notes():
        context.findings.note(note)
    if (
        context.report.status == "held"
    ):  # the person who decides wants to see where students are gone
        context.report.changes = {"roster": count_roster(cursor)} | asdict(result.changes)


def _is_partial(reading: "Reading") -> bool:
    """Tell whether the file leaves students out: a fix-it file, or one that breaks off."""
    is_fix_it = any(is_fix_it_header(text) for text in reading.context.report.header)
    is_cut = bool(reading.context.findings.by_code["FILE_TRUNCATED"])
    if is_fix_it or is_cut:
        why = "a fix-it file" if is_fix_it else "a file that breaks off"
        reading.context.findings.note(f"Nobody was marked as missing, because this is {why}.")
    return is_fix_it or is_cut


def check_file(sandbox: Sandbox, fetched: Fetched, *, context: ImportContext) -> None:
    """Read and validate the file without a database. Students are only compared within it."""
    reading = Reading(sandbox, fetched, context=context)
    finder = DuplicateFinder(reading.staged_fields, context.findings)
    accepted = rejected = 0
    for judged in reading.judged():
        finder.add(judged.copy_text.decode(), judged.rejected)
        accepted += judged.accepted
        rejected += len(judged.rejected)
    reading.finish()
    duplicates, clashing = finder.finish()
    context.report.counts = Counts(
        total=reading.records,
        rejected=rejected + clashing,
        duplicates=duplicates,
    )
    decide_outcome(context)


def decide_outcome(context: ImportContext) -> None:
    """Set `completed`, or `held` where more rows were rejected than the feed allows.

    Raises NoStudents where no row is left and there are too few for a person to decide on.
    """
    counts = context.report.counts
    context.report.status = "completed"
    found = measures_of_issues(context.findings.by_code)
    _hold(context, rejected=Measure(counts.rejected, counts.total), **found)
    if context.report.status == "completed" and counts.total - counts.rejected <= 0:
        raise NoStudents


def _hold(context: ImportContext, **measured: Measure) -> None:
    hold_beyond_limits(context.report, context.rules, measured=measured, accepted=context.accepted)


class Reading:
    """One pass over a file by the limited process: its rows arrive judged, chunk by chunk.

    Raises FileRefused, and what else Sandbox raises.
    """

    def __init__(self, sandbox: Sandbox, fetched: Fetched, *, context: ImportContext) -> None:
        """Have the process find out what the file is, and its header."""
        self.context = context
        self.records = 0
        self.rejected_rows: set[int] = set()
        self._sandbox = sandbox
        self._fetched = fetched
        self._end = Finished()
        context.listener(PhaseStarted(Phase.PARSING))
        self._answers = sandbox.answers(self._task(Wanted.JUDGED))
        opened = first_of(self._answers)
        self.facts = opened.facts
        context.report.learn_facts(opened.facts)
        context.report.header = opened.header
        for note in opened.facts.notes:
            context.findings.note(note)
        names = [name for name in opened.fields if name is not None]
        self.staged_fields = tuple(context.catalogue.by_name[name] for name in names)
        self.headers = {
            name: header
            for name, header in zip(opened.fields, opened.header, strict=True)
            if name is not None
        }
        for answer in self._answers:
            self._learn(answer)
            if isinstance(answer, Ready):
                break

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
            case Notes(sentences):
                for sentence in sentences:
                    self.context.findings.note(sentence)
            case JudgedRows(rejected=rejected, done=done):
                self.rejected_rows.update(each.row for each in rejected)
                self.context.listener(Progress(Phase.VALIDATING, done, self.facts.size))
            case Finished():
                self._end = answer

    def finish(self) -> list[Field]:
        """Return the columns to be set aside, once all rows are judged."""
        self.records = self._end.records
        self.context.report.columns_set_aside = self._end.set_aside
        self.context.report.file["records"] = self._end.records_read
        if not self.records:
            raise NoStudents
        return [self.context.catalogue.by_name[name] for name in self._end.set_aside]

    @property
    def uneven(self) -> frozenset[str]:
        """The identifiers whose values differ in length; known at the end."""
        return frozenset(self._end.uneven)

    def rejected_records(self) -> Iterator[tuple[int, list[str]]]:
        """Have a second process read the rejected rows, as the fix-it file writes them."""
        with self._sandbox.again() as sandbox:
            task = self._task(Wanted.REJECTED)
            for answer in sandbox.answers(task, self.rejected_rows):
                if isinstance(answer, WrittenRows):
                    yield from answer.rows

    def _task(self, wanted: Wanted) -> Task:
        return Task(
            wanted,
            self._fetched.name,
            self._fetched.size,
            self.context.catalogue,
            self.context.rules,
        )
