"""What `rollbook uninstall --print` prints leaves a database as it was before Rollbook came."""

import re
from pathlib import Path

import psycopg
import pytest

from tests.doubles.neighbor import Neighbor
from tests.integration.cli.commands import CommandLine, write_csv
from tests.integration.neighbor.conftest import known_rows
from tests.integration.neighbor.roles import (
    GRANTED,
    OWN_SCHEMA,
    OWN_TABLES,
    set_up,
    two_roles,
)

CATALOGUE = (
    "select n.nspname from pg_namespace n where n.nspname !~ '^pg_(toast|temp)'",
    "select c.oid::regclass::text, c.relkind::text, a.attname,"
    " format_type(a.atttypid, a.atttypmod), a.attnotnull,"
    " pg_get_expr(d.adbin, d.adrelid) from pg_class c left join pg_attribute a"
    " on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped left join pg_attrdef d"
    " on d.adrelid = a.attrelid and d.adnum = a.attnum join pg_namespace n"
    " on n.oid = c.relnamespace where n.nspname !~ '^(pg_|information)'",
    "select conrelid::regclass::text, conname, pg_get_constraintdef(oid) from pg_constraint"
    " where connamespace = 'public'::regnamespace",
    "select t.typname, e.enumlabel from pg_type t left join pg_enum e on e.enumtypid = t.oid"
    " where t.typnamespace = 'public'::regnamespace",
    "select oid::regprocedure::text from pg_proc where pronamespace = 'public'::regnamespace",
    "select tgrelid::regclass::text, tgname from pg_trigger where not tgisinternal",
    "select c.relname, a.grantee::regrole::text, a.privilege_type from pg_class c,"
    " aclexplode(coalesce(c.relacl, acldefault((case when c.relkind = 'S' then 's' else 'r' end)"
    "::\"char\", c.relowner))) a where c.relnamespace = 'public'::regnamespace",
    "select n.nspname, a.grantee::regrole::text, a.privilege_type from pg_namespace n,"
    " aclexplode(n.nspacl) a where n.nspname = 'public'",
    "select d.datname, a.grantee::regrole::text, a.privilege_type from pg_database d,"
    " aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a"
    " where d.datname = current_database()",
    "select defaclrole::regrole::text, defaclacl::text from pg_default_acl",
    "select objoid::regclass::text, description from pg_description"
    " where classoid = 'pg_class'::regclass and objoid >= 16384",
)
ROWS = (
    "jobs", "settings", "users", "schools", "documents", "student_guardians",
    "(select id, student_id, middle_name, school_id, status, notes, created_by from students"
    " where id <= 6)",
)  # fmt: skip


def digest(database: str, *, rows: bool = True) -> list[list[str]]:
    """Return the catalogue, and the rows but for what imports write into students."""
    found = []
    with psycopg.connect(database, autocommit=True) as connection:
        for query in CATALOGUE:
            found.append(sorted(map(str, connection.execute(query.encode()).fetchall())))
        for table in ROWS if rows else ():
            query = f"select to_jsonb(t)::text from {table} t"
            found.append(sorted(map(str, connection.execute(query.encode()).fetchall())))
    return found


@pytest.fixture
def neighbor(empty_neighbor: Neighbor) -> Neighbor:
    return empty_neighbor


def command(database: str, home: Path) -> CommandLine:
    home.mkdir(mode=0o700, exist_ok=True)
    return CommandLine(home, {"DATABASE_URL": database})


def rows_of_students(tmp_path: Path) -> Path:
    rows = known_rows(6)
    return write_csv(tmp_path / "s.csv", *rows)


