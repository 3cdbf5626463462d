"""Whole imports through the Data API, with boto3 as it is, compared with the same ones natively."""

import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from rollbook.core.events import ignore
from rollbook.core.sources.local import LocalSource
from tests.conftest import database_copy
from tests.doubles.data_api import IDLE, DataApi, Refused, data_api
from tests.integration.cli.commands import CommandLine, student, write_csv

ODD = [
    '0000301,9100000301,"O\'Brien ""x""",Zoë,3,98.00,2.00,North,3',
    "0000302,9100000302,𝒜da😀,b\\ack\\slash\\n,3,98.00,2.00,South,4",
    "0000303,9100000303,NULL,\\N,,,,,5",
    "0000304,9100000304,Rejected,Row,many,98.00,2.00,North,5",
    "0000305,9100000305,Twice,One,3,98.00,2.00,North,3",
    "0000305,9100000305,Twice,Two,3,98.00,2.00,North,3",
    "0000306,9100000306,:p1 ::text,%s %(x)s,3,98.00,2.00,North,3",
]

UNDONE_AT = datetime(2026, 11, 24, 12, tzinfo=UTC)
RANDOM = {
    "rollbook.installation_key", "rollbook.job_progress", "rollbook.stored_files",
    "rollbook.stored_file_chunks",
}  # fmt: skip
"""Tables of random keys, and of what was reached when somebody looked."""


@contextmanager
def reached_by(url: str) -> Iterator[None]:
    """Let Django's connection of this process lead to `url`."""
    from django.db import connections

    from rollbook.project import environment

    before = connections.settings["default"]
    try:
        lead_to(environment.database(url))
        yield
    finally:
        lead_to(before)


def lead_to(database: dict[str, Any]) -> None:
    from django.db import connections

    connections.close_all()
    connections.settings["default"] = connections.configure_settings({"default": database})[
        "default"
    ]
    if "default" in {each.alias for each in connections.all(initialized_only=True)}:
        del connections["default"]


def imported(path: Path, **given: Any) -> Any:
    """Import a file as `rollbook import` does; return the result."""
    from rollbook.automation.imports import run_import
    from rollbook.records.queries.feeds import feed_by_name

    return run_import(
        feed_by_name("files"),
        LocalSource(path),
        **{"dry_run": False, "force": False, "listener": ignore, "environ": os.environ, **given},
    )


def nights(folder: Path) -> list[tuple[str, str]]:
    """Import night after night; return what came of it."""
    from rollbook.automation.imports import run_here
    from rollbook.records.operations.decisions import approve_import
    from rollbook.records.operations.undo import preview_undo, undo_import

    everyone = [student(number) for number in range(1, 301)]
    first = write_csv(folder / "first.csv", *everyone, *ODD)
    changed = [student(number, absences=number % 7) for number in range(1, 40)]
    changed[0] = student(1, name="Ida")
    second = write_csv(folder / "second.csv", *changed, *everyone[40:299], *ODD[:3])
    unknown = [f",{row.split(',', 1)[1]}" for row in everyone[:100]]
    doubtful = write_csv(folder / "doubtful.csv", *unknown, *everyone[100:])
    results = [imported(each) for each in (first, first)]
    results += [imported(second, dry_run=is_check) for is_check in (True, False)]
    results.append(imported(doubtful))
    held = results[-1].job
    approve_import(held, actor="test", reason="It is so.", is_queued=False)
    results.append(run_here(held, listener=ignore, environ=os.environ))
    second_job = results[3].job
    seen = preview_undo(second_job, with_later=True)
    done = undo_import(
        second_job, actor="test", reason="It was not so.", with_later=True, now=UNDONE_AT
    )
    assert (seen.numbers, len(done.jobs)) == (done.numbers, 2)
    assert done.numbers.values_restored > 30
    between = imported(second, force=True).job
    imported(first, force=True)  # its students are back, and then no longer: they never went
    undo_import(between, actor="test", reason="It was not so.", now=UNDONE_AT)
    return [(each.report.status, each.report.reason or "") for each in results]


@pytest.fixture
def ready(django_ready: None) -> None:
    """Django is set up."""


