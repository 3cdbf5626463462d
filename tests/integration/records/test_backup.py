"""A backup sees one moment, an older one is brought up to date, a bad one leaves nothing behind."""

import io
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest

from rollbook.core.errors import RollbookError
from tests.integration.cli.commands import CommandLine, student, write_csv

PASSPHRASE = "five words make a passphrase"


@pytest.fixture
def environ(rollbook: CommandLine) -> dict[str, str]:
    return {"ROLLBOOK_HOME": str(rollbook.home)}


@pytest.fixture
def other(tmp_path: Path, fresh_database: str) -> Iterator[CommandLine]:
    """Another installation, on an empty database."""
    home = tmp_path / "other"
    home.mkdir(mode=0o700)
    yield CommandLine(home, {"DATABASE_URL": fresh_database})


@pytest.fixture
def passphrase(tmp_path: Path) -> Path:
    path = tmp_path / "passphrase"
    path.write_text(PASSPHRASE)
    path.chmod(0o600)
    return path


def back_up(path: Path, environ: dict[str, str]) -> Path:
    from rollbook.backup import write

    write.back_up(path, passphrase=PASSPHRASE, replace=False, environ=environ, actor="test", cost=1)
    return path


def tables_in(path: Path) -> dict[str, int]:
    """Read a backup to its end, which compares its rows with its counts."""
    from rollbook.backup.read import opened

    with opened(path, PASSPHRASE) as backup:
        return {table.name: table.rows for table in backup.manifest.tables}


def test_a_rotation_after_the_moment_of_a_backup_refuses_it(
    records: str, environ: dict[str, str]
) -> None:
    """Its key would not open what it holds."""
    from rollbook.access.operations.keys import rotate_key
    from rollbook.backup import write
    from rollbook.records.database import connect
    from rollbook.records.operations.installation_key import KeyDiffers
    from rollbook.records.operations.secrets import secret_store

    secret_store(environ).put("feed/sis", {"password": "x"})
    with connect() as connection, write._one_look(connection) as cursor:
        cursor.execute("select 1")
        rotate_key(environ, to=None, actor="test")
        with pytest.raises(KeyDiffers):
            write._manifest(cursor, environ)
    with connect() as connection, write._one_look(connection) as cursor:
        assert write._manifest(cursor, environ).key


def test_a_backup_sees_one_moment_while_others_write(
    records: str, environ: dict[str, str], tmp_path: Path
) -> None:
    is_over = threading.Event()

    def write() -> None:
        with psycopg.connect(records, autocommit=True) as connection:
            number = 0
            while not is_over.is_set():
                number += 1
                # One transaction: a reader that sees one of the rows must see the other.
                with connection.transaction():
                    connection.execute(
                        "with s as (insert into public.students (student_id) values (%s)"
                        " returning id) insert into public.student_data_snapshots (student_id)"
                        " select id from s",
                        [str(number)],
                    )

    writer = threading.Thread(target=write)
    writer.start()
    try:
        seen = [tables_in(back_up(tmp_path / str(turn), environ)) for turn in range(5)]
    finally:
        is_over.set()
        writer.join()
    counts = [tables["public.students"] for tables in seen]
    assert counts == [tables["public.student_data_snapshots"] for tables in seen]
    assert counts == sorted(counts)
    assert counts[0] < counts[-1]


def test_a_fresh_database_has_no_column_that_a_backup_would_leave_out(
    rollbook: CommandLine, records: str
) -> None:
    from rollbook.backup.tables import foreign_columns, specified_columns

    assert rollbook("terms", "add", "Winter 2026").code == 0
    with psycopg.connect(records) as connection, connection.cursor() as cursor:
        assert foreign_columns(cursor) == []
        assert (
            "winter_2026_dibels_lnf_score"
            in (specified_columns(cursor)["public.student_data_snapshots"])
        )


