"""What happens to a fetched file, in order: read, validate, stage, judge the students, merge.

The only module that knows the order of the stages. It is handed a database cursor, neither opens a
connection nor commits: the caller commits merge, job and audit event together, or rolls back.
"""

from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import count
from typing import Any

import psycopg

from rollbook.core.catalogue.field import Field
from rollbook.core.errors import FileRefused
from rollbook.core.events import Phase, PhaseStarted, Progress, StudentsCounted
from rollbook.core.feed_settings import AUTO, IDENTIFIERS
from rollbook.core.file_reading import Reading
from rollbook.core.holds import (
    decide_outcome,
    decide_storable,
    hold_blanked,
    hold_changed,
    hold_older,
    hold_parts,
    hold_shifted,
    unknown_rows,
)
from rollbook.core.import_context import ImportContext
from rollbook.core.limits.table import much_smaller
from rollbook.core.loading.changes import count_roster, filled_fields
from rollbook.core.loading.combining import combine_rows
from rollbook.core.loading.issue_texts import last_row_cut
from rollbook.core.loading.known_words import accented_words
from rollbook.core.loading.merge import MergePlan, MergeResult, judge_students, merge
from rollbook.core.loading.plan import STEPS
from rollbook.core.loading.staging import Staging
from rollbook.core.measure import Measure
from rollbook.core.merge_notes import note_merge
from rollbook.core.not_written import not_written
from rollbook.core.reading.errors import FileDamaged
from rollbook.core.report import Counts
from rollbook.core.sandbox.process import Sandbox
from rollbook.core.sources.arrival_errors import FileBreaksOff, FileNotWhole
from rollbook.core.sources.source import Fetched
from rollbook.core.temp_queue import Spool
from rollbook.core.validation.duplicates import DuplicateFinder
from rollbook.core.validation.rows import Rejected

FIX_IT = "this is a fix-it file"
BREAKS_OFF = "this is a file that breaks off"
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
"""Since when a file that people correct is outdated: it is no word of the source's."""


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
        try:
            return _import_file(
                sandbox, fetched, context=context, cursor=cursor, mentions=Spool(aside)
            )
        except FileRefused as error:
            if context.arrival.is_tried_again and _may_grow(error, context):
                raise FileNotWhole(why=error.message.what, private=error.private) from error
            raise


def _may_grow(error: FileRefused, context: ImportContext) -> bool:
    """Tell whether a file that was refused looks like one of which a part has arrived."""
    return isinstance(error, FileDamaged) or _fewer_bytes(context).part > 0


def _fewer_bytes(context: ImportContext) -> Measure:
    served = context.report.served
    if served is None:  # a person has chosen the file
        return Measure(0, 0)
    last = context.arrival.last
    size = last.size if last is not None and last.packing == served.packing else 0
    return much_smaller(served.size, size, context.rules)


def _import_file(
    sandbox: Sandbox,
    fetched: Fetched,
    *,
    context: ImportContext,
    cursor: psycopg.Cursor[Any],
    mentions: Spool[Rejected],
) -> "Reading":
    now = context.clock()
    names = accented_words(cursor) if context.rules.encoding == AUTO else ()
    reading = Reading(sandbox, fetched, context=context, names=names)
    staging = Staging(cursor, reading.staged_fields)
    staging.create()
    with staging.copy() as copy:
        for judged in reading.judged():
            copy.write(judged.copy_text)
            mentions.extend(judged.rejected)
    set_aside = tuple(reading.finish())
    combined = combine_rows(cursor, reading.staged_fields) if reading.is_of_tests else 0
    is_cut = (
        any(end.is_cut for end in reading.ends) or context.findings.by_code["FILE_TRUNCATED"] > 0
    )
    if context.arrival.is_tried_again and is_cut:
        raise FileBreaksOff
    context.listener(PhaseStarted(Phase.IMPORTING))
    plan = _plan(reading, set_aside=set_aside, rejected=mentions, now=now)
    context.report.brought = tuple(field.name for field in plan.written_fields)
    judgment = judge_students(cursor, plan, context.findings)
    context.listener(reading.rows_so_far(judgment.rejected_rows))
    _tell_of_tests(reading)
    _tell_of_other_feeds(reading)
    result = merge(cursor, plan, judgment)
    told = StudentsCounted(result.inserted, result.updated, result.unchanged)
    context.listener(told)
    context.report.claimed = filled_fields(cursor, context.others.to_claim(plan.written_fields))
    context.findings.add(result.renamed)
    context.findings.add(result.last_years.issues)
    _learn_counts(context, result, reading, combined=combined)
    decide_storable(reading, judgment.not_storable)
    hold_blanked(reading)
    hold_shifted(reading, result)
    context.report.filled = context.report.filled.without(result.last_years.fields)
    _learn_result(reading, result, cursor)
    reading.rejected_rows |= judgment.rejected_rows
    reading.learn_unnamed(judgment.unnamed)
    return reading