def test_every_table_is_as_after_the_native_imports(
    ready: None, server: str, migrated: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database_copy(server, migrated) as url:
        with reached_by(url):
            native = nights(tmp_path)
        expected = tables(url)
    with database_copy(server, migrated) as url, data_api(url) as api:
        asked_by_this_process(api, monkeypatch)
        with reached_by(api.address):
            found = nights(tmp_path)
        assert not api.transactions
        stored = tables(url)
    assert [status for status, _ in native] == [
        "completed", "completed", "completed", "completed", "held", "completed",
    ]  # fmt: skip
    assert found == native
    assert stored.keys() == expected.keys()
    differing = {table: rows for table, rows in expected.items() if stored[table] != rows}
    assert not differing
    assert len(expected["public.students"]) > 300
    assert sum('"is_stored": false' in each for each in expected["rollbook.import_changes"]) == 1
    assert len(expected["rollbook.student_changes"]) > 300
    assert expected["rollbook.presence_changes"]
    assert expected["rollbook.issue_kinds"]
    assert expected["rollbook.issue_blocks"]
    assert expected["rollbook.rejected_rows"]


def test_an_import_that_is_killed_stores_nothing_and_the_next_one_works(
    over_api: CommandLine, api: DataApi, tmp_path: Path
) -> None:
    file = write_csv(tmp_path / "students.csv", *(student(each) for each in range(1, 301)))
    reached, gone = threading.Event(), threading.Event()
    api.on_statement = lambda sql: stop_at(sql, reached, gone)
    with subprocess.Popen(
        over_api.words("import", file, "--json"),
        env=over_api.environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        assert reached.wait(100)
        process.send_signal(signal.SIGKILL)
    gone.set()
    api.on_statement = lambda sql: None
    assert over_api.json("import", file, code=5)["reason"] == "import_running"
    api.clock = lambda: time.monotonic() + IDLE + 1  # three minutes without a call
    done = over_api.json("import", file)
    assert done["counts"]["inserted"] == 300
    with psycopg.connect(api.url) as native:
        jobs = native.execute(
            "select status, output_data->'report'->>'reason' from public.jobs order by id"
        ).fetchall()
    assert jobs == [("failed", "interrupted"), ("completed", None)]


def stop_at(sql: str, reached: threading.Event, gone: threading.Event) -> None:
    """Hold a statement until who sent it is gone, and never carry it out."""
    if "INSERT INTO public.student_data_snapshots" in sql and not reached.is_set():
        reached.set()
        gone.wait(100)
        raise Refused("BadRequestException", "The connection is gone")


def test_of_two_at_once_one_is_told_that_the_other_runs(
    ready: None, api: DataApi, tmp_path: Path
) -> None:
    from rollbook.records.models import JobInput
    from rollbook.records.operations import jobs
    from rollbook.records.queries.feeds import feed_by_name

    file = write_csv(tmp_path / "students.csv", student(1))
    with reached_by(api.url):
        from rollbook.records.database import connect

        with connect(autocommit=True) as native:
            feed = feed_by_name("files")
            jobs.start_job(native, feed, JobInput.for_feed(feed, started_by="test"))
            with reached_by(api.address):
                assert imported(file).report.reason == "import_running"
    with reached_by(api.address):
        with connect(autocommit=True) as over_api:
            jobs.start_job(over_api, feed, JobInput.for_feed(feed, started_by="test"))
            with reached_by(api.url):
                assert imported(file).report.reason == "import_running"
        assert imported(file).report.status == "completed"


def asked_by_this_process(api: DataApi, monkeypatch: pytest.MonkeyPatch) -> None:
    from rollbook.data_api import client

    for name, value in api.environ.items():
        monkeypatch.setenv(name, value)
    client.service.cache_clear()


def tables(url: str) -> dict[str, list[str]]:
    """Return the rows of every table, without what is another each time: moments and seconds."""
    found = {}
    with psycopg.connect(url) as connection:
        names = connection.execute(
            "select format('%I.%I', schemaname, tablename) from pg_tables"
            " where schemaname in ('public', 'rollbook') order by 1"
        ).fetchall()
        for (name,) in names:
            rows = connection.execute(f"select to_jsonb(t) from {name} t").fetchall()
            found[name] = sorted(json.dumps(timeless(row), sort_keys=True) for (row,) in rows)
    return {name: rows for name, rows in found.items() if name not in RANDOM}


def timeless(value: Any) -> Any:
    if isinstance(value, list):
        return [timeless(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        name: each is None if name == "missing_since" else timeless(each)
        for name, each in value.items()
        if not (name.endswith("_at") or name in ("at", "seconds"))
    }