def test_a_backup_of_an_older_version_is_brought_up_to_date(
    records: str,
    environ: dict[str, str],
    tmp_path: Path,
    other: CommandLine,
    passphrase: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from django.db import connection, transaction
    from django.db.migrations.executor import MigrationExecutor

    from rollbook.backup import target
    from rollbook.backup.key import given_key

    cursor: Any
    with transaction.atomic(), connection.cursor() as cursor:
        target.clear(cursor)
        executor = MigrationExecutor(connection)
        newest = [node for node in executor.loader.graph.leaf_nodes() if node[0] != "records"]
        executor.loader.build_graph()
        executor.migrate([*newest, ("records", "0005_presence_stands_alone")])
        cursor.execute("insert into public.students (student_id) values ('0000007')")
        cursor.execute(
            "insert into public.student_data_snapshots (student_id, absences_ytd)"
            " select id, 3 from public.students"
        )
    # That version remembered no key, had other tables, and its audit had other columns.
    monkeypatch.setattr("rollbook.backup.write.check_complete", lambda _: None)
    monkeypatch.setattr("rollbook.backup.write._key", lambda _, of: given_key(of)[0])
    monkeypatch.setattr("rollbook.backup.write.audit.record", lambda *_, **__: None)
    file = back_up(tmp_path / "older.backup", environ)
    done = other("restore", file, "--passphrase-file", passphrase)
    assert done.code == 0, done
    with psycopg.connect(other.environ["DATABASE_URL"]) as found:
        assert found.execute("select student_id from public.students").fetchall() == [("0000007",)]
        assert found.execute("select name, missing_limit from rollbook.feeds").fetchall() == [
            ("files", 100)
        ]
    report = other.json("import", write_csv(tmp_path / "next.csv", student(7), student(8)))
    assert (report["counts"]["inserted"], report["counts"]["updated"]) == (1, 1)


@pytest.mark.parametrize("is_replaced", [False, True])
def test_a_restore_that_fails_midway_leaves_everything_as_it_was(
    rollbook: CommandLine,
    records: str,
    environ: dict[str, str],
    tmp_path: Path,
    other: CommandLine,
    passphrase: Path,
    is_replaced: bool,
) -> None:
    assert rollbook("import", write_csv(tmp_path / "s.csv", student(1), student(2))).code == 0
    good = back_up(tmp_path / "good.backup", environ)
    bad = twice_the_students(good)
    if is_replaced:
        assert other("migrate").code == 0
        assert other("import", write_csv(tmp_path / "o.csv", student(3))).code == 0
    key = other.home / "secret.key"
    before = key.read_bytes() if key.exists() else None
    options = ("--replace", "--yes") if is_replaced else ()
    done = other("restore", bad, "--passphrase-file", passphrase, *options)
    assert (done.code, "23505" in done.err) == (1, True), done
    assert "Lovelace" not in done.out + done.err
    with psycopg.connect(other.environ["DATABASE_URL"]) as found:
        if is_replaced:
            assert found.execute("select student_id from public.students").fetchall() == [
                ("0000003",)
            ]
            assert key.read_bytes() == before
        else:
            assert found.execute("select to_regclass('public.students')").fetchall() == [(None,)]
    assert not list(other.home.glob("secret.key.*"))
    assert other("restore", good, "--passphrase-file", passphrase, *options).code == 0


def twice_the_students(path: Path) -> Path:
    """Return a well-formed backup that holds every student twice."""
    from rollbook.backup.frames import packed
    from rollbook.backup.read import opened
    from rollbook.backup.sealed import seal

    with opened(path, PASSPHRASE) as backup:
        rows = {name: b"".join(parts) for name, parts in backup.tables()}
        rows["public.students"] *= 2
        manifest = replace(
            backup.manifest,
            tables=[
                replace(table, rows=rows.get(table.name, b"").count(b"\n"))
                for table in backup.manifest.tables
            ],
        )
    into = io.BytesIO()
    seal(
        packed(manifest, lambda table: [rows.get(table.name, b"")]),
        into,
        passphrase=PASSPHRASE,
        cost=1,
    )
    path.with_suffix(".twice").write_bytes(into.getvalue())
    return path.with_suffix(".twice")


def test_a_file_that_changes_between_proof_and_restore_is_refused(
    records: str, environ: dict[str, str], tmp_path: Path
) -> None:
    from rollbook.backup.read import opened

    one, two = (back_up(tmp_path / name, environ) for name in ("one", "two"))
    with opened(one, PASSPHRASE) as backup:
        one.write_bytes(two.read_bytes())
        with pytest.raises(RollbookError, match="changed after it was written"):
            list(backup.tables())


def test_every_column_that_numbers_an_import_or_a_student_is_known_to_a_restore(
    records: str,
) -> None:
    """Where such a number is taken by another application's row, it becomes another one."""
    from rollbook.backup.beside import NUMBER_OF_JOB, OF_STUDENTS
    from rollbook.backup.tables import LEFT_OUT

    with psycopg.connect(records) as connection:
        found = connection.execute(
            "select table_name, column_name from information_schema.columns"
            " where table_schema = 'rollbook' and data_type in ('integer', 'bigint')"
            " and column_name ~ 'job|student_' and not starts_with(table_name, 'procrastinate')"
            " and table_name <> all(%s)",
            [list(LEFT_OUT)],
        ).fetchall()
    of_students = {(table.partition(".")[2], "student_id") for table in OF_STUDENTS}
    of_jobs = {column for table, column in found if (table, column) not in of_students}
    assert of_jobs == NUMBER_OF_JOB & of_jobs
    assert len(found) > 5
