"""`rollbook move`: all goes into the neighbor's database and back, and is never in use twice."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from tests.doubles.neighbor import KNOWN, Neighbor
from tests.integration.cli.commands import CommandLine, student, write_csv
from tests.integration.neighbor.conftest import known_rows
from tests.integration.neighbor.test_backup import OTHERS, OURS, rows_of


@pytest.fixture
def neighbor(empty_neighbor: Neighbor) -> Neighbor:
    return empty_neighbor


@pytest.fixture
def file(tmp_path: Path) -> Path:
    rows = known_rows(6)
    return write_csv(tmp_path / "s.csv", *rows, student(7), student(8))


@pytest.fixture
def alone(rollbook: CommandLine, file: Path) -> CommandLine:
    """An installation of its own, with an import, a scheduled feed and its password."""
    assert rollbook("import", file).code == 0
    added = rollbook(
        "feeds", "add", "sis", "--host", "localhost", "--user", "x", "--pattern", "*", stdin="pw\n"
    )
    assert added.code == 0, added
    scheduled = rollbook("feeds", "schedule", "sis", "--on", "--at", "02:00")
    assert scheduled.code == 0, scheduled
    return rollbook


def active(database: str) -> list[str]:
    query = b"select name from rollbook.feeds where schedule ->> 'is_on' = 'true'"
    with psycopg.connect(database) as connection:
        return [name for (name,) in connection.execute(query).fetchall()]


def test_it_goes_into_the_neighbors_database_and_back(
    alone: CommandLine, neighbor: Neighbor, file: Path, tmp_path: Path
) -> None:
    here = alone.environ["DATABASE_URL"]
    ours, theirs = rows_of(here, OURS), rows_of(neighbor.owner, OTHERS)
    address = tmp_path / "address"
    address.write_text(f"{neighbor.owner}\n")
    tried = alone("move", "--target-file", address, "--dry-run")
    assert (tried.code, "Nothing was moved" in tried.out) == (0, True), tried
    assert neighbor.rows("select to_regnamespace('rollbook')") == [(None,)]
    assert active(here) == ["sis"]
    done = alone("move", "--target-file", address, "--yes")
    assert (done.code, "1 feed paused here (sis)" in done.out) == (0, True), done
    assert f"{KNOWN} students of the backup already existed" in " ".join(done.out.split())
    assert (active(here), active(neighbor.owner)) == ([], ["sis"])
    assert rows_of(neighbor.owner, OTHERS) == theirs
    assert rows_of(neighbor.owner, OURS) == ours
    assert not list(alone.home.glob("move.*"))
    there = CommandLine(alone.home, {"DATABASE_URL": neighbor.owner})
    assert there.json("import", file, "--force")["counts"]["unchanged"] == KNOWN + 2
    occupied = there("move", here, "--yes")
    assert (occupied.code, "already has data" in occupied.err) == (1, True), occupied
    assert active(neighbor.owner) == ["sis"]
    back = there("move", here, "--yes", "--replace")
    assert back.code == 0, back
    assert (active(here), active(neighbor.owner)) == (["sis"], [])
    assert rows_of(here, OURS) == rows_of(neighbor.owner, OURS)
    assert rows_of(neighbor.owner, OTHERS) == theirs
    # The password travels under the same key.
    assert alone("feeds", "set", "sis", "--host", "127.0.0.1").code == 0


@pytest.mark.parametrize("is_stored", [True, pytest.param(False, marks=pytest.mark.long)])
def test_a_move_that_is_killed_between_its_two_commits_is_finished_by_the_next(
    alone: CommandLine, neighbor: Neighbor, is_stored: bool
) -> None:
    """Worst place: the data is there, and the feeds here still go on."""
    here = alone.environ["DATABASE_URL"]
    ours = rows_of(here, OURS)
    held = here if is_stored else neighbor.superuser
    _kill_in_commit(alone, neighbor, held=held)
    assert active(here) == ["sis"]
    assert neighbor.rows("select to_regnamespace('rollbook') is not null") == [(is_stored,)]
    done = alone("move", neighbor.owner, "--yes")
    assert (done.code, "1 feed paused here (sis)" in done.out) == (0, True), done
    assert ("already in the other database" in done.out) is is_stored
    assert (active(here), active(neighbor.owner)) == ([], ["sis"])
    assert rows_of(neighbor.owner, OURS) == ours
    assert not list(alone.home.glob("move.*"))
    again = alone("move", neighbor.owner, "--yes")
    assert (again.code, "already has data" in again.err) == (1, True), again


@pytest.mark.long
def test_what_was_used_here_after_a_killed_move_is_not_passed_over(
    alone: CommandLine, neighbor: Neighbor, tmp_path: Path
) -> None:
    _kill_in_commit(alone, neighbor, held=alone.environ["DATABASE_URL"])
    assert alone("import", write_csv(tmp_path / "later.csv", student(9))).code == 0
    refused = alone("move", neighbor.owner, "--yes")
    assert (refused.code, "already has data" in refused.err) == (1, True), refused
    assert "--replace" in refused.err
    done = alone("move", neighbor.owner, "--yes", "--replace")
    assert done.code == 0, done
    assert neighbor.rows("select 1 from students where student_id = '0000009'")


@pytest.mark.long
def test_it_goes_back_into_the_embedded_database_by_name(alone: CommandLine, file: Path) -> None:
    done = alone("move", "embedded", "--yes")
    assert (done.code, "1 feed paused here (sis)" in done.out) == (0, True), done
    assert active(alone.environ["DATABASE_URL"]) == []
    embedded = CommandLine(alone.home)
    assert embedded.json("import", file, "--force")["counts"]["unchanged"] == KNOWN + 2
    same = embedded("move", "embedded", "--yes")
    assert (same.code, "in the embedded database already" in same.err) == (2, True), same


def _kill_in_commit(alone: CommandLine, neighbor: Neighbor, *, held: str) -> None:
    """Move, and kill the command (not what it has started) while a commit of `held` waits.

    The commit of this database comes last: it waits for a lock that a trigger takes.
    """
    with psycopg.connect(held, autocommit=True) as holder:
        if held == neighbor.superuser:
            _kill_while_restoring(alone, neighbor)
            return
        holder.execute(
            "create function public.wait() returns trigger language plpgsql as $$ begin"
            " if new.action = 'installation.moved' then perform pg_advisory_xact_lock(4711);"
            " end if; return null; end $$;"
            "create constraint trigger wait after insert on rollbook.audit_events"
            " deferrable initially deferred for each row execute function public.wait()"
        )
        holder.execute("select pg_advisory_lock(4711)")
        move = _started(alone, neighbor)
        waiting = (
            "select pid from pg_locks where locktype = 'advisory' and objid = 4711 and not granted"
        )
        until(lambda: holder.execute(waiting).fetchall())
        move.kill()
        move.wait(timeout=60)
        for (pid,) in holder.execute(waiting).fetchall():
            holder.execute("select pg_terminate_backend(%s, 10000)", [pid])
        holder.execute("drop trigger wait on rollbook.audit_events; drop function public.wait()")


def _kill_while_restoring(alone: CommandLine, neighbor: Neighbor) -> None:
    """Kill the whole group of processes while the other database is being filled."""
    with psycopg.connect(neighbor.owner) as holder:
        holder.execute("lock table students in exclusive mode")  # read, but not written
        move = _started(alone, neighbor)
        until(
            lambda: neighbor.rows(
                "select 1 from pg_stat_activity where datname = current_database()"
                " and wait_event_type = 'Lock'"
            )
        )
        os.killpg(move.pid, signal.SIGKILL)
        move.wait(timeout=60)
        neighbor.as_superuser(
            "select pg_terminate_backend(pid, 10000) from pg_stat_activity"
            " where datname = current_database() and wait_event_type = 'Lock'"
        )


def _started(alone: CommandLine, neighbor: Neighbor) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        alone.words("move", neighbor.owner, "--yes"),
        env=alone.environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def until(holds: Callable[[], object]) -> None:
    deadline = time.monotonic() + 90
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_what_waits_or_does_not_fit_is_refused_and_nothing_changes(
    alone: CommandLine, neighbor: Neighbor, tmp_path: Path
) -> None:
    here = alone.environ["DATABASE_URL"]
    same = alone("move", here, "--yes")
    assert (same.code, "is the database the data is already in" in same.err) == (2, True), same
    for wrong in ((), ("nowhere",)):
        assert alone("move", *wrong, "--yes").code == 2
    assert alone("import", write_csv(tmp_path / "y.csv", student(30, grade="PK"))).code == 0
    before = rows_of(here, OURS)
    refused = alone("move", neighbor.owner, "--yes")
    assert (refused.code, "1 can't be added" in refused.err) == (1, True), refused
    assert "didn't take the data" in refused.err
    assert (active(here), rows_of(here, OURS)) == (["sis"], before)
    assert neighbor.rows("select to_regnamespace('rollbook')") == [(None,)]
    with psycopg.connect(here, autocommit=True) as connection:
        connection.execute(
            "insert into jobs (job_type, input_data) values ('student_data_import',"
            ' \'{"feed": "sis", "feed_id": 2}\')'
        )
    waits = alone("move", neighbor.owner, "--yes")
    assert (waits.code, "1 import waits for a worker" in waits.err) == (5, True), waits
