"""One real PostgreSQL for the whole run, and a fresh database for each test that asks for one."""

import itertools
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg import sql

from rollbook import embedded

# Before Django is set up: tests never touch a database or a home that somebody uses.
for name in [name for name in os.environ if name.startswith(("DATABASE_URL", "ROLLBOOK_"))]:
    del os.environ[name]

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """A URL of the embedded server; its data may be lost, so it need not wait for the disk."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        home.mkdir(mode=0o700)
        quick = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
        with embedded.running(home, settings=quick) as url:
            yield url


@pytest.fixture
def fresh_database(server: str) -> Iterator[str]:
    """A URL of an empty database, dropped after the test."""
    name = f"test_{os.getpid()}_{next(_numbers)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
        yield urlsplit(server)._replace(path=f"/{name}").geturl()
        connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))
