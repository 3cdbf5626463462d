"""The view for other programs: what it tells, to whom, and that it is in no one's way."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from tests.doubles.neighbor import KNOWN, Neighbor
from tests.integration.cli.commands import CommandLine, write_csv
from tests.integration.neighbor.conftest import known_rows

READER = "rollbook_reader"
GRANTS = (
    "grant usage on schema rollbook to {role}",
    "grant select on rollbook.current_students to {role}",
    "grant execute on function rollbook.list_current_students() to {role}",
    "grant execute on function rollbook.list_old_values_today() to {role}",
)
CHANGES = (
    "alter table students drop column ssid cascade",
    "alter table students drop column first_name",
    "alter table students alter column last_name type text",
    "alter table students alter column student_id type text",
    "alter table students rename column grade to level",
    "alter table students add column nickname text",
    "alter table student_data_snapshots drop column absences_ytd",
    "alter table student_data_snapshots add column winter_2031_dibels_orf_wc_score integer",
)


@contextmanager
def undone(neighbor: Neighbor, superuser: str = "") -> Iterator[psycopg.Connection[Any]]:
    """A connection to the application's database, of its owner; nothing of what is done stays."""
    name = conninfo_to_dict(neighbor.owner)["dbname"]
    with psycopg.connect(superuser or neighbor.owner, dbname=name) as connection:
        yield connection
        connection.rollback()


def as_reader(connection: psycopg.Connection[Any], *, grants: tuple[str, ...]) -> None:
    role = sql.Identifier(READER)
    connection.execute(sql.SQL("create role {role}").format(role=role))
    for grant in grants:
        connection.execute(sql.SQL(grant).format(role=role))
    connection.execute(sql.SQL("set role {role}").format(role=role))


@pytest.fixture(scope="module")
def imported(owner: CommandLine, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("files")
    done = owner("import", write_csv(folder / "s.csv", *known_rows(KNOWN)))
    assert done.code == 0, done


@pytest.mark.usefixtures("imported")
def test_each_student_has_one_row_with_todays_values_and_of_when_they_are(
    neighbor: Neighbor,
) -> None:
    with undone(neighbor) as connection:
        count = connection.execute("select count(*) from students").fetchone()
        told = connection.execute(
            "select count(*), count(distinct student_id), count(as_of), count(present_since),"
            " count(missing_since), count(distinct last_import), min(last_feed),"
            " bool_and(as_of >= last_written_at) from rollbook.current_students"
        ).fetchone()
        assert count is not None
        assert told is not None
        assert told[:2] == (count[0], count[0])
        assert told[2:] == (KNOWN, KNOWN, 0, 1, "files", True)
        connection.execute(
            "update rollbook.presence set missing_since = now() where student_id ="
            " (select min(student_id) from rollbook.presence)"
        )
        gone = connection.execute(
            "select present_since, missing_since = now() from rollbook.current_students"
            " where missing_since is not null"
        ).fetchall()
        assert gone == [(None, True)]


@pytest.mark.usefixtures("imported")
def test_it_keeps_the_application_from_nothing_and_reads_what_is_left(neighbor: Neighbor) -> None:
    for change in CHANGES:
        with undone(neighbor) as connection:
            connection.execute(change.encode())
            if "absences_ytd" in change:  # imports fail too, until `rollbook migrate` adds it
                continue
            read = "select * from rollbook.current_students where absences_ytd is not null"
            assert len(connection.execute(read.encode()).fetchall()) == KNOWN, change


@pytest.mark.usefixtures("imported")
def test_a_reader_needs_four_grants_and_sees_no_table(
    neighbor: Neighbor, neighbor_server: str
) -> None:
    with undone(neighbor, neighbor_server) as connection:
        as_reader(connection, grants=GRANTS)
        rows = connection.execute("select student_id from rollbook.current_students").fetchall()
        assert len(rows) >= KNOWN
        for table in ("public.students", "public.student_data_snapshots", "rollbook.feeds"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
                connection.execute(f"select from {table}".encode())
    for missing in range(len(GRANTS)):
        with undone(neighbor, neighbor_server) as connection:
            as_reader(connection, grants=(*GRANTS[:missing], *GRANTS[missing + 1 :]))
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute("select from rollbook.current_students")


def test_its_columns_are_the_catalogues_without_a_term(
    owner: CommandLine, neighbor: Neighbor
) -> None:
    from rollbook.core.catalogue.students import student_catalogue

    with undone(neighbor) as connection:
        described = connection.execute("select * from rollbook.current_students limit 0")
        assert described.description is not None
        found = [column.name for column in described.description]
    wanted = {field.name for field in student_catalogue(()).fields}
    assert wanted < set(found)
    assert set(found) - wanted == {
        "number", "present_since", "missing_since", "as_of", "last_written_at", "last_import",
        "last_feed", "old_values",
    }  # fmt: skip
