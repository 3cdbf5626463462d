"""While an import runs, its rows, students and first problems are seen; they match the end."""

import os
from collections import Counter
from collections.abc import Callable
from io import BytesIO

import psycopg

from rollbook.core.events import Event, Progress, RowsCounted, StudentsCounted
from rollbook.core.issues import Findings, SpooledIssues
from rollbook.core.report import Report
from tests.integration.cli.commands import HEADER, student
from tests.integration.worker.conftest import Worker, wait_for
from tests.integration.worker.test_worker import reason_of_other, request

SECRET = "Xylophone"

GOOD = [student(number) for number in range(1, 41)]
BAD = [",,Lovelace,Ada,3,98.00,2.00,North,3", student(41, absences=SECRET)]


def content(*rows: str) -> bytes:
    return "\n".join([HEADER, *rows, ""]).encode()


def test_counts_are_seen_before_the_end_and_match_it(
    start_worker: Callable[..., Worker], database: psycopg.Connection
) -> None:
    from rollbook.records.queries.jobs import job_by_number
    from rollbook.records.queries.progress import progress_of

    with database.transaction():
        database.execute("lock table public.students in share row exclusive mode")
        job = request(content(*GOOD, *BAD))
        start_worker()
        wait_for(lambda: reason_of_other(job) == "importing")
        wait_for(lambda: (found := progress_of(job)) is not None and found.found.rows is not None)
        found = progress_of(job)
        assert found is not None and found.found.rows is not None
    wait_for(lambda: job_by_number(job).outcome.is_over)
    report = job_by_number(job).report
    rows = found.found.rows
    assert (rows.rejected, rows.read) == (report.counts.rejected, report.counts.total) == (1, 42)
    assert found.found.problems == report.errors + report.warnings
    causes = Counter[str]()
    for each in found.found.causes:
        causes[each.example.code] += each.count
    assert causes == report.by_code
    assert SECRET not in str(found)


def test_every_part_of_the_merge_is_told_and_the_counts_are_those_of_the_report(
    records: str,
) -> None:
    from rollbook.automation.imports import run_requested

    told: list[Event] = []
    job = request(content(*GOOD, *BAD))
    ran = run_requested(job, listener=told.append, environ=os.environ)
    assert ran is not None
    counts = ran.report.counts
    [students] = [each for each in told if isinstance(each, StudentsCounted)]
    assert students == StudentsCounted(counts.inserted, counts.updated, counts.unchanged)
    rows = [each for each in told if isinstance(each, RowsCounted)][-1]
    assert (rows.rejected, rows.read) == (counts.rejected, counts.total)
    parts = [(each.done, each.total) for each in told
             if isinstance(each, Progress) and each.phase == "importing"]  # fmt: skip
    assert parts == [(number, 7) for number in range(7)]


def test_the_bar_of_a_step_that_begins_once_more_stays() -> None:
    from rollbook.automation.progress_reporter import Heartbeat
    from rollbook.core.events import Phase, PhaseStarted
    from rollbook.records.found_so_far import FoundSoFar

    heartbeat = Heartbeat(1, Report(), Findings(SpooledIssues(BytesIO())))

    def furthest(event: Event) -> float:
        heartbeat.listen(event)
        return FoundSoFar.from_object(heartbeat.found()).furthest

    assert furthest(Progress(Phase.ARRIVING, 4, 5)) == 0.8
    assert furthest(Progress(Phase.ARRIVING, 1, 5)) == 0.8
    assert furthest(Progress(Phase.ARRIVING, 9, 5)) == 1.0
    assert furthest(PhaseStarted(Phase.DOWNLOADING)) == 0.0
    assert furthest(Progress(Phase.DOWNLOADING, 7, None)) == 0.0
