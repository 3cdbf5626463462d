"""Whatever ends an import half-way, the tables are as before and the job is found and marked."""

import os
import signal
import subprocess
import time
from pathlib import Path

import psycopg
import pytest

from tests.integration.cli.commands import CommandLine, student, write_csv

STUDENTS = 30_000


@pytest.fixture
def yesterday(rollbook: CommandLine, tmp_path: Path) -> str:
    """What was stored before, as one digest."""
    few = (student(number) for number in range(1, 20))  # so few that more new ones are no wonder
    rollbook.json("import", write_csv(tmp_path / "a.csv", *few))
    return _digest(rollbook)


@pytest.fixture
def today(tmp_path: Path) -> Path:
    rows = (student(n, absences=n % 90 + 5) for n in range(1, STUDENTS))
    return write_csv(tmp_path / "today.csv", *rows)


@pytest.mark.parametrize("phase", ["validating", "importing"])
def test_an_import_killed_in_the_middle_leaves_yesterdays_data_and_is_marked_interrupted(
    rollbook: CommandLine, yesterday: str, today: Path, phase: str
) -> None:
    process = _start(rollbook, today)
    _wait_for_phase(rollbook, phase)
    os.kill(process.pid, signal.SIGKILL)
    process.wait(timeout=60)
    _wait_until_alone(rollbook)
    assert _digest(rollbook) == yesterday

    report = rollbook.json("import", today)
    assert report["status"] == "completed"
    with psycopg.connect(rollbook.environ["DATABASE_URL"]) as connection:
        found = connection.execute(
            "select status::text, output_data->'report'->>'reason' from public.jobs order by id"
        ).fetchall()
    assert found[1] == ("failed", "interrupted")
    assert found[2][0] == "completed"
    # No copy of the file was left behind: only the key is in the home folder.
    assert [path.name for path in rollbook.home.iterdir()] == ["secret.key"]  # nothing of the file


def test_an_import_that_is_stopped_by_hand_says_so_and_changes_nothing(
    rollbook: CommandLine, yesterday: str, today: Path
) -> None:
    process = _start(rollbook, today)
    _wait_for_phase(rollbook, "validating")
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=60) == 130
    assert _digest(rollbook) == yesterday
    shown = rollbook.json("jobs", "show")
    assert (shown["status"], shown["reason"], shown["stored"]) == ("failed", "cancelled", False)


def test_a_killed_import_is_not_listed_as_running(
    rollbook: CommandLine, yesterday: str, today: Path
) -> None:
    process = _start(rollbook, today)
    _wait_for_phase(rollbook, "validating")
    process.kill()
    process.wait(timeout=60)
    _wait_until_alone(rollbook)
    assert "interrupted" in rollbook("jobs", "list").out


def test_a_second_import_of_the_feed_is_refused_and_names_the_running_one(
    rollbook: CommandLine, yesterday: str, today: Path
) -> None:
    with psycopg.connect(rollbook.environ["DATABASE_URL"]) as connection:
        # The first one reads this table, but writes nothing before the second one was refused.
        connection.execute("lock table public.students in exclusive mode")
        process = _start(rollbook, today)
        _wait_for_phase(rollbook, "importing")
        second = rollbook.json("import", today, code=5)
        connection.rollback()
    assert second["status"] == "running"
    assert second["reason"] == "import_running"
    assert second["job"] == 2
    assert process.wait(timeout=60) == 0


def test_a_server_that_ends_the_connection_fails_the_job_and_changes_nothing(
    rollbook: CommandLine, yesterday: str, today: Path
) -> None:
    process = _start(rollbook, today)
    _wait_for_phase(rollbook, "validating")
    with psycopg.connect(rollbook.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where application_name like 'rollbook%' and pid <> pg_backend_pid()"
            " and datname = current_database()"
        )
    assert process.wait(timeout=60) == 1
    assert _digest(rollbook) == yesterday
    assert rollbook.json("import", today)["status"] == "completed"


def _start(rollbook: CommandLine, file: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        rollbook.words("import", file, "--json"),
        env=rollbook.environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def _wait_for_phase(rollbook: CommandLine, phase: str) -> None:
    deadline = time.monotonic() + 60
    with psycopg.connect(rollbook.environ["DATABASE_URL"], autocommit=True) as connection:
        while time.monotonic() < deadline:
            found = connection.execute(
                "select 1 from rollbook.job_events where message = %s and job_id = 2", [phase]
            ).fetchone()
            if found:
                return
            time.sleep(0.005)
    raise AssertionError(f"the import never reached {phase}")


def _wait_until_alone(rollbook: CommandLine) -> None:
    """Wait until the server has noticed that its client is dead."""
    deadline = time.monotonic() + 60
    with psycopg.connect(rollbook.environ["DATABASE_URL"], autocommit=True) as connection:
        while time.monotonic() < deadline:
            others = connection.execute(
                "select count(*) from pg_stat_activity where datname = current_database()"
                " and pid <> pg_backend_pid() and backend_type = 'client backend'"
            ).fetchone()
            if others == (0,):
                return
            time.sleep(0.02)
    raise AssertionError("the dead import's connections stay")


def _digest(rollbook: CommandLine) -> str:
    with psycopg.connect(rollbook.environ["DATABASE_URL"]) as connection:
        row = connection.execute(
            "select md5(string_agg(t::text, '|' order by t.id)) from"
            " public.student_data_snapshots t"
        ).fetchone()
        other = connection.execute(
            "select md5(string_agg(t::text, '|' order by t.id)) from public.students t"
        ).fetchone()
    assert row and other
    return f"{row[0]} {other[0]}"
