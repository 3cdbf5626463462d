"""A person who can write to a table can lie, but run nothing: no row is read as a program."""

import base64
import os
import pickle
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from tests.integration.cli.commands import CommandLine, student, write_csv

COLUMNS = """
select a.attrelid::regclass::text, a.attname, format_type(a.atttypid, a.atttypmod)
from pg_attribute a join pg_class c on c.oid = a.attrelid
where c.relkind = 'r' and a.attnum > 0 and not a.attisdropped
    and c.relnamespace in ('rollbook'::regnamespace, 'public'::regnamespace)
    and not exists (select from pg_index i where i.indrelid = c.oid and i.indisunique
        and a.attnum = any(i.indkey))
    and format_type(a.atttypid, null) in ('text', 'character varying', 'bytea', 'jsonb')
order by 1, 2
"""
ADDRESSES = (
    "/", "/imports/", "/imports/1/", "/feeds/", "/feeds/files/", "/settings/", "/settings/terms/",
    "/people/", "/audit/", "/audit/audit.csv", "/account/sign-in/", "/account/second-factor/",
)  # fmt: skip


class Planted:
    """Unpickling it makes a file."""

    def __init__(self, mark: Path) -> None:
        self._mark = mark

    def __reduce__(self) -> tuple[Any, ...]:
        return (os.mkdir, (str(self._mark),))


def test_a_pickle_in_any_column_is_never_read_as_one(
    records: str, rollbook: CommandLine, person: Callable[..., Any], tmp_path: Path
) -> None:
    from django.contrib.sessions.backends.db import SessionStore
    from django.core.cache import cache

    file = write_csv(tmp_path / "students.csv", student(1), student(2, name="\x07"))
    assert rollbook.json("import", file)["counts"]["total"] == 2
    client = person()
    client.raise_request_exception = False
    cache.set("limit", [1.5])
    mark = tmp_path / "it-ran"
    planted = pickle.dumps(Planted(mark))
    session = client.session.session_key

    assert _plant(records, planted) > 15
    for address in ADDRESSES:
        client.get(address)
    with suppress(ValueError):  # it is text, and no history
        cache.get("limit")
    assert SessionStore(session).load() == {}
    rollbook("jobs", "show", "1")
    rollbook("feeds", "list")
    rollbook("import", file, "--force")
    assert not mark.exists()
    pickle.loads(planted)
    assert mark.exists()  # it would have run


def test_the_limits_are_kept_as_json_and_nothing_else_is(pages: None) -> None:
    from django.core.cache import cache

    history = [1764115200.25, 1764115201.5]
    cache.set("limit", history, 60)
    assert cache.get("limit") == history
    assert not cache.add("limit", [], 60)
    assert cache.add("other", True, 60)
    cache.set("over", [1], -1)
    assert cache.get("over", "nothing") == "nothing"
    assert cache.add("over", [2], 60)
    assert cache.touch("over", -1) and not cache.touch("over", 60)
    assert cache.delete("limit") and not cache.delete("limit")
    cache.set("for a long time", "kept", None)
    assert cache.get("for a long time") == "kept"
    with pytest.raises(TypeError):
        cache.set("limit", object())


def test_the_queue_runs_one_task_with_a_number_and_nothing_else(
    records: str, rollbook: CommandLine, tmp_path: Path
) -> None:
    """A worker is given names of functions and shell words; it ends them as failed and lives on."""
    with psycopg.connect(records, autocommit=True) as connection:
        for task, arguments in (
            ("os.system", '{"command": "touch MARK"}'),
            ("rollbook.run_job", '{"job": "1; touch MARK"}'),
            ("rollbook.run_job", '{"job": ["MARK"]}'),
            ("rollbook.run_job", '{"job": 1, "environ": {"PYTHONSTARTUP": "MARK"}}'),
            (_task(), "{\"job\": \"-c __import__('os').mkdir('MARK')\"}"),
            (_task(), '{"job": {"__reduce__": "MARK"}}'),
        ):
            connection.execute(
                "insert into rollbook.procrastinate_jobs (queue_name, task_name, args)"
                " values (%s, %s, %s)",
                [_queue(), task, arguments.replace("MARK", str(tmp_path / "mark"))],
            )
        worker = subprocess.Popen(
            rollbook.words("worker"), env=rollbook.environment(), stderr=subprocess.PIPE, text=True
        )
        try:
            _until(lambda: not _left(connection))
            assert worker.poll() is None
        finally:
            worker.terminate()
            said = worker.communicate(timeout=60)[1]
    assert "Traceback" not in said
    assert not (tmp_path / "mark").exists()


def _plant(url: str, planted: bytes) -> int:
    """Put the pickle into each column that takes it, in every row; return how many hold one."""
    shapes = {"bytea": planted, "jsonb": f'"{base64.b64encode(planted).decode()}"'}
    count = 0
    with psycopg.connect(url, autocommit=True) as connection:
        for table, column, kind in connection.execute(COLUMNS).fetchall():
            value = shapes.get(kind, base64.b64encode(planted).decode())
            statement = sql.SQL("update {} set {} = %s").format(
                sql.SQL(table), sql.Identifier(column)
            )
            try:
                count += connection.execute(statement, [value]).rowcount > 0
            except psycopg.Error:
                continue  # a key, a check, or too short for it
    return count


def _task() -> str:
    from rollbook.records.operations import queueing

    return queueing.TASK


def _queue() -> str:
    from rollbook.records.operations import queueing

    return queueing.QUEUE


def _left(connection: "psycopg.Connection[Any]") -> int:
    row = connection.execute("select count(*) from rollbook.procrastinate_jobs").fetchone()
    assert row
    return int(row[0])


def _until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 90
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.1)
