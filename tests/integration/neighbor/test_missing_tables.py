"""What another program drops or changes is told, mended where it is ours, and never passed over."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import psycopg
import pytest

from tests.doubles.neighbor import KNOWN, Neighbor
from tests.integration.cli.commands import CommandLine, student, write_csv

Faults: TypeAlias = Callable[[str], list[tuple[str, ...]]]
"""What is wrong after a statement: table, column, kind, and another program's column."""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return write_csv(tmp_path / "students.csv", *(student(n, grade=n) for n in range(1, 9)))


@pytest.fixture
def passphrase(tmp_path: Path) -> Path:
    path = tmp_path / "passphrase"
    path.write_text("five words make a passphrase\n")
    path.chmod(0o600)
    return path


@pytest.fixture
def faults(neighbor: Neighbor, django_ready: None) -> Faults:
    """Tells what is wrong after a statement, which is rolled back."""

    def found(statement: str) -> list[tuple[str, ...]]:
        from rollbook.records.tables.comparison import table_faults

        with psycopg.connect(neighbor.owner) as connection:
            connection.execute(statement.encode())
            told = table_faults(connection.cursor())
            connection.rollback()
        return [(each.table, each.column, each.kind, each.other_column) for each in told]

    return found


def test_what_was_dropped_is_named_by_all_and_added_again_by_migrate(
    owner: CommandLine, neighbor: Neighbor, file: Path, passphrase: Path
) -> None:
    neighbor.as_owner(
        "alter table students drop column ssid;"
        "alter table student_data_snapshots drop column absences_ytd"
    )
    health = owner.json("health", code=1)
    assert [(each["table"], each["column"], each["fault"]) for each in health["tables"]] == [
        ("public.students", "ssid", "missing"),
        ("public.student_data_snapshots", "absences_ytd", "missing"),
    ]
    named = "public.students has no column ssid"
    backup = owner("backup", file.with_suffix(".backup"), "--passphrase-file", passphrase)
    assert (backup.code, named in backup.err) == (1, True), backup
    assert not file.with_suffix(".backup").exists()
    for words in (("import", file), ("check", file)):
        report = owner.json(*words, code=1)
        assert (report["reason"], report["stored"]) == ("tables_changed", False)
        assert named in report["message"]
        assert "absences_ytd" in report["message"]
    assert owner("migrate").code == 0
    assert owner("health").code == 0


def test_a_dropped_table_of_snapshots_is_made_again(
    owner: CommandLine, neighbor: Neighbor, file: Path
) -> None:
    neighbor.as_owner("drop table student_data_snapshots")
    report = owner.json("import", file, "--dry-run", code=1)
    assert "the table public.student_data_snapshots is missing" in report["message"]
    health = owner("health").out
    assert "public.student_data_snapshots is missing" in health
    assert "lacks rights" not in health
    made = owner("migrate")
    assert (made.code, made.out) == (0, "")
    assert "Created: public.student_data_snapshots.\n" in made.err
    owner("feeds", "set", "files", "--names-limit", "100", "--new-limit", "100")
    assert owner.json("import", file)["counts"]["inserted"] == 8 - KNOWN
    assert neighbor.rows("select count(*) from student_data_snapshots") == [(8,)]


@pytest.mark.parametrize("table", ["students", "student_data_snapshots", "settings", "jobs"])
def test_a_column_of_the_neighbor_that_demands_a_value_is_a_fault(
    owner: CommandLine, faults: Faults, table: str
) -> None:
    add = f"delete from student_data_snapshots; alter table {table} add shoe_size int;"
    add += f"update {table} set shoe_size = 1; alter table {table} alter shoe_size set not null"
    assert faults(add) == [(f"public.{table}", "", "demands", "shoe_size")]
    assert faults(f"{add}, alter shoe_size set default 1") == []


