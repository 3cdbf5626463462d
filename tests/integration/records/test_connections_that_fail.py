"""Why there is no connection is told apart, with a real server and its own words."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from rollbook.core.errors import RollbookError
from rollbook.records.database import translate, translated
from tests.doubles.certificates import self_signed
from tests.integration.own_postgresql import oldest_installed, own_postgresql

RULES = """
local all all trust
hostssl all tls_only 127.0.0.1/32 trust
hostnossl all tls_only 127.0.0.1/32 reject
host all clerk 127.0.0.1/32 scram-sha-256
host all nobody_here 127.0.0.1/32 trust
host all outside 127.0.0.2/32 trust
host all rollbook 127.0.0.1/32 trust
host all limited 127.0.0.1/32 trust
"""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with own_postgresql(oldest_installed()) as url, psycopg.connect(url, autocommit=True) as admin:
        for role in ("clerk login password 'right'", "tls_only login", "outside login"):
            admin.execute(f"create role {role}".encode())
        admin.execute("create role limited login connection limit 0")
        [(data,)] = admin.execute("show data_directory").fetchall()
        (Path(data) / "pg_hba.conf").write_text(RULES)
        admin.execute("select pg_reload_conf()")
        _await_rules(url)
        yield url


@pytest.fixture(scope="module")
def secured(server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The server's URL when it has a certificate of its own for localhost, and that."""
    pair = self_signed(tmp_path_factory.mktemp("tls"))
    with psycopg.connect(server, autocommit=True) as admin:
        [(data,)] = admin.execute("show data_directory").fetchall()
        for path in (pair.chain, pair.key):
            copied = shutil.copy(path, data)
            shutil.chown(copied, Path(data).stat().st_uid, Path(data).stat().st_gid)
            Path(copied).chmod(0o600)
        admin.execute(f"alter system set ssl_cert_file = '{pair.chain.name}'".encode())
        admin.execute(f"alter system set ssl_key_file = '{pair.key.name}'".encode())
        admin.execute("alter system set ssl = on")
        admin.execute("select pg_reload_conf()")
        while not _is_secured(server):
            pass
    yield server, pair.chain


@pytest.mark.parametrize(
    ("user", "database", "options", "reason", "words"),
    [
        ("clerk:wrong", "postgres", "", "database_sign_in_refused", "user or password is wrong"),
        ("clerk", "postgres", "", "database_sign_in_refused", "a password is missing"),
        ("nobody_here", "postgres", "", "database_sign_in_refused", "there is no such user"),
        (
            "outside",
            "postgres",
            "",
            "database_sign_in_refused",
            "doesn't accept this user and database from here",
        ),
        ("tls_only", "postgres", "", "database_sign_in_refused", "without TLS"),
        ("rollbook", "elsewhere", "", "database_not_there", "no database with the name"),
        ("limited", "postgres", "", "database_connections_exhausted", "no more connections"),
        ("rollbook", "postgres", "options=-c%20no_such%3D1", "start_refused", "parameter"),
    ],
)
def test_a_server_that_refuses_is_not_one_that_is_not_there(
    server: str, user: str, database: str, options: str, reason: str, words: str
) -> None:
    refused = _error(_url(server, user=user, database=database, options=options))
    assert (refused.reason, words in str(refused)) == (reason, True), str(refused)
    assert "wrong" not in str(refused).replace("is wrong", "")


def test_a_connection_that_cannot_be_secured_says_why(
    server: str, secured: tuple[str, Path], tmp_path: Path
) -> None:
    url, certificate = secured
    stranger = self_signed(tmp_path, "stranger").chain

    def why(user: str, options: str) -> str:
        refused = _error(_url(url, user=user, options=options))
        assert refused.reason == "database_not_secured", str(refused)
        return str(refused)

    assert "isn't signed by an authority" in why(
        "rollbook", f"sslmode=verify-ca&sslrootcert={stranger}"
    )
    assert "missing or can't be read" in why("rollbook", "sslmode=verify-full&sslrootcert=/no.pem")
    named = f"sslmode=verify-full&sslrootcert={certificate}&hostaddr=127.0.0.1"
    elsewhere = _url(url, user="rollbook", options=named).replace("@127.0.0.1:", "@db.example:")
    assert "another name" in str(_error(elsewhere))
    good = _url(url, user="rollbook", options=f"sslmode=verify-full&sslrootcert={certificate}")
    assert _is_secured(good)


def test_a_server_without_tls_is_told_as_that_where_tls_is_asked_for() -> None:
    with own_postgresql(oldest_installed()) as url:
        refused = _error(f"{url}?sslmode=require")
    assert refused.reason == "database_not_secured"
    assert "the server doesn't offer it" in str(refused)


def _url(server: str, *, user: str, database: str = "postgres", options: str = "") -> str:
    parts = urlsplit(server)
    place = f"{user}@{parts.hostname}:{parts.port}"
    return parts._replace(netloc=place, path=f"/{database}", query=options).geturl()


def _error(url: str) -> RollbookError:
    with pytest.raises(RollbookError) as raised, translated(), psycopg.connect(url):
        pass
    return raised.value


def _await_rules(url: str) -> None:
    """Wait until the server goes by the new rules; it reads them between two connections."""
    while True:
        try:
            psycopg.connect(_url(url, user="outside")).close()
        except psycopg.OperationalError:
            return


def _is_secured(url: str) -> bool:
    with psycopg.connect(url) as connection:
        return connection.info.pgconn.ssl_in_use


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        ("25006", "database_read_only"),
        ("53100", "database_full"),
        ("53200", "database_out_of_memory"),
        ("53300", "database_connections_exhausted"),
        ("55P03", "database_busy"),
        ("57014", "statement_ended"),
        ("57P01", "database_unavailable"),
        ("08006", "database_unavailable"),
    ],
)
def test_what_a_server_refuses_later_is_told_apart_too(state: str, reason: str) -> None:
    error = translate(psycopg.errors.lookup(state)("text with a value of a student"))
    assert (error.reason, error.is_transient) == (reason, reason != "database_full")
    assert state in str(error)
    assert "student" not in str(error)