def test_the_neighbors_database_is_as_before_rollbook_and_its_role_came(
    neighbor: Neighbor, tmp_path: Path
) -> None:
    serving = neighbor.new_role("rollbook Serve")
    before = digest(neighbor.superuser)
    owner = command(neighbor.owner, tmp_path / "home")
    printed = owner("migrate", "--roles", "--role", neighbor._roles[-1])
    assert printed.code == 0, printed
    neighbor.as_superuser(printed.out)
    neighbor.as_owner(f'grant select on schools to "{neighbor._roles[-1]}"')
    own = command(serving, tmp_path / "home")
    assert own("feeds", "set", "files", "--unchanged-for", "0").code == 0
    assert own("import", rows_of_students(tmp_path)).code == 0
    assert own("settings", "set", "import.notification_emails", "it@example.org").code == 0
    assert owner("terms", "add", "Winter 2026").code == 0
    assert digest(neighbor.superuser) != before
    done = owner("uninstall", "--print")
    assert (done.code, done.err) == (0, ""), done
    assert len(digest(neighbor.superuser)[9]) == 2  # nothing was changed by printing
    neighbor.as_owner(done.out)
    assert digest(neighbor.superuser) == before
    assert owner("migrate").code == 0  # and Rollbook may come again


@pytest.mark.parametrize("way", [OWN_TABLES, OWN_SCHEMA, GRANTED])
def test_each_role_runs_its_own_part(neighbor: Neighbor, way: str, tmp_path: Path) -> None:
    """The statements are the same under either role."""
    (tmp_path / "home").mkdir(mode=0o700)
    roles = two_roles(neighbor, way, tmp_path / "home")
    before = digest(neighbor.superuser)
    set_up(roles)
    own = roles["own"]
    assert own("feeds", "set", "files", "--unchanged-for", "0").code == 0
    assert own("import", rows_of_students(tmp_path)).code == 0
    assert own("settings", "set", "import.notification_emails", "it@example.org").code == 0
    printed = own("uninstall", "--print")
    assert (printed.code, printed.err) == (0, ""), printed
    assert roles["owner"]("uninstall", "--print") == printed
    parts = re.findall(r"^-- To be run by the role \"(.+)\":$", printed.out, re.MULTILINE)
    owner_alone = way != OWN_SCHEMA
    assert parts == ([] if owner_alone else [roles.names["own"], roles.names["owner"]])
    last = re.split("^-- To be run.*$", printed.out, flags=re.MULTILINE)[-1]
    refused = roles.psql(roles.names["own"], last)
    assert (refused.code, "this part is for the role" in refused.err) == (3, True), refused
    roles.run_what_is_printed(printed)
    assert digest(neighbor.superuser) == before
    assert "Nothing of it is there" in roles["owner"]("uninstall", "--print").out


def test_a_column_that_was_there_before_stays(neighbor: Neighbor, tmp_path: Path) -> None:
    neighbor.as_owner("alter table students add column ssid varchar(50)")
    before = digest(neighbor.superuser)
    owner = command(neighbor.owner, tmp_path / "home")
    assert owner("migrate").code == 0
    neighbor.as_owner(owner("uninstall", "--print").out)
    assert digest(neighbor.superuser) == before


def test_it_stops_where_others_have_built_on_what_would_go(
    neighbor: Neighbor, tmp_path: Path
) -> None:
    owner = command(neighbor.owner, tmp_path / "home")
    assert owner("migrate").code == 0
    printed = owner("uninstall", "--print").out
    view = "view absences as select id from student_data_snapshots"
    for built in (view, "table rollbook.x ()"):
        neighbor.as_owner(f"create {built}")
        with pytest.raises(psycopg.errors.RaiseException, match=r"absences|rollbook\.x"):
            neighbor.as_owner(printed)
        neighbor.as_owner("drop view if exists absences; drop table if exists rollbook.x")
    neighbor.as_owner(printed)


def test_standing_alone_nothing_is_left(fresh_database: str, tmp_path: Path) -> None:
    before = digest(fresh_database, rows=False)
    alone = command(fresh_database, tmp_path / "home")
    assert alone("migrate").code == 0
    assert alone("feeds", "set", "files", "--unchanged-for", "0").code == 0
    assert alone("import", rows_of_students(tmp_path)).code == 0
    printed = alone("uninstall", "--print").out
    assert "the students go too" in printed
    with psycopg.connect(fresh_database, autocommit=True) as connection:
        connection.execute(printed.encode())
    assert digest(fresh_database, rows=False) == before


def test_without_print_it_refuses(fresh_database: str, tmp_path: Path) -> None:
    done = command(fresh_database, tmp_path / "home")("uninstall")
    assert (done.code, "--print" in done.err, done.out) == (2, True, "")
