"""The records in this process: Django on a fresh, migrated database."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import psycopg
import pytest

Open = Callable[[], "psycopg.Connection"]


@pytest.fixture
def open_connection(records: str) -> Iterator[Open]:
    """Each call is a process of its own, as far as the database can tell."""
    with ExitStack() as opened:
        yield lambda: opened.enter_context(psycopg.connect(records, autocommit=True))
