"""Whatever a role may not do, following what Rollbook says leads to the end, not in a circle.

Each route: a command under one role, the statements that it prints run by the role that it names,
the command again.
"""

import itertools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.doubles.neighbor import DRIZZLE, SQL_FILES, neighbor_database
from tests.integration.cli.commands import CommandLine, Finished, student, write_csv
from tests.integration.neighbor.roles import GRANTED, OWN_TABLES, Roles, set_up, two_roles

_numbers = itertools.count(20)
"""Of students who are new."""


@pytest.fixture(scope="module", params=[(OWN_TABLES, SQL_FILES), (GRANTED, DRIZZLE)])
def roles(
    neighbor_server: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Roles]:
    way, shape = request.param
    home = tmp_path_factory.mktemp("home")
    home.chmod(0o700)
    with neighbor_database(neighbor_server, shape) as neighbor:
        found = two_roles(neighbor, way, home)
        set_up(found)
        limits = ("--names-limit", "100", "--new-limit", "100", "--unchanged-for", "0")
        assert found["own"]("feeds", "set", "files", *limits).code == 0
        yield found


BROKEN: Final = {
    "some rights": (
        'revoke update on students from "{own}"; revoke insert on student_data_snapshots from'
        ' "{own}"; revoke all on sequence jobs_id_seq from "{own}"'
    ),
    "all rights": 'revoke all on students, jobs, settings, student_data_snapshots from "{own}"',
    "the schema public": (
        'revoke all on schema public from public, "{own}"; grant all on schema public to "{owner}"'
    ),
    "temporary tables": (
        "do $$ begin execute format('revoke temporary on database %I from public',"
        " current_database()); execute format('revoke temporary on database %I from %I',"
        " current_database(), '{own}'); end $$"
    ),
    "what was added": ("alter table students drop column ssid; drop table student_data_snapshots"),
}
"""What was done to the shared tables, after which an import by Rollbook's role has to come back."""

BROKEN_OWN: Final = {
    "a table of Rollbook's": 'revoke update on rollbook.feeds from "{own}"',
    "everything of Rollbook's": (
        'revoke all on all tables in schema rollbook from "{own}";'
        ' revoke all on schema rollbook from "{own}"'
    ),
    "sequences and the function": (
        'revoke all on all sequences in schema rollbook from "{own}";'
        ' revoke all on function rollbook.expire_audit(timestamptz, integer) from "{own}"'
    ),
}
"""The same of Rollbook's own tables, where they belong to the application's owner."""


@pytest.mark.parametrize("what", BROKEN)
def test_an_import_comes_back_by_what_is_printed(roles: Roles, what: str, tmp_path: Path) -> None:
    roles.break_by(BROKEN[what])
    _comes_back(roles, tmp_path)


@pytest.mark.parametrize("what", BROKEN_OWN)
def test_rights_to_rollbooks_own_tables_come_back_by_what_is_printed(
    roles: Roles, what: str, tmp_path: Path
) -> None:
    if roles.way == OWN_TABLES:
        roles.break_by(BROKEN_OWN[what].replace("{own}", "{owner}"))
        who = "owner"
    else:
        roles.break_by(BROKEN_OWN[what])
        who = "own"
    printed = roles[who]("migrate")
    assert printed.code == 1, printed
    roles.run_what_is_printed(printed)
    done = roles[who]("migrate")
    assert (done.code, done.out) == (0, ""), done
    assert roles[who]("feeds", "set", "files", "--unchanged-for", "0").code == 0
    assert _imported(roles, tmp_path, absences=3).code == 0


def test_a_term_is_added_after_its_statement_was_run(roles: Roles) -> None:
    refused = roles["own"]("terms", "add", "Winter 2026")
    assert refused.code == 1, refused
    assert refused.out.startswith("alter table public.student_data_snapshots add column")
    roles.run_what_is_printed(refused)
    added = roles["own"]("terms", "add", "Winter 2026")
    assert (added.code, "18 columns" in added.out) == (0, True), added
    assert roles["own"]("migrate").code == 0


def test_the_owner_of_the_application_adds_a_term_too(roles: Roles) -> None:
    done = roles["owner"]("terms", "add", "Winter 2027")
    if done.code:
        assert "`rollbook migrate`" in done.err
        roles.run_what_is_printed(roles["owner"]("migrate"))
        done = roles["owner"]("terms", "add", "Winter 2027")
    assert done.code == 0, done


