"""The index of imports says what the rows in `jobs` say, however they came to be as they are."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from tests.integration.cli.commands import CommandLine, student, write_csv

IN_THE_NEIGHBORS_TABLE = (
    "drop trigger rollbook_indexes_new on public.jobs;"
    " drop trigger rollbook_indexes_changed on public.jobs;"
    " drop trigger rollbook_forgets_deleted on public.jobs"
)
"""No trigger of ours is on a table of another application: what we write is noted by us."""

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def index(url: str) -> list[Any]:
    with psycopg.connect(url) as connection:
        return connection.execute("select i from rollbook.import_index i order by 1").fetchall()


def made_again(url: str) -> list[Any]:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("select rollbook.index_all_imports()")
    return index(url)


def test_whatever_rollbook_does_with_an_import_is_noted_with_it(
    rollbook: CommandLine, records: str, tmp_path: Path
) -> None:
    with psycopg.connect(records) as connection:
        connection.execute(IN_THE_NEIGHBORS_TABLE)
    many = write_csv(tmp_path / "many.csv", *map(student, range(1, 101)))
    without = [f",{row.split(',', 1)[1]}" for row in map(student, range(1, 6))]
    few = write_csv(tmp_path / "few.csv", *without, *map(student, range(6, 21)))
    for words, code in (
        (("import", many), 0),
        (("import", many), 6),
        (("import", few, "--dry-run"), 7),
        (("import", few), 7),
        (("jobs", "discard", "4", "--reason", "too few"), 0),
        (("import", few), 7),
        (("jobs", "approve", "5", "--reason", "they left"), 0),
        (("import", tmp_path / "none.csv"), 4),
    ):
        assert rollbook(*words).code == code, words
        noted = index(records)
        assert noted == made_again(records), words
    outcomes = [json.dumps(row, default=str) for row in index(records)]
    for number, outcome in (
        (1, "succeeded"),
        (2, "no_new_file"),
        (4, "stopped"),
        (5, "with_warnings"),
    ):
        assert f"{outcome}" in outcomes[number - 1]


def test_so_is_what_a_worker_queues_begins_retries_and_gives_up(records: str) -> None:
    from django.db import connection

    from rollbook.core.report import Report
    from rollbook.core.sources.errors import ConnectTimeout
    from rollbook.records.database import connect
    from rollbook.records.models import Feed, JobAttempt, JobInput
    from rollbook.records.operations import jobs, queueing, scheduling

    with psycopg.connect(records) as own:
        own.execute(IN_THE_NEIGHBORS_TABLE)
    feed = Feed.objects.create(name="sis", host="sftp.example.org", username="x", pattern="*")

    def is_right() -> None:
        assert index(records) == made_again(records)

    with connect(autocommit=True) as visible:
        with connection.cursor() as cursor:
            asked = JobInput.for_feed(feed, started_by="schedule")
            job = queueing.create_job(cursor, asked, max_attempts=4)
        is_right()
        assert jobs.claim_job(visible, job, feed.pk)
        is_right()
        report = Report()
        report.fail(ConnectTimeout(host="sftp.example.org", port=22, seconds=5))
        with visible.cursor() as end:
            assert jobs.end_job(end, job, report=report, settings="", started_by="schedule")
        is_right()
    assert scheduling.ended_jobs() == [job]
    assert scheduling.record_end(job, random=0.5) is not None
    is_right()
    assert scheduling.ended_jobs() == []
    promised = JobAttempt.objects.get()
    assert promised.retry_at is not None
    with connect(autocommit=True) as visible:
        visible.execute("select pg_advisory_unlock_all()")
    assert scheduling.retry(promised.pk, promised.retry_at) == job
    is_right()
    queueing.request_cancel(job, actor="ada")
    is_right()


def test_what_others_do_to_a_row_of_ours_is_seen(
    rollbook: CommandLine, records: str, tmp_path: Path
) -> None:
    from rollbook.records.queries.standings import feed_standings

    def last_job() -> int | None:
        return next(e.standing.job for e in feed_standings(NOW) if e.feed.name == "files")

    for number in (1, 2):
        rollbook.json("import", write_csv(tmp_path / f"{number}.csv", student(number), student(3)))
    assert last_job() == 2
    with psycopg.connect(records, autocommit=True) as connection:
        connection.execute(IN_THE_NEIGHBORS_TABLE)
        connection.execute("insert into public.jobs (job_type, status, input_data, output_data,"
            " completed_at) select job_type, status, input_data, output_data, now() at time zone"
            " 'utc' from public.jobs where id = 2")  # fmt: skip
        assert last_job() == 2  # a copy is no import
        connection.execute("update public.student_data_snapshots set import_job_id = null")
        connection.execute("delete from public.jobs where id = 2")
    assert last_job() == 1  # and what is deleted counts no longer
    listed: Any = rollbook.json("jobs", "list")
    assert [each["job"] for each in listed] == [1]
    assert made_again(records) == index(records)


def test_an_index_that_was_never_kept_is_made_by_the_migration_and_the_clean_up(
    rollbook: CommandLine, records: str, tmp_path: Path
) -> None:
    from rollbook.records.operations.retention import clean_up

    rollbook.json("import", write_csv(tmp_path / "a.csv", student(1)))
    kept = index(records)
    with psycopg.connect(records, autocommit=True) as connection:
        connection.execute("delete from rollbook.import_index")
        connection.execute("update public.jobs set created_at = created_at - interval '3 days'")
        connection.execute("delete from rollbook.import_index")
    assert rollbook("jobs", "list").code == 0
    assert made_again(records) != []
    with psycopg.connect(records, autocommit=True) as connection:
        connection.execute("delete from rollbook.import_index where true")
        connection.execute("select rollbook.index_imports(array[1])")
    assert len(index(records)) == len(kept) == 1
    assert clean_up(datetime.now(UTC)) is not None
    assert len(index(records)) == 1


def test_the_table_of_another_application_gets_no_trigger(
    fresh_database: str, tmp_path: Path
) -> None:
    with psycopg.connect(fresh_database) as connection:
        connection.execute("create table documents (id serial primary key)")
    home = tmp_path / "own"
    home.mkdir(mode=0o700)
    command = CommandLine(home, {"DATABASE_URL": fresh_database})
    assert command("migrate").code == 0
    command.json("import", write_csv(tmp_path / "a.csv", student(1)))
    with psycopg.connect(fresh_database) as connection:
        named = connection.execute(
            "select tgname from pg_trigger where tgrelid = 'public.jobs'::regclass"
            " and not tgisinternal"
        ).fetchall()
    assert named == []
    assert len(index(fresh_database)) == 1
    assert made_again(fresh_database) == index(fresh_database)
