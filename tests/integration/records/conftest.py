"""The records in this process: Django on a fresh, migrated database."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import psycopg
import pytest

Open = Callable[[], "psycopg.Connection"]


@pytest.fixture
def records(fresh_database: str) -> Iterator[str]:
    """The URL of the database that Django's connection leads to."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rollbook.project.settings")
    import django
    from django.db import connections

    from rollbook.project import environment

    django.setup(set_prefix=False)
    chosen = connections.configure_settings({"default": environment.database(fresh_database)})
    connections.settings["default"] = chosen["default"]
    if hasattr(connections._connections, "default"):
        del connections["default"]
    from rollbook.records.migrate import migrate

    try:
        migrate()
        yield fresh_database
    finally:
        connections.close_all()


@pytest.fixture
def open_connection(records: str) -> Iterator[Open]:
    """Each call is a process of its own, as far as the database can tell."""
    with ExitStack() as opened:
        yield lambda: opened.enter_context(psycopg.connect(records, autocommit=True))
