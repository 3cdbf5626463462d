"""What waits is carried out once, seen by others, stopped when asked, and never lost."""

import io
import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from tests.doubles.feeds import add_feed
from tests.integration.cli.commands import HEADER, CommandLine, student
from tests.integration.servers import openssh_server
from tests.integration.worker.conftest import Worker, is_alive, reason_of, wait_for

Start = Callable[..., Worker]
Database = psycopg.Connection

WRONG_LIMIT = {"ROLLBOOK_LARGEST_FILE_MB": "2 GB"}
ROWS = "\n".join([HEADER, *(student(number) for number in range(1, 40)), ""]).encode()


def request(content: bytes = ROWS, feed: str = "files", **options: object) -> int:
    from rollbook.records.operations.queueing import Upload, request_import
    from rollbook.records.queries.feeds import feed_by_name

    upload = Upload("students.csv", io.BytesIO(content), len(content))
    return request_import(
        feed_by_name(feed),
        started_by="test",
        upload=upload,
        **options,  # type: ignore[arg-type]
    )


def test_an_uploaded_file_reaches_a_worker_with_another_home(
    start_worker: Start, database: Database, rollbook: CommandLine, tmp_path: Path
) -> None:
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    start_worker(command=replace(rollbook, home=tmp_path / "elsewhere"))
    job = request()
    wait_for(lambda: reason_of(database, job)[0] == "completed")
    assert database.execute("select count(*) from public.students").fetchone() == (39,)
    assert database.execute("select count(*) from rollbook.stored_files").fetchone() == (0,)


def test_a_limit_of_files_that_is_no_number_is_how_an_upload_ends(database: Database) -> None:
    from rollbook.automation.imports import run_requested
    from rollbook.core.events import ignore

    job = request()
    ran = run_requested(job, listener=ignore, environ=os.environ | WRONG_LIMIT)
    assert reason_of(database, job) == ("failed", "unsafe_setting")
    assert ran is not None
    assert "ROLLBOOK_LARGEST_FILE_MB is a whole number" in str(ran.report.message)
    assert database.execute("select count(*) from rollbook.stored_files").fetchone() == (1,)


def test_a_worker_with_such_a_limit_does_not_begin(rollbook: CommandLine) -> None:
    done = replace(rollbook, environ=dict(rollbook.environ) | WRONG_LIMIT)("worker")
    assert done.code == 2
    assert "ROLLBOOK_LARGEST_FILE_MB is a whole number" in done.err


def test_a_job_that_nobody_takes_up_is_told_after_ten_minutes(
    rollbook: CommandLine, database: Database
) -> None:
    job = request()
    assert rollbook.json("health", code=None)["waiting"] == []
    database.execute("update public.jobs set created_at = created_at - interval '11 minutes'")
    assert rollbook.json("health", code=1)["waiting"] == [job]
    assert f"Import {job} has waited for over ten minutes" in rollbook("health").out


def test_of_twenty_requests_at_once_one_becomes_a_job(database: Database) -> None:
    from django.db import connection

    from rollbook.records.operations.jobs import ImportRunning

    def ask(_: int) -> int | None:
        try:
            return request()
        except ImportRunning:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        jobs = [job for job in pool.map(ask, range(20)) if job is not None]
    assert len(jobs) == 1
    assert database.execute("select count(*) from public.jobs").fetchone() == (1,)
    assert database.execute("select count(*) from rollbook.procrastinate_jobs").fetchone() == (1,)


def test_the_queue_holds_numbers_only(database: Database) -> None:
    job = request()
    rows = database.execute("select args, lock from rollbook.procrastinate_jobs").fetchall()
    assert rows == [({"job": job}, None)]


def test_two_feeds_are_imported_side_by_side(start_worker: Start, database: Database) -> None:
    add_feed("other", host="127.0.0.1")
    with database.transaction():
        database.execute("lock table public.students in share row exclusive mode")
        jobs = [request(), request(feed="other")]
        start_worker("--concurrency", "2")
        wait_for(lambda: [reason_of_other(job) for job in jobs] == ["importing", "importing"])
    wait_for(lambda: {reason_of(database, job)[0] for job in jobs} == {"completed"})


def reason_of_other(job: int) -> str:
    """The phase of a job, seen from a connection of its own."""
    from rollbook.records.queries.progress import progress_of

    found = progress_of(job)
    return found.phase if found else ""


@contextmanager
def blocked_merge(url: str) -> Iterator[tuple[int, Database]]:
    """Give a job whose merge waits behind another program, and that program's connection."""
    with psycopg.connect(url) as other:
        other.execute("lock table public.students in share row exclusive mode")
        job = request()
        wait_for(lambda: reason_of_other(job) == "importing")
        yield job, other


def test_progress_is_seen_outside_the_import(start_worker: Start, database: Database) -> None:
    from rollbook.records.queries.jobs import job_events
    from rollbook.records.queries.progress import progress_of

    with database.transaction():
        database.execute("lock table public.students in share row exclusive mode")
        job = request()
        start_worker()
        wait_for(lambda: reason_of_other(job) == "importing")
        found = progress_of(job)
        assert found is not None
        assert set(found.seconds) >= {"connecting", "downloading", "parsing", "validating"}
        assert [event.message for event in job_events(job) if event.kind == "phase"][-1] == (
            "importing"
        )
        first = found.heartbeat_at
        wait_for(lambda: progress_of(job).heartbeat_at > first)  # type: ignore[union-attr]
    wait_for(lambda: reason_of(database, job)[0] == "completed")


