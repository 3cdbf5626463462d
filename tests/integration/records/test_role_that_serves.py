"""The role that serves, made by the role that migrates, with what a secret of AWS says of it."""

import json
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import psycopg
import pytest
from psycopg import sql

from rollbook.embedded.account import binaries, server_account
from rollbook.records.sign_in import DatabaseSecretLacks
from tests.doubles.aws import REGION, secrets_manager
from tests.doubles.neighbor import SQL_FILES, neighbor_database
from tests.integration.cli.commands import CommandLine, student, write_csv
from tests.integration.data_api.test_imports import reached_by
from tests.integration.own_postgresql import owned_database

SECRET = "serving"
FIRST, SECOND = "first ' of \\ them", "second"

_numbers = count(1)


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """A migrated database, for a superuser and for its owner."""
    home = tmp_path_factory.mktemp("owner")
    home.chmod(0o700)
    with owned_database(binaries(server_account())) as (superuser, owner):
        assert CommandLine(home, {"DATABASE_URL": owner})("migrate").code == 0
        yield superuser, owner


@pytest.fixture
def records(district: tuple[str, str], django_ready: None) -> Iterator[str]:
    """The URL of the superuser; Django's connection is the owner's."""
    superuser, owner = district
    with reached_by(owner):
        yield superuser


@pytest.fixture
def role() -> str:
    """A name that no role has."""
    return f'clerk "{next(_numbers)}"'


@pytest.fixture
def keep(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Write the secret."""
    with secrets_manager(monkeypatch) as aws:
        monkeypatch.setenv("AWS_REGION", REGION)
        aws.create_secret(Name=SECRET, SecretString="{}")

        def put(**held: str) -> None:
            aws.put_secret_value(SecretId=SECRET, SecretString=json.dumps(held))

        yield put


def named(url: str, role: str, password: str) -> str:
    parts = urlsplit(url)
    where = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=f"{quote(role)}:{quote(password)}@{where}").geturl()


def connected(url: str, role: str, password: str) -> "psycopg.Connection[Any]":
    return psycopg.connect(named(url, role, password), autocommit=True)


def test_it_is_made_with_its_password_and_serves_and_cannot_rewrite_the_audit_log(
    records: str, role: str, keep: Callable[..., None]
) -> None:
    from django.db import connection

    from rollbook.records.serving_role import let_serve

    ran: list[str] = []

    def note(execute: Any, text: Any, *given: Any) -> Any:
        ran.append(str(text))
        return execute(text, *given)

    keep(username=role, password=FIRST, engine="postgres")
    with connection.execute_wrapper(note):
        let_serve(SECRET)
    assert "alter role" in "\n".join(ran)
    assert not [each for each in ran if FIRST in each], "a server's log may have each statement"
    with connected(records, role, FIRST) as serving:
        serving.execute("insert into rollbook.terms (key, name, position) values ('t', 'T', 99)")
        serving.execute("select count(*) from rollbook.audit_events")
        for forbidden in (
            "delete from rollbook.audit_events",
            "update rollbook.audit_events set actor = 'x'",
            "drop table rollbook.terms",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                serving.execute(forbidden.encode())


def test_another_password_of_the_secret_is_the_roles_from_the_next_time_on(
    records: str, role: str, keep: Callable[..., None]
) -> None:
    from rollbook.records.serving_role import let_serve

    keep(username=role, password=FIRST)
    let_serve(SECRET)
    keep(username=role, password=SECOND)
    for _ in range(2):
        let_serve(SECRET)
    connected(records, role, SECOND).close()
    with pytest.raises(psycopg.OperationalError):
        connected(records, role, FIRST)


def test_a_role_that_may_act_as_the_owner_does_not_serve(
    records: str, role: str, keep: Callable[..., None]
) -> None:
    from rollbook.records.serving_role import ServingRoleOwns, let_serve

    owner = "keeper"
    with psycopg.connect(records, autocommit=True) as connection:
        name = sql.Identifier(role)
        connection.execute(sql.SQL("create role {} in role {}").format(name, sql.Identifier(owner)))
    for each in (owner, role):
        keep(username=each, password=FIRST)
        with pytest.raises(ServingRoleOwns):
            let_serve(SECRET)
    with psycopg.connect(records) as connection:
        kept = connection.execute(
            "select has_table_privilege(%s, 'rollbook.audit_events', 'delete')", [owner]
        ).fetchall()
    assert kept == [(True,)], "the owner lost nothing"


def test_a_role_that_may_make_none_says_what_its_owner_has_to_run_and_takes_what_was_made(
    records: str, role: str, keep: Callable[..., None]
) -> None:
    from django.db import connection

    from rollbook.records.migrate import OwnerNeeded
    from rollbook.records.roles import statements
    from rollbook.records.serving_role import let_serve

    keep(username=role, password=FIRST)
    migrator = sql.Identifier(f"{role} migrates")
    with psycopg.connect(records, autocommit=True) as superuser:
        for text in (
            "create role {}",
            "grant usage on schema rollbook to {}",
            "grant {} to keeper",
        ):
            superuser.execute(sql.SQL(text).format(migrator))
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL("set role {}").format(migrator).as_string())
        with pytest.raises(OwnerNeeded) as refused:
            let_serve(SECRET)
        needed = [each.text for each in refused.value.statements]
        assert needed == [each.text for each in statements(role)]
        for each in needed[:-1]:
            superuser.execute(each.encode())
        with pytest.raises(OwnerNeeded) as refused:
            let_serve(SECRET)
        [left] = refused.value.statements
        assert left.text == needed[-1].replace("usage, select", "select, usage")
        superuser.execute(needed[-1].encode())
        password = sql.SQL("alter role {} password {}").format(
            sql.Identifier(role), sql.Literal(FIRST)
        )
        superuser.execute(password)
    let_serve(SECRET)
    connected(records, role, FIRST).close()


def test_in_another_applications_database_its_owner_makes_it_and_it_sees_nothing_else(
    records: str, role: str, keep: Callable[..., None], tmp_path: Path
) -> None:
    from rollbook.records.serving_role import let_serve

    keep(username=role, password=FIRST)
    tmp_path.chmod(0o700)
    with neighbor_database(records, SQL_FILES) as neighbor:
        assert CommandLine(tmp_path, {"DATABASE_URL": neighbor.owner})("migrate").code == 0
        owner = sql.Identifier(urlsplit(neighbor.owner).username or "").as_string()
        neighbor.as_superuser(f"alter role {owner} createrole")
        with reached_by(neighbor.owner):
            let_serve(SECRET)
        serving = CommandLine(tmp_path, {"DATABASE_URL": named(neighbor.owner, role, FIRST)})
        assert serving("migrate").code == 0, "it lacks nothing"
        file = write_csv(tmp_path / "students.csv", student(1), student(7))
        assert serving.json("import", file)["counts"]["inserted"] == 1
        with (
            connected(neighbor.owner, role, FIRST) as connection,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            connection.execute("select * from public.student_guardians")


def test_a_secret_without_user_and_password_is_told(
    records: str, keep: Callable[..., None]
) -> None:
    from rollbook.records.serving_role import let_serve

    keep(username="clerk")
    with pytest.raises(DatabaseSecretLacks):
        let_serve(SECRET)
