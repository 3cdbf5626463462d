"""A command line with a fresh, migrated database of its own on the server of the test run."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg import sql

from tests.integration.cli.commands import CommandLine

TEMPLATE = "migrated"


@pytest.fixture(scope="session")
def migrated(server: str) -> str:
    """The name of a database with all tables, migrated once, that others are copied from."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("create database {}").format(sql.Identifier(TEMPLATE)))
    url = urlsplit(server)._replace(path=f"/{TEMPLATE}").geturl()
    with tempfile.TemporaryDirectory() as home:
        done = CommandLine(Path(home), {"DATABASE_URL": url})("migrate")
    assert done.code == 0, done
    return TEMPLATE


@pytest.fixture
def rollbook(server: str, migrated: str, tmp_path: Path) -> Iterator[CommandLine]:
    name = f"copy_{abs(hash(tmp_path))}"
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(
            sql.SQL("create database {} template {}").format(
                sql.Identifier(name), sql.Identifier(migrated)
            )
        )
        yield CommandLine(
            home, {"DATABASE_URL": urlsplit(server)._replace(path=f"/{name}").geturl()}
        )
        connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))