def test_a_waiting_job_is_cancelled_at_once(database: Database, start_worker: Start) -> None:
    from rollbook.records.operations.queueing import request_cancel

    job = request()
    request_cancel(job, actor="test")
    assert reason_of(database, job) == ("failed", "cancelled")
    start_worker()
    second = request()
    wait_for(lambda: reason_of(database, second)[0] == "completed")
    assert reason_of(database, job) == ("failed", "cancelled")


def cancelled_soon(database: Database, job: int) -> None:
    from rollbook.records.operations.queueing import request_cancel

    request_cancel(job, actor="test")
    # Two seconds where the machine is idle. What the import waits for here would never end.
    wait_for(lambda: reason_of(database, job)[0] != "running", seconds=30)
    assert reason_of(database, job) == ("failed", "cancelled")
    assert database.execute("select count(*) from public.students").fetchone() == (0,)


def test_a_blocked_merge_is_cancelled_soon(
    start_worker: Start, database: Database, records: str
) -> None:
    start_worker()
    with blocked_merge(records) as (job, _):
        cancelled_soon(database, job)


def test_a_long_reading_is_cancelled_soon(start_worker: Start, database: Database) -> None:
    from rollbook.records.queries.progress import progress_of

    start_worker()
    many = "\n".join([HEADER, *(student(number) for number in range(1, 400_000)), ""])
    job = request(many.encode())
    wait_for(
        lambda: (
            (found := progress_of(job)) is not None
            and found.done > 0
            and found.phase == "validating"
        )
    )
    cancelled_soon(database, job)


def test_a_server_that_never_answers_is_cancelled_soon(
    start_worker: Start, database: Database
) -> None:
    from rollbook.records.operations.queueing import request_import
    from rollbook.records.queries.feeds import feed_by_name

    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        add_feed("silent", host="127.0.0.1", port=silent.getsockname()[1], host_key=HOST_KEY)
        start_worker()
        job = request_import(feed_by_name("silent"), started_by="test")
        wait_for(lambda: reason_of_other(job) == "connecting")
        cancelled_soon(database, job)


HOST_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl"


def test_a_worker_that_is_killed_leaves_an_interrupted_job_and_a_free_feed(
    start_worker: Start, database: Database, records: str
) -> None:
    worker = start_worker()
    with blocked_merge(records) as (job, _):
        (child,) = worker.children()
        worker.end(signal.SIGKILL)
        wait_for(lambda: not is_alive(child))
    start_worker()
    wait_for(lambda: reason_of(database, job) == ("failed", "interrupted"))
    assert phase_of(database, job) == "importing"
    second = request()
    wait_for(lambda: reason_of(database, second)[0] == "completed")


def test_a_job_that_is_frozen_is_found_by_its_heartbeat(
    start_worker: Start, database: Database, records: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rollbook.automation import tick as module

    worker = start_worker()
    with blocked_merge(records) as (job, _):
        (child,) = worker.children()
        os.kill(child, signal.SIGSTOP)
        try:
            monkeypatch.setattr(module, "FROZEN_AFTER", 1.0)
            time.sleep(1.5)
            wait_for(
                lambda: (
                    module.plan(module.Steps(), os.environ)
                    or reason_of(database, job)[1] == "interrupted"
                )
            )
        finally:
            os.kill(child, signal.SIGKILL)
    assert database.execute("select count(*) from public.students").fetchone() == (0,)


def test_a_worker_that_is_stopped_lets_a_running_import_finish(
    start_worker: Start, database: Database, records: str
) -> None:
    worker = start_worker()
    with blocked_merge(records) as (job, _):
        worker.process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
    assert worker.process.wait(timeout=40) == 0
    assert reason_of(database, job) == ("completed", None)


def test_an_import_that_does_not_finish_in_time_is_rolled_back(
    start_worker: Start, database: Database, records: str
) -> None:
    worker = start_worker("--grace", "0.5")
    with blocked_merge(records) as (job, _):
        assert worker.end() == 0
    assert reason_of(database, job) == ("failed", "interrupted")
    assert phase_of(database, job) == "importing"
    assert database.execute("select count(*) from public.students").fetchone() == (0,)


def test_an_import_whose_process_must_be_killed_at_the_end_is_not_left_running(
    start_worker: Start, database: Database, records: str
) -> None:
    worker = start_worker("--grace", "0")
    with blocked_merge(records) as (job, _):
        (child,) = worker.children()
        os.kill(child, signal.SIGSTOP)
        assert worker.end() == 0
        assert reason_of(database, job) == ("failed", "interrupted")
    assert phase_of(database, job) == "importing"


def phase_of(database: Database, job: int) -> str | None:
    row = database.execute(
        "select output_data->'report'->>'phase' from public.jobs where id = %s", [job]
    ).fetchone()
    assert row is not None
    phase: str | None = row[0]
    return phase


def test_a_waiting_job_that_the_queue_has_lost_is_queued_again(
    start_worker: Start, database: Database
) -> None:
    job = request()
    database.execute("delete from rollbook.procrastinate_jobs")
    start_worker()
    wait_for(lambda: reason_of(database, job)[0] == "completed")


def test_a_feed_is_fetched_over_sftp_by_a_worker(
    start_worker: Start, database: Database, tmp_path: Path
) -> None:
    from rollbook.records.operations.queueing import request_import

    served = tmp_path / "served"
    served.mkdir()
    (served / "students.csv").write_bytes(ROWS)
    with openssh_server(served) as server:
        feed = add_feed(server=server, folder=str(served))
        start_worker()
        job = request_import(feed, started_by="test")
        wait_for(lambda: reason_of(database, job)[0] not in ("pending", "running"))
    assert reason_of(database, job) == ("completed", None)
