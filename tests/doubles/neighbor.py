"""The database of the neighboring application, in both shapes that it has, with rows of its own.

Its owner is no superuser. Rollbook comes second: nothing of it is there yet.
"""

import itertools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote, urlsplit

import psycopg
from psycopg import sql

SQL_FILES: Final = "sql_files"
DRIZZLE: Final = "drizzle"
SHAPES: Final = (SQL_FILES, DRIZZLE)

PASSWORD: Final = "neighbor"
KNOWN: Final = 6
"""How many students it has: 0000001 to 0000006, without SSIDs."""
OTHER_JOBS: Final = 3

_ENUMS = """
create type grade_level as enum
    ('K', '1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '11', '12');
create type student_status as enum ('active', 'inactive', 'transferred', 'graduated');
create type job_status as enum ('pending', 'running', 'completed', 'failed');
create table users (id serial primary key, email varchar(255) not null unique);
create table schools (id serial primary key, name varchar(255) not null, code varchar(20));
create table documents (id serial primary key, title text not null);
"""

_STUDENTS = """
create table students (
    id serial primary key,
    student_id varchar(50) not null,
    first_name varchar(100) not null, last_name varchar(100) not null, middle_name varchar(100),
    date_of_birth date,
    grade grade_level {grade},
    school_id integer references schools (id),
    status student_status default 'active' {status},
    email varchar(255), phone varchar(20), address text,
    emergency_contact_name varchar(255), emergency_contact_phone varchar(20), notes text,
    created_at timestamp default now() {times}, updated_at timestamp default now() {times},
    created_by integer references users (id), updated_by integer references users (id),
    constraint {unique_student} unique (student_id)
);
create table student_guardians (
    id serial primary key,
    student_id integer not null references students (id) on delete cascade,
    name varchar(255) not null
);
"""

_JOBS = """
create table jobs (
    id serial primary key,
    job_type varchar(100) not null,
    status job_status default 'pending' {job},
    user_id integer references users (id) {user_gone},
    input_data jsonb, output_data jsonb, error_message text,
    created_at timestamp not null default now(), started_at timestamp, completed_at timestamp,
    attempts integer default 0 {job}, max_attempts integer default 3 {job}
);
create table settings (
    id serial primary key,
    key varchar(255) not null,
    value text not null, description text, category varchar(100),
    is_secret boolean default false {setting},
    created_at timestamp default now() {setting}, updated_at timestamp default now() {setting},
    constraint {unique_key} unique (key)
);
"""

_ROWS = f"""
insert into users (email) values ('counselor@district.example');
insert into schools (name, code) values ('North Elementary', 'N'), ('South Middle', 'S');
insert into students (student_id, first_name, last_name, grade, school_id, created_by, updated_by)
    select lpad(n::text, 7, '0'), 'Ada', 'Known' || chr(64 + n), n::text::grade_level, 1, 1, 1
    from generate_series(1, {KNOWN}) n;
insert into student_guardians (student_id, name) select id, 'A guardian' from students;
insert into jobs (job_type, status, user_id, input_data, output_data) values
    ('report_export', 'completed', 1, '{{"format": "pdf"}}', '["page 1", "page 2"]'),
    ('email_digest', 'pending', 1, '[1, 2]', null),
    ('report_export', 'failed', null, null, '"no room"');
insert into settings (key, value, category, is_secret) values
    ('S3_BUCKET', 'documents-of-the-neighbor', 'storage', false),
    ('OPENAI_API_KEY', 'a secret of the neighbor', 'ai', true);
"""

_PARTS: Final = {
    SQL_FILES: {
        "grade": "not null", "status": "", "times": "", "job": "", "setting": "",
        "user_gone": "on delete set null",
        "unique_student": "students_student_id_key", "unique_key": "settings_key_key",
    },
    DRIZZLE: {
        "grade": "", "status": "not null", "times": "not null", "job": "not null",
        "setting": "not null", "user_gone": "",
        "unique_student": "students_student_id_unique", "unique_key": "settings_key_unique",
    },
}  # fmt: skip
_SQL_FILES_ALONE = """
create table migration_log (id serial primary key, step_number integer, description text);
create index idx_students_student_id on students (student_id);
create index idx_students_grade on students (grade);
"""
_DRIZZLE_ALONE = """
create table drizzle_migrations (id serial primary key, hash text not null, created_at bigint);
create table user_students (
    id serial primary key, user_id integer not null references users (id),
    student_id integer not null references students (id), source varchar(20) not null
);
"""
_ALONE: Final = {SQL_FILES: _SQL_FILES_ALONE, DRIZZLE: _DRIZZLE_ALONE}

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Neighbor:
    """A database of the neighbor. `owner` and `superuser` are URLs of it."""

    shape: str
    superuser: str
    owner: str
    _roles: list[str] = field(default_factory=list)

    def new_role(self, name: str) -> str:
        """Make a role that may only sign in, and return its URL of this database."""
        name = f"{name}_{os.getpid()}_{next(_numbers)}"
        with psycopg.connect(self.superuser, autocommit=True) as connection:
            _make_role(connection, name)
        self._roles.append(name)
        return _url(self.superuser, role=name)

    def as_owner(self, statement: str) -> None:
        """Run statements as the application's own programs would."""
        with psycopg.connect(self.owner, autocommit=True) as connection:
            connection.execute(statement.encode())

    def as_superuser(self, statement: str) -> None:
        with psycopg.connect(self.superuser, autocommit=True) as connection:
            connection.execute(statement.encode())

    def rows(self, query: str) -> list[tuple[object, ...]]:
        with psycopg.connect(self.superuser) as connection:
            return connection.execute(query.encode()).fetchall()


@contextmanager
def neighbor_database(server: str, shape: str) -> Iterator[Neighbor]:
    """Give a database of `shape` on the server of a superuser's URL; dropped with its roles."""
    name = f"neighbor_{os.getpid()}_{next(_numbers)}"
    with psycopg.connect(server, autocommit=True) as connection:
        _make_role(connection, name)
        made = sql.SQL("create database {0} owner {0}").format(sql.Identifier(name))
        connection.execute(made)
        url = urlsplit(server)._replace(path=f"/{name}").geturl()
        neighbor = Neighbor(shape, superuser=url, owner=_url(url, role=name))
        neighbor._roles.append(name)
        neighbor.as_owner(statements(shape))
        yield neighbor
        connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))
        for role in neighbor._roles:
            connection.execute(sql.SQL("drop role {}").format(sql.Identifier(role)))


def statements(shape: str) -> str:
    """Return what makes the tables of `shape`, and the rows in them."""
    tables = (_STUDENTS + _JOBS).format(**_PARTS[shape])
    return _ENUMS + tables + _ALONE[shape] + _ROWS


def _make_role(connection: psycopg.Connection, name: str) -> None:
    made = sql.SQL("create role {} login nosuperuser password {}")
    connection.execute(made.format(sql.Identifier(name), sql.Literal(PASSWORD)))


def _url(database: str, *, role: str) -> str:
    parts = urlsplit(database)
    place = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=f"{quote(role)}:{PASSWORD}@{place}").geturl()
