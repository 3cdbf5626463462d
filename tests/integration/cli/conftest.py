"""What commands have left in the database."""

from collections.abc import Iterator

import psycopg
import pytest

from tests.integration.cli.commands import CommandLine, Stored


@pytest.fixture
def stored(rollbook: CommandLine) -> Iterator[Stored]:
    with psycopg.connect(rollbook.environ["DATABASE_URL"], autocommit=True) as connection:
        yield lambda sql: connection.execute(sql).fetchall()
