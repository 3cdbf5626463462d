"""Jobs: one at a time for a feed, found when their process died, ended with what they stored."""

import json
import threading
import time
from typing import Any

import psycopg
import pytest

from rollbook.core.issues import Issue, IssueBatch, Severity
from rollbook.core.report import Report, correctable
from tests.integration.records.conftest import Open


@pytest.fixture
def feed(records: str) -> Any:
    from rollbook.records.queries.feeds import feed_by_name

    return feed_by_name("files")


def start(connection: psycopg.Connection, feed: Any) -> int:
    from rollbook.records.models import JobInput
    from rollbook.records.operations import jobs

    return jobs.start_job(connection, feed, JobInput.for_feed(feed, started_by="a test"))


def status(connection: psycopg.Connection, job: int) -> tuple[str, str | None]:
    found = connection.execute(
        "select status::text, output_data->'report'->>'reason' from public.jobs where id = %s",
        [job],
    ).fetchone()
    assert found is not None
    return found


def test_of_two_imports_of_a_feed_at_the_same_moment_one_runs(
    open_connection: Open, feed: Any
) -> None:
    from rollbook.records.operations.jobs import ImportRunning

    gate = threading.Barrier(2)
    came_of_it: list[object] = []

    def race(connection: psycopg.Connection) -> None:
        gate.wait()
        try:
            came_of_it.append(start(connection, feed))
        except ImportRunning as error:
            came_of_it.append(error)

    racers = [threading.Thread(target=race, args=[open_connection()]) for _ in range(2)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    (job,) = [each for each in came_of_it if isinstance(each, int)]
    (refused,) = [each for each in came_of_it if isinstance(each, ImportRunning)]
    assert refused.exit_code == 5
    assert refused.details["job"] == job
    assert f"job {job}" in str(refused)


def test_another_feed_may_run_at_the_same_time(open_connection: Open, feed: Any) -> None:
    from rollbook.records.models import Feed

    other = Feed.objects.create(name="other", host="sftp.example.org", username="u", pattern="*")
    assert start(open_connection(), feed) != start(open_connection(), other)


def test_a_job_whose_process_has_died_is_marked_and_a_living_one_is_not(
    open_connection: Open, feed: Any
) -> None:
    from rollbook.records.operations import jobs

    process, onlooker = open_connection(), open_connection()
    job = start(process, feed)
    assert jobs.mark_interrupted(onlooker) == []
    assert status(onlooker, job) == ("running", None)
    process.close()
    wait_until_free(onlooker, feed.pk)
    assert jobs.mark_interrupted(onlooker) == [job]
    assert status(onlooker, job) == ("failed", "interrupted")
    assert ends(onlooker, job) == [("import.failed", "a test", "interrupted")]


def test_the_import_that_finds_a_dead_one_before_it_leaves_the_audit_event_of_that_end(
    open_connection: Open, feed: Any
) -> None:
    process, onlooker = open_connection(), open_connection()
    job = start(process, feed)
    process.close()
    wait_until_free(onlooker, feed.pk)
    start(onlooker, feed)
    assert ends(onlooker, job) == [("import.failed", "a test", "interrupted")]


def test_a_job_that_was_stopped_from_outside_leaves_the_audit_event_of_its_end_once(
    open_connection: Open, feed: Any
) -> None:
    from rollbook.records.operations import jobs

    connection = open_connection()
    job = start(connection, feed)
    for _ in range(2):
        jobs.end_cancelled(connection.cursor(), job)
    assert status(connection, job) == ("failed", "cancelled")
    assert ends(connection, job) == [("import.failed", "a test", "cancelled")]


@pytest.mark.parametrize("how", ["interrupted", "cancelled"])
def test_an_end_whose_audit_event_cannot_be_written_is_not_written_either(
    open_connection: Open, feed: Any, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    from rollbook.records.operations import jobs

    process, onlooker = open_connection(), open_connection()
    job = start(process, feed)
    process.close()
    wait_until_free(onlooker, feed.pk)
    monkeypatch.setattr(jobs, "origin", lambda: "x" * 201)  # longer than the column
    with pytest.raises(psycopg.Error), onlooker.transaction():
        if how == "interrupted":
            jobs.mark_interrupted(onlooker)
        else:
            jobs.end_cancelled(onlooker.cursor(), job)
    assert status(onlooker, job) == ("running", None)


def test_who_only_looks_for_a_moment_does_not_keep_an_import_from_starting(
    open_connection: Open, feed: Any
) -> None:
    from rollbook.records.locks import FEED_RUNNING

    looking = open_connection()
    looking.execute("select pg_advisory_lock(%s, %s)", [FEED_RUNNING, feed.pk])
    soon = threading.Timer(0.2, looking.close)
    soon.start()
    assert start(open_connection(), feed) == 1
    soon.join()


def test_a_lock_without_a_job_is_refused_with_a_sentence_that_makes_sense(
    open_connection: Open, feed: Any
) -> None:
    from rollbook.records.locks import FEED_RUNNING
    from rollbook.records.operations.jobs import ImportRunning

    open_connection().execute("select pg_advisory_lock(%s, %s)", [FEED_RUNNING, feed.pk])
    with pytest.raises(ImportRunning) as refused:
        start(open_connection(), feed)
    assert "None" not in str(refused.value)


def test_a_neighbors_jobs_are_left_alone_whatever_their_data_says(
    open_connection: Open, feed: Any
) -> None:
    from rollbook.records.operations import jobs

    connection = open_connection()
    (theirs,) = connection.execute(
        "insert into public.jobs (job_type, status, input_data) values ('theirs', 'running', %s)"
        " returning id",
        [json.dumps({"feed_id": "not a number"})],
    ).fetchone()  # type: ignore[misc]
    start(connection, feed)
    jobs.mark_interrupted(open_connection())
    assert status(connection, theirs) == ("running", None)


def test_a_completed_job_and_its_audit_stand_or_fall_with_the_merge(
    open_connection: Open, feed: Any, records: str
) -> None:
    from rollbook.records.operations import jobs

    onlooker = open_connection()
    job = start(onlooker, feed)
    report = Report(status="completed", stored=True)
    with psycopg.connect(records) as merging:
        jobs.end_job(merging.cursor(), job, report=report, settings="s", started_by="a test")
        merging.rollback()
    assert status(onlooker, job) == ("running", None)
    assert actions(onlooker) == ["import.started"]
    with psycopg.connect(records) as merging:
        jobs.end_job(merging.cursor(), job, report=report, settings="s", started_by="a test")
    assert status(onlooker, job) == ("completed", None)
    assert actions(onlooker) == ["import.started", "import.completed"]


def test_a_held_job_is_pending_in_the_shared_table(open_connection: Open, feed: Any) -> None:
    from rollbook.records.operations import jobs

    connection = open_connection()
    job = start(connection, feed)
    report = Report(status="held", reason="held")
    jobs.end_job(connection.cursor(), job, report=report, settings="s", started_by="a test")
    assert status(connection, job) == ("pending", "held")


def test_only_what_was_stored_counts_as_the_last_import(open_connection: Open, feed: Any) -> None:
    from rollbook.records.operations import jobs
    from rollbook.records.queries.jobs import LastImport, last_import

    connection = open_connection()
    stored = Report(status="completed", stored=True, file={"sha256": "abc"})
    dry = Report(status="completed", dry_run=True, file={"sha256": "def"})
    failed = Report(status="failed", file={"sha256": "ghi"})
    for report in (stored, dry, failed):
        job = start(connection, feed)
        jobs.end_job(connection.cursor(), job, report=report, settings="s", started_by="a test")
    assert last_import(feed) == LastImport(1, "abc", "s")


def test_issues_come_in_the_order_of_the_file_those_of_the_whole_file_first(
    open_connection: Open, feed: Any
) -> None:
    from rollbook.records.operations import findings
    from rollbook.records.queries.issues import issue_groups, issues_of

    connection = open_connection()
    job = start(connection, feed)
    table = findings.IssueTable(connection, job)
    table.add(
        IssueBatch.of(
            Issue(code, Severity.ERROR, "What to do.", row=row, value="a\0b\udc92")
            for code, row in (("B", 7), ("A", 3), ("B", 3), ("WHOLE", None))
        )
    )
    table.flush()
    found = issues_of(job, limit=None)
    assert [(issue.row, issue.code) for issue in found] == [
        (None, "WHOLE"),
        (3, "A"),
        (3, "B"),
        (7, "B"),
    ]
    assert found[0].value == "a\\x00b\\x92"
    assert [issue.code for issue in issues_of(job, limit=2)] == ["WHOLE", "A"]
    groups = issue_groups(job)
    assert [(group.example.code, group.count) for group in groups] == [
        ("B", 2),
        ("A", 1),
        ("WHOLE", 1),
    ]


def test_rejected_rows_come_back_as_the_file_wrote_them(open_connection: Open, feed: Any) -> None:
    from rollbook.records.operations import findings
    from rollbook.records.queries.issues import rejected_rows

    connection = open_connection()
    job = start(connection, feed)
    rows = [(9, ["ß", 'a"b\\', ""]), (4, ["\0", "x\ty"])]
    kept = [(row, correctable(cells, ["student_id"])) for row, cells in rows]
    findings.save_rows(connection, job, kept)
    assert list(rejected_rows(job)) == [(4, ["\\x00", "x\ty"]), (9, ["ß", 'a"b\\', ""])]


def ends(connection: psycopg.Connection, job: int) -> list[tuple[str, str, str]]:
    """What the audit says of the job's end: action, actor, reason."""
    return connection.execute(
        "select action, actor, after->>'reason' from rollbook.audit_events"
        " where subject = %s and action <> 'import.started' order by id",
        [f"job {job}"],
    ).fetchall()


def actions(connection: psycopg.Connection) -> list[str]:
    found = connection.execute("select action from rollbook.audit_events order by id")
    return [action for (action,) in found]


def wait_until_free(connection: psycopg.Connection, feed_id: int) -> None:
    """The server notices the end of a connection an instant later."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        held = connection.execute(
            "select 1 from pg_locks where locktype = 'advisory' and objid = %s", [feed_id]
        ).fetchone()
        if held is None:
            return
        time.sleep(0.01)
    raise AssertionError("the lock of a closed connection stays")
