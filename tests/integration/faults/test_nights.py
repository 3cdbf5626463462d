"""A planned night with a real SFTP server and database, and one fault each; then the night heals.

In each: nothing is stored by the run that failed, the reason is the right one, what can heal is
tried again and stores everything once, and what cannot is told at once.
"""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, BinaryIO

import psycopg
import pytest

from rollbook.core.events import ignore
from tests.doubles.feeds import add_feed
from tests.integration import servers
from tests.integration.cli.commands import student, write_csv
from tests.integration.records.conftest import Open, open_connection
from tests.integration.records.test_scheduling import NIGHT, due_at, end, record_ends, retried_at
from tests.integration.servers import Faults, asyncssh_server

__all__ = ["open_connection"]

STUDENTS = 3_000


@dataclass
class Night:
    """A feed whose planned run is due, and its server."""

    faults: Faults
    database: "psycopg.Connection[Any]"
    environ: dict[str, str] = field(default_factory=lambda: dict(os.environ))

    def run(self, job: int) -> str | None:
        """Carry the job out as a worker would; return its reason."""
        from rollbook.automation.imports import run_requested

        ran = run_requested(job, listener=ignore, environ=self.environ)
        assert ran is not None
        return ran.report.reason

    def students(self) -> int:
        row = self.database.execute("select count(*) from public.student_data_snapshots").fetchone()
        assert row is not None
        return int(row[0])

    def heals(self, job: int) -> None:
        """Try the job again, once its pause is over, and find everything stored once."""
        from rollbook.records.models import JobAttempt

        attempt = JobAttempt.objects.filter(job_id=job).order_by("-number")[0]
        assert attempt.retry_at is not None
        assert retried_at(attempt.retry_at) == [job]
        assert self.run(job) is None
        assert self.students() == STUDENTS
        ends = self.database.execute(
            "select count(*) from rollbook.job_events where kind = 'ended' and job_id = %s", [job]
        ).fetchone()
        assert ends == (1,)
        assert self.database.execute("select count(*) from rollbook.stored_files").fetchone() == (
            0,
        )


@pytest.fixture
def night(records: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Night]:
    home = tmp_path / "night"
    home.mkdir(mode=0o700)
    monkeypatch.setenv("ROLLBOOK_HOME", str(home))
    served = tmp_path / "served"
    served.mkdir()
    write_csv(served / "students.csv", *(student(number) for number in range(1, STUDENTS + 1)))
    os.utime(served / "students.csv", (1_700_000_000, 1_700_000_000))
    faults = Faults()
    with (
        asyncssh_server(served, faults=faults) as server,
        psycopg.connect(records, autocommit=True) as database,
    ):
        add_feed(server=server, folder="/", now=NIGHT - timedelta(hours=8))
        yield Night(faults, database)


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ({"cut_when_connected": True}, "connection_lost"),
        ({"cut_when_listed": True}, "connection_lost"),
        ({"cut_after": 40_000}, "connection_lost"),
        ({"rewrite_when_opened": True, "grow_by": 10}, "file_changed"),
    ],
    ids=["connecting", "listing", "downloading", "rewritten while it is read"],
)
def test_a_server_that_dies_is_asked_again_and_then_everything_is_there_once(
    night: Night, fault: dict[str, Any], reason: str
) -> None:
    for name, value in fault.items():
        setattr(night.faults, name, value)
    (job,) = due_at(NIGHT)
    assert night.run(job) == reason
    assert night.students() == 0
    assert record_ends() == [(job, 1, True)]
    for name in fault:
        setattr(night.faults, name, getattr(Faults(), name))
    if reason == "file_changed":
        return  # the file itself holds what was appended; that the run is tried again is enough
    night.heals(job)


def test_a_refused_password_is_reported_at_once_and_not_tried_again(night: Night) -> None:
    from rollbook.records.operations.feeds import change_feed

    change_feed("sis", settings={}, secret={"password": "old"}, environ=os.environ, actor="test")
    (job,) = due_at(NIGHT)
    assert night.run(job) == "bad_credentials"
    assert record_ends() == [(job, 1, False)]
    assert len(night.faults.seen) <= 2, "an account is locked by too many tries"


def full_disk() -> BinaryIO:
    """A file on a disk without room."""
    return Path("/dev/full").open("r+b", buffering=0)


