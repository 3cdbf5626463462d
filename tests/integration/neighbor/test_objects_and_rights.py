"""Views, functions, triggers, sequences and rights: what is lost is told, and comes back by what is
told."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from tests.doubles.neighbor import SQL_FILES, Neighbor, neighbor_database
from tests.integration.cli.commands import CommandLine, write_csv
from tests.integration.neighbor.conftest import known_rows
from tests.integration.neighbor.roles import GRANTED, Roles, set_up, two_roles

if TYPE_CHECKING:
    from rollbook.records.tables.fault import TableFault

LOST = {
    "drop view rollbook.issues": [
        ("rollbook.issues", "", "view"),
        ("rollbook.issues", "add_issue", "trigger"),
        ("rollbook.issues", "delete_issue", "trigger"),
    ],
    "drop function rollbook.list_current_students cascade": [
        ("rollbook.current_students", "", "view"),
        ("rollbook.list_current_students()", "", "function"),
    ],
    "drop function rollbook.list_old_values": [
        ("rollbook.list_old_values(timestamptz, integer[])", "", "function")
    ],
    "drop function rollbook.is_import(bigint, varchar, jsonb)": [
        ("rollbook.is_import(bigint, varchar, jsonb)", "", "function")
    ],
    "drop function rollbook.note_attempts() cascade": [
        ("rollbook.job_attempts", "attempts_are_noted", "trigger"),
        ("rollbook.note_attempts()", "", "function"),
    ],
    "create or replace function rollbook.expire_audit(older_than timestamptz, at_once integer)"
    " returns bigint language sql as 'select 0::bigint'": [
        ("rollbook.expire_audit(timestamptz, integer)", "", "changed")
    ],
    "alter table rollbook.audit_events disable trigger audit_events_are_append_only": [
        ("rollbook.audit_events", "audit_events_are_append_only", "trigger")
    ],
    "alter table rollbook.feeds alter id drop identity": [("rollbook.feeds", "id", "numbers")],
    "drop sequence public.student_data_snapshots_id_seq cascade": [
        ("public.student_data_snapshots", "id", "numbers")
    ],
}
"""What was done by the owner -> what is told of it. `rollbook migrate` mends all of it."""


def told(faults: "list[TableFault]") -> list[tuple[str, str, str]]:
    return sorted((each.table, each.column, each.kind) for each in faults)


@pytest.mark.parametrize("statement", LOST)
def test_what_holds_no_rows_and_is_lost_is_told(
    owner: CommandLine, neighbor: Neighbor, django_ready: None, statement: str
) -> None:
    from rollbook.records.tables.comparison import table_faults

    with psycopg.connect(neighbor.owner) as connection:
        connection.execute(statement.encode())
        found = table_faults(connection.cursor())
        connection.rollback()
    assert told(found) == LOST[statement]
    assert all("brought up to date" in each.advice for each in found)


def test_migrate_makes_it_again(owner: CommandLine, neighbor: Neighbor, tmp_path: Path) -> None:
    neighbor.as_owner(";".join(LOST))
    refused = owner("health")
    expected = {name for lost in LOST.values() for name, _, _ in lost}
    assert refused.code == 1
    assert all(name in refused.out for name in expected), refused
    assert refused.out.count("`rollbook migrate`") == sum(map(len, LOST.values()))
    assert ", and 12 more" in owner("doctor").out
    assert owner("migrate").code == 0
    assert owner.json("health")["tables"] == []
    assert (
        neighbor.rows(
            "select prosecdef, has_function_privilege('public', oid, 'execute') from pg_proc"
            " where proname in ('expire_audit', 'list_current_students', 'list_old_values_today')"
        )
        == [(True, False)] * 3
    )
    done = owner("import", write_csv(tmp_path / "s.csv", *known_rows(6)))
    assert done.code == 0, done


def test_numbers_of_the_applications_table_are_for_its_owner_who_is_told_how(
    owner: CommandLine, neighbor: Neighbor, tmp_path: Path
) -> None:
    neighbor.as_owner("drop sequence jobs_id_seq cascade")
    assert [each["fault"] for each in owner.json("health", code=1)["tables"]] == ["numbers"]
    refused = owner("import", write_csv(tmp_path / "s.csv", *known_rows(6)), "--force")
    assert refused.code == 1, refused
    [line] = [each for each in owner("health").out.splitlines() if "public.jobs" in each]
    neighbor.as_owner(line.partition(" run: ")[2])
    done = owner("import", write_csv(tmp_path / "s.csv", *known_rows(6)), "--force")
    assert done.code == 0, done


def test_a_function_of_the_queue_comes_back_with_a_restore(
    owner: CommandLine, neighbor: Neighbor, django_ready: None
) -> None:
    from rollbook.records.tables.comparison import table_faults

    with psycopg.connect(neighbor.owner) as connection:
        connection.execute("drop function rollbook.procrastinate_update_heartbeat_v1")
        [fault] = table_faults(connection.cursor())
        connection.rollback()
    assert (fault.table, fault.kind) == ("rollbook.procrastinate_update_heartbeat_v1", "queue")
    assert fault.advice == "Restore the last backup: that makes the queue again."


REVOKED = {
    'update on students from "{own}"': {"public.students"},
    'all on student_data_snapshots from "{own}"': {"public.student_data_snapshots"},
    'all on sequence jobs_id_seq from "{own}"': {"public.jobs_id_seq"},
    'select on schools from "{own}"': {"public.schools"},
    'insert, update on rollbook.feeds, rollbook.presence from "{own}"': {
        "rollbook.feeds", "rollbook.presence",
    },
    'insert on rollbook.procrastinate_jobs from "{own}"': {"rollbook.procrastinate_jobs"},
    'all on rollbook.issues from "{own}"': {"rollbook.issues"},
    'all on rollbook.terms, rollbook.django_migrations from "{own}"': {
        "rollbook.terms", "rollbook.django_migrations",
    },
    'all on jobs, settings from "{own}"': {"public.jobs", "public.settings"},
    'all on sequence rollbook.feeds_id_seq from "{own}"': {"rollbook.feeds_id_seq"},
    'execute on function rollbook.is_import(varchar, jsonb) from public, "{own}"': {
        "rollbook.is_import(character varying, jsonb)",
    },
    'execute on function rollbook.expire_audit from "{own}"': {
        "rollbook.expire_audit(timestamp with time zone, integer)",
    },
    'usage on schema rollbook from "{own}"': {"the schema rollbook"},
}  # fmt: skip
"""What was revoked -> the objects to which Rollbook's role lacks rights then."""


