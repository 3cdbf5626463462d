"""The tables: shaped as specified, beside a neighbor's, and an audit that only grows."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from rollbook.core.catalogue.students import student_catalogue
from tests.integration.cli.commands import CommandLine

METADATA = {
    "id": ("integer", "NO"),
    "student_id": ("integer", "NO"),
    "imported_at": ("timestamp without time zone", "NO"),
    "import_job_id": ("integer", "YES"),
    "created_at": ("timestamp without time zone", "NO"),
    "updated_at": ("timestamp without time zone", "NO"),
}


@pytest.fixture
def connection(rollbook: CommandLine) -> Iterator[psycopg.Connection]:
    url = rollbook.environ["DATABASE_URL"]
    with psycopg.connect(url, autocommit=True, options="-c search_path=rollbook,public") as made:
        yield made


def columns(connection: psycopg.Connection, table: str) -> dict[str, tuple[str, str]]:
    found = connection.execute(
        "select column_name, format_type(a.atttypid, a.atttypmod), is_nullable"
        " from information_schema.columns c join pg_attribute a"
        " on a.attrelid = %s::regclass and a.attname = c.column_name"
        " where table_schema = 'public' and table_name = %s",
        [f"public.{table}", table],
    )
    return {name: (type_, nullable) for name, type_, nullable in found}


def test_every_table_of_ours_is_compared_with_what_must_be_there(
    connection: psycopg.Connection, django_ready: None
) -> None:
    from rollbook.records.tables.expected import expected_columns

    found = connection.execute("select tablename from pg_tables where schemaname = 'rollbook'")
    ours = {f"rollbook.{name}" for (name,) in found}
    assert ours == {name for name in expected_columns(()) if name.startswith("rollbook.")}


def test_every_column_of_tables_that_sql_has_made_is_compared(
    connection: psycopg.Connection, django_ready: None
) -> None:
    from rollbook.records.tables.expected import OF_SQL

    found = connection.execute(
        "select c.relname, array_agg(a.attname::text order by a.attnum) from pg_class c"
        " join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped"
        " where c.relnamespace = 'rollbook'::regnamespace and c.relname = any(%s) group by 1",
        [list(OF_SQL)],
    ).fetchall()
    assert dict(found) == {name: columns.split() for name, columns in OF_SQL.items()}


def test_every_view_function_and_trigger_of_ours_is_compared_with_what_must_be_there(
    connection: psycopg.Connection, django_ready: None
) -> None:
    from rollbook.records.tables import objects
    from rollbook.records.tables.expected import QUEUE

    functions, views, triggers = objects._expected()
    found = connection.execute(
        "select case when starts_with(proname, 'procrastinate_') then proname::text"
        " else 'rollbook.' || oid::regprocedure end from pg_proc"
        " where pronamespace = 'rollbook'::regnamespace union all"
        " select tgname from pg_trigger where not tgisinternal"
        " and starts_with(tgname, 'procrastinate_')"
    ).fetchall()
    spelled = {"varchar": "character varying", "timestamptz": "timestamp with time zone"}
    ours = {name.replace(", ", ",") for name in functions}
    for short, long in spelled.items():
        ours = {name.replace(short, long) for name in ours}
    assert {name for (name,) in found} == ours | set(QUEUE)
    found = connection.execute(
        "select 'rollbook.' || viewname from pg_views where schemaname = 'rollbook'"
    ).fetchall()
    assert {name for (name,) in found} == set(views)
    found = connection.execute(
        "select 'rollbook.' || c.relname, tgname from pg_trigger join pg_class c on c.oid = tgrelid"
        " where not tgisinternal and c.relnamespace = 'rollbook'::regnamespace"
        " and not starts_with(tgname, 'procrastinate_')"
    ).fetchall()
    assert set(found) == set(triggers)


def test_the_snapshots_table_has_the_catalogues_columns_and_the_specified_metadata(
    connection: psycopg.Connection,
) -> None:
    spelled = {"varchar": "character varying", "numeric(5,2)": "numeric(5,2)"}
    expected = dict(METADATA)
    for field in student_catalogue().snapshot_fields:
        kind, _, rest = field.type.sql.partition("(")
        type_ = f"{spelled[kind]}({rest}" if kind == "varchar" else field.type.sql
        expected[field.name] = (type_, "YES")
    assert columns(connection, "student_data_snapshots") == expected
    assert len(expected) == 60  # 54 fields, and what the specification calls metadata


def test_the_snapshots_table_is_indexed_and_refers_as_specified(
    connection: psycopg.Connection,
) -> None:
    found = connection.execute(
        "select indexdef from pg_indexes where tablename = 'student_data_snapshots'"
    ).fetchall()
    for column in ("student_id", "imported_at", "import_job_id"):
        assert any(f"({column})" in index for (index,) in found)
    references = connection.execute(
        "select pg_get_constraintdef(oid) from pg_constraint"
        " where conrelid = 'public.student_data_snapshots'::regclass and contype = 'f'"
    ).fetchall()
    assert sorted(reference for (reference,) in references) == [
        "FOREIGN KEY (import_job_id) REFERENCES jobs(id) ON DELETE SET NULL",
        "FOREIGN KEY (student_id) REFERENCES students(id) ON DELETE CASCADE",
    ]


def test_shared_tables_have_the_neighbors_columns(connection: psycopg.Connection) -> None:
    students = columns(connection, "students")
    assert students["student_id"] == ("character varying(50)", "NO")
    assert students["grade"] == ("grade_level", "YES")
    assert students["ssid"] == ("character varying(50)", "YES")
    jobs = columns(connection, "jobs")
    assert jobs["status"] == ("job_status", "YES")
    assert jobs["input_data"] == ("jsonb", "YES")
    assert columns(connection, "settings")["key"] == ("character varying(255)", "NO")


def test_nothing_of_ours_lies_in_public_beside_the_four(connection: psycopg.Connection) -> None:
    found = connection.execute(
        "select table_name from information_schema.tables where table_schema = 'public'"
    ).fetchall()
    assert {name for (name,) in found} == {
        "students",
        "jobs",
        "settings",
        "student_data_snapshots",
    }


@pytest.mark.parametrize(
    "statement",
    [
        "update rollbook.audit_events set actor = 'nobody'",
        "delete from rollbook.audit_events",
        "truncate rollbook.audit_events",
    ],
)
def test_the_audit_can_only_grow(
    rollbook: CommandLine, connection: psycopg.Connection, statement: str
) -> None:
    assert rollbook("terms", "add", "Winter 2026").code == 0
    with pytest.raises(psycopg.errors.RaiseException, match="append-only"):
        connection.execute(statement)
    found = connection.execute("select action, subject from rollbook.audit_events").fetchall()
    assert found == [("term.added", "Winter 2026")]


def test_every_migration_of_records_and_people_is_written(rollbook: CommandLine) -> None:
    settings = {"DJANGO_SETTINGS_MODULE": "rollbook.project.web_settings"}
    done = subprocess.run(
        [sys.executable, "-m", "django", "makemigrations", "--check", "--dry-run"],
        env=rollbook.environment() | settings | {"ROLLBOOK_SECRET_KEY": "A" * 43 + "="},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_migrating_twice_changes_nothing(rollbook: CommandLine) -> None:
    assert rollbook("migrate").code == 0
    assert rollbook("migrate").code == 0


NEIGHBOR = """
create type grade_level as enum ('K','1','2','3','4','5','6','7','8','9','10','11','12');
create type student_status as enum ('active','inactive','transferred','graduated');
create type job_status as enum ('pending','running','completed','failed');
create table users (id serial primary key);
create table schools (id serial primary key);
create table students (
    id serial primary key, student_id varchar(50) unique not null,
    first_name varchar(100) not null, last_name varchar(100) not null, middle_name varchar(100),
    date_of_birth date, grade grade_level not null, school_id integer references schools(id),
    status student_status default 'active', created_at timestamp default now(),
    updated_at timestamp default now(), created_by integer references users(id),
    updated_by integer references users(id));
