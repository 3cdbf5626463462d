"""What commands have left in the database."""

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from tests.integration.cli.commands import CommandLine


@pytest.fixture
def stored(rollbook: CommandLine) -> Iterator[Callable[[str], list[tuple[Any, ...]]]]:
    with psycopg.connect(rollbook.environ["DATABASE_URL"], autocommit=True) as connection:
        yield lambda sql: connection.execute(sql).fetchall()