@pytest.mark.parametrize(
    ("statement", "advice"),
    [
        ("drop table rollbook.school_mappings", "Restore from a backup"),
        ("alter table rollbook.feeds drop column worksheet cascade", "Restore from a backup"),
        ("alter table jobs drop column max_attempts cascade", "Let the owner of the table add"),
        ("alter table settings drop column category cascade", "Let the owner of the table add"),
        ("alter table students drop column grade cascade", "Let the owner of the table add"),
        ("alter table students drop column ssid cascade", "tables are brought up to date"),
        ("drop table student_data_snapshots cascade", "tables are brought up to date"),
        (
            "update students set ssid = null; alter table students alter ssid type varchar(5)",
            "the type",
        ),
    ],
)
def test_each_fault_has_the_advice_that_mends_it(
    owner: CommandLine, neighbor: Neighbor, django_ready: None, statement: str, advice: str
) -> None:
    from rollbook.records.tables.comparison import table_faults
    from rollbook.records.tables.fault import TablesChanged

    with psycopg.connect(neighbor.owner) as connection:
        connection.execute(statement.encode())
        found = table_faults(connection.cursor())
        connection.rollback()
    told = [each for each in found if each.kind in ("missing", "type")]
    assert [advice in each.advice for each in told] == [True]
    assert [("up to date" in each.advice) == each.is_added_again for each in told] == [True]
    assert advice in str(TablesChanged(told))


def test_such_a_column_is_told_before_the_merge_and_its_name_to_administrators_alone(
    owner: CommandLine, neighbor: Neighbor, file: Path
) -> None:
    add = "alter table students add shoe_size int; update students set shoe_size = 1;"
    neighbor.as_owner(f"{add} alter table students alter shoe_size set not null")
    report = owner.json("import", file, "--dry-run", code=1)
    assert (report["reason"], report["stored"]) == ("tables_changed", False)
    assert "public.students requires a value" in report["message"]
    assert "allow it to be empty" in report["message"]
    assert "migrate" not in owner("import", file, "--dry-run").out
    assert "shoe_size" not in report["message"]
    assert ["shoe_size" in issue["value"] for issue in report["issue_list"]] == [True]
    neighbor.as_owner("alter table students drop column shoe_size")


def test_a_demand_of_the_table_of_jobs_is_told_with_its_name(
    owner: CommandLine, neighbor: Neighbor, file: Path
) -> None:
    add = "alter table jobs add priority int; update jobs set priority = 1;"
    neighbor.as_owner(f"{add} alter table jobs alter priority set not null")
    done = owner("import", file)
    assert (done.code, "table jobs requires a value" in done.err) == (1, True), done
    assert "priority" not in done.out + done.err
    assert "priority" in owner.at_terminal("import", file).out
    neighbor.as_owner("alter table jobs drop column priority")


@pytest.mark.parametrize(
    ("table", "column", "type_"),
    [
        ("students", "ssid", "varchar(5)"),
        ("students", "grade", "integer using null"),
        ("student_data_snapshots", "attendance_percentage", "integer"),
        ("student_data_snapshots", "attendance_percentage", "numeric(4,2)"),
        ("student_data_snapshots", "absences_ytd", "smallint"),
        ("jobs", "output_data", "text"),
    ],
)
def test_a_type_that_cannot_hold_the_values_is_a_fault(
    owner: CommandLine,
    faults: Faults,
    table: str,
    column: str,
    type_: str,
) -> None:
    change = "delete from student_data_snapshots; update students set ssid = null;"
    change += f"alter table {table} alter {column} drop not null, alter {column} type {type_}"
    assert faults(change) == [(f"public.{table}", column, "type", "")]


def test_a_type_that_holds_more_is_none(owner: CommandLine, faults: Faults) -> None:
    change = "alter table student_data_snapshots alter absences_ytd type bigint,"
    change += "alter attendance_percentage type numeric, alter school type text"
    assert faults(change) == []


def test_without_the_table_of_jobs_health_says_so_and_nothing_else(
    owner: CommandLine, neighbor: Neighbor
) -> None:
    neighbor.as_owner("alter table jobs rename to work")
    found = owner.json("health", code=1)
    done = owner("jobs", "list")
    neighbor.as_owner("alter table work rename to jobs")
    [fault] = found["tables"]
    advice = fault.pop("advice")
    assert fault == {"table": "public.jobs", "column": "", "fault": "missing"}
    assert advice.endswith("."), advice
    assert (done.code, 'jobs" does not exist' in done.err) == (1, True), done