def _steps(context: ImportContext) -> Callable[[], None]:
    """Tell that no part of the merge is done; return what tells that one more is."""
    done = count()

    def step() -> None:
        context.listener(Progress(Phase.IMPORTING, next(done), STEPS + 1))

    step()
    return step


def _plan(
    reading: "Reading",
    *,
    set_aside: tuple[Field, ...],
    rejected: Spool[Rejected],
    now: datetime,
) -> MergePlan:
    context, why = reading.context, _why_partial(reading)
    is_partial = why is not None
    return MergePlan(
        feed_id=context.feed_id,
        job_id=context.job_id,
        rules=reading.rules,
        staged_fields=reading.staged_fields,
        columns_set_aside=not_written(reading, set_aside),
        headers=reading.headers,
        rejected=rejected,
        now=now,
        uneven=reading.uneven if why is None or reading.ends else frozenset(IDENTIFIERS),
        is_partial=is_partial,
        is_fix_it=reading.is_fix_it,
        is_of_some=why in (FIX_IT, BREAKS_OFF),
        is_cut=is_partial and why != FIX_IT,
        ends=reading.ends,
        is_roster=reading.is_roster,
        schools=context.schools,
        year_before=context.year_before,
        outdated_since=LONG_AGO if why == FIX_IT else context.outdated_since(reading.fetched),
        step=_steps(context),
    )


def _tell_of_other_feeds(reading: "Reading") -> None:
    """Report the columns of other feeds' fields, and students that the roster does not have."""
    findings, others = reading.context.findings, reading.context.others
    findings.add(others.issues(reading.staged_fields, reading.all_headers))
    for note in others.notes(reading.staged_fields):
        findings.note(note)
    if unknown := unknown_rows(reading):
        findings.note(others.unknown_students(unknown))


def _tell_of_tests(reading: "Reading") -> None:
    """Report a file of tests where the settings take its rows for students."""
    context, tests = reading.context, reading.tests
    if tests is not None and context.rules.is_roster:
        issue = context.others.tests(tests.title, is_certain=reading.is_of_tests)
        context.findings.add([] if issue is None else [issue])


def _learn_counts(
    context: ImportContext, result: MergeResult, reading: "Reading", *, combined: int
) -> None:
    context.report.counts = Counts(
        total=reading.records - combined,
        inserted=result.inserted,
        updated=result.updated,
        unchanged=result.unchanged,
        rejected=result.rejected,
        duplicates=result.duplicates,
        missing_from_file=result.missing_from_file,
        combined=combined,
        left_out=reading.left_out,
    )
    context.report.changes = asdict(result.changes)


def _learn_result(reading: "Reading", result: MergeResult, cursor: psycopg.Cursor[Any]) -> None:
    """Report what was merged, and hold it where that is beyond the feed's limits."""
    context = reading.context
    context.report.made_on = reading.made_on
    schools = hold_changed(reading, result, smaller=_fewer_bytes(context))
    hold_parts(context, result)
    hold_older(reading)
    note_merge(context, result)
    if context.report.status == "held":  # who decides wants to see where students are gone
        roster = {**count_roster(cursor), "numbers": schools}
        context.report.changes = {"roster": roster} | asdict(result.changes)


def _why_partial(reading: "Reading") -> str | None:
    """Return why the file may leave students out, who are not missing then; None where it may not.

    The report says so. Only a roster feed says of anybody that they are missing.
    """
    if not reading.is_roster:
        return None
    findings = reading.context.findings
    if reading.is_fix_it:
        why = FIX_IT
    elif findings.by_code["FILE_TRUNCATED"]:
        why = BREAKS_OFF
    elif reading.ends:
        why = "the last line has no end, so the file may have been cut off there"
    else:
        return None
    findings.note(f"No students were marked as missing, because {why}.")
    return why


def check_file(sandbox: Sandbox, fetched: Fetched, *, context: ImportContext) -> None:
    """Read and validate the file without a database. Students are only compared within it."""
    reading = Reading(sandbox, fetched, context=context)
    finder = DuplicateFinder(
        reading.staged_fields, context.findings, is_of_tests=reading.is_of_tests
    )
    accepted = rejected = 0
    for judged in reading.judged():
        finder.add(judged.copy_text.decode(), judged.rejected)
        accepted += judged.accepted
        rejected += len(judged.rejected)
    reading.finish()
    _tell_of_tests(reading)
    duplicates, clashing = finder.finish()
    for end in reading.ends:
        if end.is_cut and end.row not in reading.rejected_rows:
            context.findings.add([last_row_cut(end.row)])
            clashing += 1
    context.report.counts = Counts(
        total=reading.records - finder.combined,
        rejected=rejected + clashing,
        duplicates=duplicates,
        combined=finder.combined,
        left_out=reading.left_out,
    )
    decide_outcome(context)