@pytest.fixture(scope="module")
def roles(neighbor_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Roles]:
    home = tmp_path_factory.mktemp("roles")
    home.chmod(0o700)
    with neighbor_database(neighbor_server, SQL_FILES) as neighbor:
        found = two_roles(neighbor, GRANTED, home)
        set_up(found)
        yield found


@pytest.mark.parametrize("revoked", REVOKED)
def test_every_right_that_is_lost_is_told_with_the_statement_that_gives_it_back(
    roles: Roles, django_ready: None, revoked: str
) -> None:
    from rollbook.records.tables.comparison import right_faults

    with psycopg.connect(roles.urls["own"], autocommit=True) as connection:
        assert right_faults(connection.cursor()) == []
        roles.break_by(f"revoke {revoked}")
        found = right_faults(connection.cursor())
        assert {each.table for each in found} == REVOKED[revoked]
        for each in found:
            assert each.rights in str(each)
            roles.run_as(each.owner, each.statement)
        assert right_faults(connection.cursor()) == []


@pytest.mark.parametrize("revoked", ["usage on schema rollbook", "select on rollbook.feeds, jobs"])
def test_health_and_doctor_tell_it_though_they_can_see_no_more(roles: Roles, revoked: str) -> None:
    own = roles["own"]
    roles.break_by(f'revoke {revoked} from "{{own}}"')
    assert {each["fault"] for each in own.json("health", code=1)["tables"]} == {"right"}
    rights = {each["name"]: each for each in own.json("doctor", code=1)["checks"]}["rights"]
    assert (rights["status"], "lacks rights to" in rights["message"]) == ("failed", True)
    lines = [each for each in own("health").out.splitlines() if "lacks rights" in each]
    for line in lines:
        roles.run_as(roles.names["owner"], line.partition(" run: ")[2])
    assert own.json("health")["tables"] == []


def test_statements_for_rights_to_many_tables_are_few(roles: Roles) -> None:
    roles.break_by('revoke all on all tables in schema rollbook from "{own}"')
    printed = roles["own"]("migrate")
    assert (printed.code, printed.out.count("\n")) == (1, 4), printed
    roles.run_what_is_printed(printed)
    assert roles["own"]("migrate").code == 0


def test_a_schema_that_is_gone_is_no_new_installation(
    empty_neighbor: Neighbor, tmp_path: Path
) -> None:
    (tmp_path / "home").mkdir(mode=0o700)
    owner = CommandLine(tmp_path / "home", {"DATABASE_URL": empty_neighbor.owner})
    assert owner("migrate").code == 0
    empty_neighbor.as_owner(
        "insert into student_data_snapshots (student_id) select id from students limit 1;"
        "drop schema rollbook cascade"
    )
    for words in (("health",), ("jobs", "list"), ("doctor",)):
        said = owner(*words)
        assert (said.code, "Rollbook's own tables are gone" in said.out + said.err) == (1, True), (
            said
        )
    assert "Restore the last backup" in owner("health").err