def test_a_table_with_columns_of_terms_comes_back_in_one_round(
    roles: Roles, tmp_path: Path
) -> None:
    roles.break_by(BROKEN["what was added"])
    _comes_back(roles, tmp_path)


def test_schools_are_read_again_after_the_statement_was_run(roles: Roles) -> None:
    roles.break_by('revoke select on schools from "{own}"')
    refused = roles["own"]("schools", "map", "North", "1")
    assert (refused.code, "`rollbook migrate`" in refused.err) == (1, True), refused
    roles.run_what_is_printed(roles["own"]("migrate"))
    assert roles["own"]("schools", "map", "North", "1").code == 0


def test_health_names_the_role_that_gives_each_right_back(roles: Roles) -> None:
    roles.break_by('revoke update on students from "{own}"; revoke select on schools from "{own}"')
    said = roles["own"]("health").out
    owner, own = roles.names["owner"], roles.names["own"]
    assert f'Let the role “{owner}” run: grant update on "public"."students" to "{own}";' in said
    roles.run_what_is_printed(roles["own"]("migrate"))
    assert roles["own"]("health").code == 0


def test_an_index_of_ours_is_made_again_by_the_role_that_is_named(roles: Roles) -> None:
    [(name,)] = roles.neighbor.rows(
        "select indexname from pg_indexes where schemaname = 'rollbook'"
        " and indexname like '%issue%' and indexdef not like '%UNIQUE%' limit 1"
    )
    maker, other = ("own", "owner") if roles.way == OWN_TABLES else ("owner", "own")
    roles.break_by(f"drop index rollbook.{name}")
    refused = roles[other]("migrate")
    while refused.out:  # the application's owner has no rights to our tables at first
        roles.run_what_is_printed(refused)
        refused = roles[other]("migrate")
    if refused.code:  # the application's owner has made everything where it may
        assert f"with the role “{roles.names[maker]}” in DATABASE_URL" in refused.err
    assert roles[maker]("migrate").code == 0
    assert roles[other]("migrate").code == 0
    assert roles.neighbor.rows(f"select 1 from pg_indexes where indexname = '{name}'")


def test_tables_of_a_newer_version_are_made_by_the_role_that_is_named(roles: Roles) -> None:
    roles.break_by(
        "create table public.put_away as select * from rollbook.django_migrations"
        " where app = 'records' order by id desc limit 1;"
        "delete from rollbook.django_migrations where id in (select id from public.put_away)"
    )
    maker, other = ("own", "owner") if roles.way == OWN_TABLES else ("owner", "own")
    refused = roles[other]("migrate")
    while refused.out:
        roles.run_what_is_printed(refused)
        refused = roles[other]("migrate")
    roles.break_by(
        "insert into rollbook.django_migrations select * from public.put_away;"
        "drop table public.put_away"
    )
    assert (refused.code, refused.out) == (1, "")
    assert f"with the role “{roles.names[maker]}” in DATABASE_URL" in refused.err


def test_what_a_further_role_needs_is_run_by_both(roles: Roles) -> None:
    further = roles.neighbor.new_role("clerk")
    printed = roles["own"]("migrate", "--roles", "--role", roles.neighbor._roles[-1])
    roles.run_what_is_printed(
        printed if "-- To be run" in printed.out else Finished(0, printed.out, _owner_of(roles))
    )
    done = CommandLine(roles.home, {"DATABASE_URL": further})("migrate")
    assert (done.code, done.out) == (0, ""), done


def _owner_of(roles: Roles) -> str:
    return f"“{roles.names['owner']}”"


def _comes_back(roles: Roles, folder: Path) -> None:
    """Import, follow what is said, import again: one round of statements is enough."""
    refused = _imported(roles, folder, absences=1)
    said = re.sub(r"\s+", " ", refused.out + refused.err)
    assert (refused.code, "up to date" in said) == (1, True), refused
    printed = roles["own"]("migrate")
    assert printed.code == 1, printed
    roles.run_what_is_printed(printed)
    done = roles["own"]("migrate")
    assert (done.code, done.out) == (0, ""), done
    assert _imported(roles, folder, absences=2).code == 0


def _imported(roles: Roles, folder: Path, *, absences: int) -> Finished:
    """Import other values each time, so that every right is used."""
    number = next(_numbers)
    rows = [student(n, grade=n, absences=absences) for n in (*range(1, 9), number)]
    return roles["own"]("import", write_csv(folder / "students.csv", *rows), "--force")