create table jobs (
    id serial primary key, job_type varchar(100) not null, status job_status default 'pending',
    user_id integer references users(id), input_data jsonb, output_data jsonb, error_message text,
    created_at timestamp not null default now(), started_at timestamp, completed_at timestamp,
    attempts integer default 0, max_attempts integer default 3);
create table settings (
    id serial primary key, key varchar(255) unique not null, value text not null,
    description text, category varchar(100), is_secret boolean default false,
    created_at timestamp default now(), updated_at timestamp default now());
create table migration_log (id serial primary key);
insert into students (student_id, first_name, last_name, grade) values ('0000001', 'A', 'B', '3');
insert into jobs (job_type, status) values ('something_else', 'running');
"""


def test_beside_a_neighbors_tables_only_the_ssid_is_added_and_its_constraints_rule(
    fresh_database: str, tmp_path: Path
) -> None:
    with psycopg.connect(fresh_database, autocommit=True) as made:
        made.execute(NEIGHBOR)
        before = {name: columns(made, name) for name in ("students", "jobs", "settings")}
        home = tmp_path / "home"
        home.mkdir(mode=0o700)
        rollbook = CommandLine(home, {"DATABASE_URL": fresh_database})
        assert rollbook("migrate").code == 0
        after = {name: columns(made, name) for name in before}
        before["students"]["ssid"] = ("character varying(50)", "YES")
        assert after == before

        file = tmp_path / "a.csv"
        file.write_text(
            "Student ID,SSID,First Name,Last Name,Grade,Absences YTD\n"
            "0000001,9000000001,A,B,3,5\n"
            "0000002,9000000002,C,D,4,6\n"
            "0000003,9000000003,,E,4,7\n"
            "0000004,9000000004,F,G,PK,8\n"
        )
        report = rollbook.json("import", file)
        assert report["issues"]["by_code"] == {"STUDENT_INCOMPLETE": 2}
        assert (report["counts"]["updated"], report["counts"]["inserted"]) == (1, 1)
        # Its own job, which runs without a lock of ours, is none of our business.
        other = made.execute("select status::text from jobs where job_type = 'something_else'")
        assert other.fetchall() == [("running",)]
