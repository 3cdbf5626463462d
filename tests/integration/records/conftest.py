"""The records in this process: Django on a fresh, migrated database."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import psycopg
import pytest

from tests.integration.cli.commands import CommandLine

Open = Callable[[], "psycopg.Connection"]


@pytest.fixture
def records(rollbook: CommandLine) -> Iterator[str]:
    """The URL of the database that Django's connection leads to."""
    url = rollbook.environ["DATABASE_URL"]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rollbook.project.settings")
    import django
    from django.db import connections

    from rollbook.project import environment

    django.setup(set_prefix=False)
    chosen = connections.configure_settings({"default": environment.database(url)})
    connections.settings["default"] = chosen["default"]
    if hasattr(connections._connections, "default"):
        del connections["default"]
    yield url
    connections.close_all()


@pytest.fixture
def open_connection(records: str) -> Iterator[Open]:
    """Each call is a process of its own, as far as the database can tell."""
    with ExitStack() as opened:
        yield lambda: opened.enter_context(psycopg.connect(records, autocommit=True))
