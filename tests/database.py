"""A PostgreSQL server for tests, and the database with all tables that others are copied from."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from rollbook import embedded
from tests.integration.cli.commands import CommandLine

TEMPLATE = "migrated"


@contextmanager
def running_server() -> Iterator[str]:
    """A URL of the embedded server; its data may be lost, so it need not wait for the disk."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        home.mkdir(mode=0o700)
        quick = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
        with embedded.running(home, settings=quick) as url:
            yield url


def migrated_template(server: str) -> str:
    """Return the name of a database with all tables, migrated once, that others are copied from."""
    with psycopg.connect(server, autocommit=True) as connection:
        if connection.execute(
            "select 1 from pg_database where datname = %s", (TEMPLATE,)
        ).fetchone():
            return TEMPLATE
        connection.execute(sql.SQL("create database {}").format(sql.Identifier(TEMPLATE)))
    url = urlsplit(server)._replace(path=f"/{TEMPLATE}").geturl()
    with tempfile.TemporaryDirectory() as home:
        done = CommandLine(Path(home), {"DATABASE_URL": url})("migrate")
    assert done.code == 0, done
    with psycopg.connect(url) as connection:  # who wishes to wait for a file says for how long
        connection.execute("alter table rollbook.feeds alter unchanged_for set default 0")
    return TEMPLATE