def test_a_full_disk_is_reported_and_leaves_nothing_behind(
    night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rollbook.automation.job_context.scratch_file", lambda _: full_disk())
    (job,) = due_at(NIGHT)
    assert night.run(job) == "disk_full"
    assert night.students() == 0
    assert record_ends() == [(job, 1, False)]
    assert list(Path(night.environ["ROLLBOOK_HOME"]).iterdir()) == []


def test_a_disk_that_fills_while_the_file_is_read_is_reported_too(
    night: Night, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The file itself is fetched; what is put aside of its rejected rows no longer fits."""
    from rollbook.home import scratch_file

    rows = [student(number) for number in range(1, STUDENTS + 1)]
    rows[7] = f",{rows[7].split(',', 1)[1]}"
    write_csv(tmp_path / "served" / "students.csv", *rows)
    os.utime(tmp_path / "served" / "students.csv", (1_700_000_000, 1_700_000_000))
    # Of the file, of what it unpacks to, of its rejected rows.
    files = iter([scratch_file(tmp_path), scratch_file(tmp_path), full_disk()])
    monkeypatch.setattr("rollbook.automation.job_context.scratch_file", lambda _: next(files))
    (job,) = due_at(NIGHT)
    assert night.run(job) == "disk_full"
    assert night.students() == 0


def test_a_database_that_ends_every_session_in_the_middle_of_the_merge_loses_nothing(
    night: Night, records: str, open_connection: Open
) -> None:
    from django.db import close_old_connections

    from rollbook.core.errors import RollbookError
    from rollbook.records.operations import jobs

    (job,) = due_at(NIGHT)
    other = psycopg.connect(records)
    other.execute("lock table public.students in access exclusive mode")
    failed: list[str] = []

    def run() -> None:
        from django.db import connection

        try:
            failed.append(night.run(job) or "completed")
        except RollbookError as error:
            failed.append(error.reason)
        connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    waits = "select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
    while night.database.execute(waits).fetchone() == (0,):
        pass
    night.database.execute(
        "select pg_terminate_backend(pid) from pg_stat_activity"
        " where datname = current_database() and application_name like 'rollbook%'"
    )
    other.close()
    thread.join(60)
    assert failed == ["database_unavailable"]
    assert night.students() == 0
    close_old_connections()
    jobs.mark_interrupted(open_connection())
    assert record_ends() == [(job, 1, True)]
    night.heals(job)


def test_of_two_workers_that_race_for_one_job_one_gets_it_200_times(
    night: Night, open_connection: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rollbook.records.models import Feed
    from rollbook.records.operations import jobs

    monkeypatch.setattr(jobs, "LOCK_PATIENCE", 0.0)
    feed = Feed.objects.get(name="sis")
    racers = [open_connection(), open_connection()]
    for night_number in range(200):
        (job,) = due_at(NIGHT + timedelta(days=night_number))
        gate = threading.Barrier(2)
        got: list[bool] = []

        def race(connection: Any, job: int = job, gate: Any = gate, got: Any = got) -> None:
            gate.wait()
            try:
                got.append(jobs.claim_job(connection, job, feed.pk))
            except jobs.ImportRunning:
                got.append(False)

        threads = [threading.Thread(target=race, args=[racer]) for racer in racers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(got) == [False, True]
        end_claimed(night.database, job)
        for racer in racers:
            racer.execute("select pg_advisory_unlock_all()")


def end_claimed(database: "psycopg.Connection[Any]", job: int) -> None:
    database.execute(
        "update public.jobs set status = 'completed', completed_at = now(),"
        ' output_data = \'{"report": {"status": "completed", "reason": null}}\''
        " where id = %s",
        [job],
    )


@pytest.mark.parametrize("jump", [timedelta(days=-400), timedelta(days=400)])
def test_a_clock_that_jumps_begins_at_most_one_run(night: Night, jump: timedelta) -> None:
    from rollbook.records.models import Job

    assert due_at(NIGHT) == [1]
    end(1)
    queued = due_at(NIGHT + jump)
    assert len(queued) == (jump > timedelta(0))
    for number in queued:
        end(number)
    back = due_at(NIGHT + timedelta(days=1))
    assert len(back) == (jump < timedelta(0)), "a run that was begun in the future counts"
    assert Job.objects.count() == 2


def test_what_is_stored_says_so_even_when_every_run_before_it_failed(night: Night) -> None:
    """Four attempts, three of which fail each in another way."""
    ways: list[tuple[Callable[[], None], str | None]] = [
        (lambda: setattr(night.faults, "cut_when_connected", True), "connection_lost"),
        (lambda: setattr(night.faults, "cut_when_connected", False), None),
    ]
    (job,) = due_at(NIGHT)
    ways[0][0]()
    for attempt in (1, 2, 3):
        assert night.run(job) == "connection_lost"
        assert record_ends() == [(job, attempt, True)]
        assert retried_at(NIGHT + timedelta(hours=1)) == [job]
    ways[1][0]()
    assert night.run(job) is None
    assert night.students() == STUDENTS
    assert record_ends() == [(job, 4, False)]


def slow_sign_in(night: Night, _: pytest.MonkeyPatch) -> None:
    night.faults.sign_in_delay = 20


def slow_read(_: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    read = servers._Files.read

    def slowly(*arguments: Any) -> Any:
        time.sleep(5)
        return read(*arguments)

    monkeypatch.setattr(servers._Files, "read", slowly)


@pytest.mark.parametrize(
    ("phase", "slow"),
    [("connecting", slow_sign_in), ("downloading", slow_read)],
    ids=["connecting", "downloading"],
)
def test_a_run_that_is_killed_is_found_and_tried_again(
    night: Night,
    records: str,
    open_connection: Open,
    monkeypatch: pytest.MonkeyPatch,
    phase: str,
    slow: Callable[[Night, pytest.MonkeyPatch], None],
) -> None:
    """As a worker's child; validating and importing are killed in tests/integration/safety."""
    from rollbook.records.operations import jobs

    with monkeypatch.context() as while_slow:
        slow(night, while_slow)
        (job,) = due_at(NIGHT)
        child = subprocess.Popen(
            [sys.executable, "-m", "rollbook.automation.child", str(job)],
            stdin=subprocess.PIPE,
            env=night.environ | {"DATABASE_URL": records},
        )
        told = "select count(*) from rollbook.job_events where kind = 'phase' and message = %s"
        while night.database.execute(told, [phase]).fetchone() == (0,):
            assert child.poll() is None
            time.sleep(0.05)
        child.kill()
        child.communicate()
    night.faults.sign_in_delay = 0.0
    marked: list[int] = []
    while not marked:  # the server needs a moment to notice that the session is gone
        marked = jobs.mark_interrupted(open_connection())
    assert marked == [job]
    assert night.students() == 0
    assert record_ends() == [(job, 1, True)]
    night.heals(job)
