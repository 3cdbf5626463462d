"""Files that are still being written when the night comes: waited for, retried, held; never short.

With a real SFTP server and database, and runs as a worker's child. The waits are either over at
once or longer than any test: nothing here depends on how fast the machine is.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import openpyxl
import psycopg
import pytest

from rollbook.core.events import ignore
from tests.doubles.feeds import add_feed
from tests.integration.cli.commands import student, write_csv
from tests.integration.servers import Faults, RunningServer, asyncssh_server

AN_HOUR = 3_600


@pytest.fixture
def served(tmp_path: Path) -> Path:
    folder = tmp_path / "served"
    folder.mkdir()
    write_csv(folder / "students.csv", *(student(number) for number in range(1, 101)))
    return folder


@pytest.fixture
def faults() -> Faults:
    return Faults()


@pytest.fixture
def sftp(served: Path, faults: Faults) -> Iterator[RunningServer]:
    with asyncssh_server(served, faults=faults) as running:
        yield running


@pytest.fixture
def feed(records: str, sftp: RunningServer, tmp_path: Path, monkeypatch: Any) -> Any:
    home = tmp_path / "night"
    home.mkdir(mode=0o700)
    monkeypatch.setenv("ROLLBOOK_HOME", str(home))
    return add_feed(server=sftp, folder="/")


@contextmanager
def child(job: int, records: str) -> Iterator["subprocess.Popen[bytes]"]:
    process = subprocess.Popen(
        [sys.executable, "-m", "rollbook.automation.child", str(job)],
        stdin=subprocess.PIPE,
        env=os.environ | {"DATABASE_URL": records},
    )
    try:
        yield process
        process.wait(60)
    finally:
        process.kill()
        process.communicate()


def wait_until(holds: Callable[[], bool], process: "subprocess.Popen[bytes]") -> None:
    while not holds():
        assert process.poll() is None
        time.sleep(0.05)


def is_arriving(job: int) -> bool:
    from rollbook.records.queries.progress import progress_of

    return (found := progress_of(job)) is not None and found.phase == "arriving"


def wait_for_ever(feed: Any) -> None:
    from rollbook.records.operations.feeds import change_feed

    settings = {"unchanged_for": AN_HOUR}
    change_feed(feed.name, settings=settings, secret=None, environ=os.environ, actor="test")


def test_a_person_may_skip_the_wait(feed: Any, records: str) -> None:
    from rollbook.records.operations import queueing
    from rollbook.records.queries.jobs import job_by_number

    wait_for_ever(feed)
    job = queueing.request_import(feed, started_by="test")
    with child(job, records) as process:
        wait_until(lambda: is_arriving(job), process)
        queueing.skip_wait(job, actor="ada@example.org")
    report = job_by_number(job).report
    assert (report.status, report.counts.inserted) == ("completed", 100)
    with psycopg.connect(records) as database:
        audited = "select actor from rollbook.audit_events where action = 'import.wait_skipped'"
        assert database.execute(audited).fetchall() == [("ada@example.org",)]


def test_a_run_that_waits_for_its_file_can_be_stopped(feed: Any, records: str) -> None:
    from rollbook.records.operations import queueing
    from rollbook.records.queries.jobs import job_by_number

    wait_for_ever(feed)
    job = queueing.request_import(feed, started_by="test")
    with child(job, records) as process:
        wait_until(lambda: is_arriving(job), process)
        queueing.request_cancel(job, actor="test")
    report = job_by_number(job).report
    assert (report.reason, report.phase, report.stored) == ("cancelled", "arriving", False)


def test_a_wait_can_only_be_skipped_while_there_is_one(feed: Any) -> None:
    from rollbook.core.errors import UsageError
    from rollbook.records.operations import queueing

    job = queueing.request_import(feed, started_by="test")
    with pytest.raises(UsageError, match="doesn't wait"):
        queueing.skip_wait(job, actor="test")


class Runs:
    """Runs of one planned job, attempt by attempt, as a worker has them."""

    def __init__(self, feed: Any, *, attempts: int = 4) -> None:
        from django.db import connection

        from rollbook.records.models import JobInput
        from rollbook.records.operations import queueing

        with connection.cursor() as cursor:
            asked = JobInput.for_feed(feed, started_by="schedule")
            self.job = queueing.create_job(cursor, asked, max_attempts=attempts)

    def run(self, *, when_fetched: Callable[[], None] = lambda: None) -> Any:
        """One attempt; return its report. `when_fetched` runs when the file is here."""
        from rollbook.automation.imports import run_requested

        result = run_requested(
            self.job, listener=ignore, environ=os.environ, take_turn=lambda _: when_fetched()
        )
        assert result is not None
        return result.report

    def again(self) -> None:
        from rollbook.records.models import Job

        row = Job.objects.get(pk=self.job)
        row.wait_again()
        row.save()


def students(records: str) -> int:
    with psycopg.connect(records) as database:
        row = database.execute("select count(*) from public.student_data_snapshots").fetchone()
    assert row is not None
    return int(row[0])


def missing(records: str) -> int:
    with psycopg.connect(records) as database:
        row = database.execute(
            "select count(*) from rollbook.presence where missing_since is not null"
        ).fetchone()
    assert row is not None
    return int(row[0])


def test_a_file_that_breaks_off_is_tried_again_and_at_last_held(
    feed: Any, served: Path, records: str
) -> None:
    from rollbook.automation.imports import run_here
    from rollbook.records.operations.decisions import approve_import

    whole = (served / "students.csv").read_bytes()
    (served / "students.csv").write_bytes(whole[:-30])
    runs = Runs(feed)
    for _ in range(3):
        report = runs.run()
        assert (report.reason, report.is_transient) == ("file_still_growing", True)
        assert students(records) == 0
        runs.again()
    report = runs.run()
    assert (report.status, report.counts.inserted, students(records)) == ("held", 99, 0)
    approve_import(runs.job, actor="test", reason="that's all there is", is_queued=False)
    run_here(runs.job, listener=ignore, environ=os.environ)
    assert students(records) == 99


def test_a_file_that_broke_off_and_was_finished_meanwhile_is_imported_by_the_next_attempt(
    feed: Any, served: Path, records: str
) -> None:
    whole = (served / "students.csv").read_bytes()
    (served / "students.csv").write_bytes(whole[:-2])  # in no other row is the last cell empty
    runs = Runs(feed)
    assert runs.run().reason == "file_still_growing"
    (served / "students.csv").write_bytes(whole)
    runs.again()
    assert runs.run().status == "completed"
    assert students(records) == 100


def test_a_person_who_fetches_a_file_that_breaks_off_is_asked_at_once(
    feed: Any, served: Path, records: str
) -> None:
    (served / "students.csv").write_bytes((served / "students.csv").read_bytes()[:-30])
    assert Runs(feed, attempts=1).run().status == "held"
    assert students(records) == 0


def test_a_half_workbook_is_tried_again_before_it_is_refused(feed: Any, served: Path) -> None:
    book = openpyxl.Workbook()
    book.create_sheet("students")
    book.save(served / "students.csv")
    content = (served / "students.csv").read_bytes()
    (served / "students.csv").write_bytes(content[: len(content) // 2])
    runs = Runs(feed, attempts=2)
    report = runs.run()
    assert (report.reason, report.is_transient) == ("file_still_growing", True)
    runs.again()
    report = runs.run()
    assert (report.reason, report.is_transient) == ("file_damaged", False)


def test_the_header_alone_of_a_file_that_had_students_is_tried_again(
    feed: Any, served: Path, records: str
) -> None:
    assert Runs(feed).run().status == "completed"
    header = (served / "students.csv").read_bytes().partition(b"\n")[0]
    for part in (header + b"\n", header[:15]):
        (served / "students.csv").write_bytes(part)
        report = Runs(feed).run()
        assert (report.reason, report.is_transient) == ("file_still_growing", True)
    assert missing(records) == 0


def test_an_empty_file_on_a_server_is_tried_again(feed: Any, served: Path) -> None:
    (served / "students.csv").write_bytes(b"")
    report = Runs(feed).run()
    assert (report.reason, report.is_transient) == ("file_empty", True)


def test_a_file_far_smaller_than_the_last_one_is_held(
    feed: Any, served: Path, records: str
) -> None:
    from rollbook.records.operations.feeds import change_feed

    change_feed("sis", settings={"missing_limit": 100}, secret=None, environ={}, actor="test")
    assert Runs(feed).run().status == "completed"
    rows = [student(number) for number in range(1, 41)]
    write_csv(served / "students.csv", *rows)
    report = Runs(feed).run()
    assert report.status == "held"
    assert "bytes smaller than the last one" in report.message_text
    assert missing(records) == 0


def test_a_file_that_changes_before_it_is_saved_is_not_stored(
    feed: Any, served: Path, records: str
) -> None:
    def replace() -> None:
        write_csv(served / "students.csv", *(student(number) for number in range(1, 110)))

    def rename_in_place() -> None:
        write_csv(served / "new.tmp", *(student(number) for number in range(1, 90)))
        (served / "new.tmp").rename(served / "students.csv")

    def remove() -> None:
        (served / "students.csv").unlink()

    for change in (replace, rename_in_place, remove):
        report = Runs(feed).run(when_fetched=change)
        assert (report.reason, report.is_transient) == ("file_changed", True)
        assert students(records) == 0


def test_where_the_server_does_not_answer_before_the_file_is_saved_it_is_tried_again(
    feed: Any, faults: Faults, records: str
) -> None:
    def fall_silent() -> None:
        faults.cut_when_connected = True

    runs = Runs(feed)
    report = runs.run(when_fetched=fall_silent)
    assert (report.reason, report.is_transient) == ("file_not_confirmed", True)
    assert students(records) == 0
    faults.cut_when_connected = False
    runs.again()
    assert runs.run().status == "completed"
    assert students(records) == 100


def put(served: Path, name: str, numbers: range, *, at: int) -> None:
    write_csv(served / name, *(student(number) for number in numbers))
    os.utime(served / name, (at, at))


def ends(job: int) -> list[str]:
    """Record the end of a run, as a worker does; return the kinds of its mails."""
    from rollbook.automation.after_run import finish_run
    from rollbook.records.models import Mail

    before = Mail.objects.count()
    finish_run(job, os.environ)
    return list(Mail.objects.order_by("id").values_list("kind", flat=True))[before:]


TONIGHT = 1_800_000_000


def test_seven_files_of_a_night_are_told_on_the_job_in_health_and_by_mail(
    feed: Any, served: Path
) -> None:
    from django.utils import timezone

    from rollbook.records.queries.health import health

    (served / "students.csv").unlink()
    for grade in range(7):
        numbers = range(grade * 20 + 1, grade * 20 + 21)
        put(served, f"grade_{grade}.csv", numbers, at=TONIGHT + grade)
    runs = Runs(feed)
    report = runs.run()
    assert (report.status, report.by_code) == ("completed", {"SEVERAL_NEW_FILES": 1})
    assert ends(runs.job) == ["several_files"]
    assert list(health(timezone.now()).doubts) == ["sis"]


def test_one_of_several_files_that_would_lose_most_students_is_held(
    feed: Any, served: Path, records: str
) -> None:
    from rollbook.automation.imports import run_here
    from rollbook.records.operations.decisions import approve_import
    from rollbook.records.operations.feeds import change_feed
    from rollbook.records.queries.jobs import job_by_number

    change_feed("sis", settings={"missing_limit": 100}, secret=None, environ={}, actor="test")
    os.utime(served / "students.csv", (TONIGHT - 86_400, TONIGHT - 86_400))
    assert Runs(feed).run().by_code == {}
    put(served, "a.csv", range(1, 48), at=TONIGHT - 60)
    put(served, "b.csv", range(48, 95), at=TONIGHT)
    runs = Runs(feed)
    report = runs.run()
    assert report.status == "held"
    assert "several matching files arrived" in report.message_text
    assert missing(records) == 0
    approve_import(runs.job, actor="test", reason="it is meant", is_queued=False)
    run_here(runs.job, listener=ignore, environ=os.environ)
    after = job_by_number(runs.job).report
    assert (after.stored, after.by_code) == (True, {"SEVERAL_NEW_FILES": 1})


def test_a_file_dated_in_the_future_does_not_win_for_ever_without_a_word(
    feed: Any, served: Path
) -> None:
    from django.utils import timezone

    from rollbook.records.queries.health import health

    type(feed).objects.update(recipients=["ada@example.org"])
    year = 365 * 86_400
    os.utime(served / "students.csv", (TONIGHT + year, TONIGHT + year))
    put(served, "before.csv", range(1, 90), at=TONIGHT - 86_400)
    put(served, "long_before.csv", range(1, 90), at=TONIGHT - 2 * 86_400)
    assert Runs(feed).run().by_code == {"FILE_DATED_AHEAD": 1}
    quiet = Runs(feed).run()
    assert (quiet.reason, "skipped" in quiet.message_text) == ("file_unchanged", False)
    put(served, "tonight.csv", range(1, 105), at=TONIGHT)
    runs = Runs(feed)
    report = runs.run()
    assert (report.reason, "was skipped" in report.message_text) == ("file_unchanged", True)
    assert ends(runs.job) == ["file_passed_over"]
    assert list(health(timezone.now()).doubts) == ["sis"]
    again = Runs(feed)
    again.run()
    assert ends(again.job) == []
    put(served, "right.csv", range(1, 101), at=TONIGHT + year + 60)
    assert Runs(feed).run().status == "completed"
    assert health(timezone.now()).doubts == {}
