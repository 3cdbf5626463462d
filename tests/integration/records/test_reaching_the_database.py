"""DATABASE_URL: what is wrong with it is said in a sentence, without its password."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg import sql

from rollbook.environ import UnsafeSetting
from rollbook.project import environment
from tests.integration.cli.commands import CommandLine


@pytest.mark.parametrize(
    "url",
    [
        "mysql://user:SECRET@host/name",
        "postgresql://user:SECRET@host:port/name",
        "postgresql://user:SEC/RET@host/name",
        "postgresql://user:SECRET@[::1/name",
        "postgresql://user:SECRET@host/name?no_such_option=1",
    ],
)
def test_an_address_that_is_none_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(UnsafeSetting, match="DATABASE_URL") as refused:
        environment.database(url)
    assert refused.value.exit_code == 2
    assert "SEC" not in str(refused.value)


def test_what_is_locked_is_seen_as_it_is_then_whatever_the_servers_default_says(
    rollbook: CommandLine, records: str
) -> None:
    from django.db import connection

    from rollbook.records.database import connect

    name = urlsplit(records).path.lstrip("/")
    with psycopg.connect(records, autocommit=True) as other:
        other.execute(
            sql.SQL(
                "alter database {} set default_transaction_isolation = 'repeatable read'"
            ).format(sql.Identifier(name))
        )
    with connect() as ours, connection.cursor() as cursor:
        assert ours.execute("show transaction_isolation").fetchone() == ("read committed",)
        cursor.execute("show transaction_isolation")
        assert cursor.fetchone() == ("read committed",)


def test_an_address_keeps_what_it_says_and_sends_no_option_of_ours() -> None:
    settings = environment.database(
        "postgresql://user%40x:p%2Fw@db.example.org:5433/name?sslmode=require&options=-c%20a.b%3D1"
    )
    assert (settings["USER"], settings["PASSWORD"]) == ("user@x", "p/w")
    assert (settings["HOST"], settings["PORT"], settings["NAME"]) == (
        "db.example.org",
        "5433",
        "name",
    )
    assert settings["OPTIONS"]["sslmode"] == "require"
    assert settings["OPTIONS"]["options"] == "-c a.b=1"


def test_a_connection_whose_other_end_is_gone_is_given_up_within_a_minute(
    rollbook: CommandLine, records: str
) -> None:
    from rollbook.records.database import connect

    with connect() as connection:
        used = connection.info.get_parameters()
    assert int(used["keepalives_idle"]) + 3 * int(used["keepalives_interval"]) <= 60
    assert int(used["tcp_user_timeout"]) <= 60_000
    own = environment.database("postgresql://x@y/z?keepalives_idle=300")["OPTIONS"]
    assert own["keepalives_idle"] == "300"


def test_a_server_that_is_not_there_is_reported_as_that_without_a_traceback(tmp_path: Path) -> None:
    done = command(tmp_path, "postgresql://user:SECRET@127.0.0.1:1/name")("jobs", "list")
    assert done.code == 1
    assert "couldn't be reached" in done.err
    assert "SECRET" not in done.err


def test_a_server_that_goes_away_in_the_middle_of_a_command_is_reported_as_that(
    rollbook: CommandLine,
) -> None:
    url = rollbook.environ["DATABASE_URL"]
    with (
        psycopg.connect(url) as holder,
        psycopg.connect(url, autocommit=True) as other,
        ThreadPoolExecutor() as pool,
    ):
        holder.execute("lock table rollbook.feeds")
        done = pool.submit(rollbook, "feeds", "list")
        waiting = "select pid from pg_stat_activity where wait_event_type = 'Lock'"
        while (row := other.execute(waiting).fetchone()) is None and not done.done():
            time.sleep(0.05)
        other.execute("select pg_terminate_backend(%s)", row)
        assert done.result().code == 1
    assert "couldn't be reached or closed the connection" in done.result().err


def test_a_role_without_rights_is_reported_which_command_needs_them(
    fresh_database: str, tmp_path: Path
) -> None:
    with psycopg.connect(fresh_database, autocommit=True) as owner:
        database = sql.Identifier(urlsplit(fresh_database).path.lstrip("/"))
        owner.execute(sql.SQL("revoke create on database {} from current_user").format(database))
    done = command(tmp_path, fresh_database)("migrate")
    assert done.code == 1
    assert "lacks a right" in done.err
    assert "rollbook migrate" in done.err


def test_a_migrator_behind_another_gives_up_after_a_while(
    records: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rollbook.records import locks, migrate

    monkeypatch.setattr(migrate, "LOCK_TIMEOUT", "100ms")
    with psycopg.connect(records) as other:
        other.execute("select pg_advisory_lock(%s)", [locks.MIGRATION])
        with pytest.raises(migrate.TablesBusy):
            migrate.migrate()
    migrate.migrate()


def command(folder: Path, url: str) -> CommandLine:
    home = folder / "home"
    home.mkdir(mode=0o700)
    return CommandLine(home, {"DATABASE_URL": url})
