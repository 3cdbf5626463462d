"""A district with empty tables in a fresh database."""

from collections.abc import Iterator
from importlib import resources

import psycopg
import pytest

from tests.integration.loading.district import District


@pytest.fixture
def district(fresh_database: str) -> Iterator[District]:
    # The tables of the migrations without Django: loading knows neither Django nor its tables.
    migrations = resources.files("rollbook.records.migrations")
    specified = migrations.joinpath("public_tables.sql").read_text(encoding="utf-8")
    own = migrations.joinpath("own_tables.sql").read_text(encoding="utf-8")
    presence = own[own.index("create table rollbook.presence") : own.index("-- The audit")]
    alone = migrations.joinpath("presence_alone.sql").read_text(encoding="utf-8")
    record = migrations.joinpath("change_record.sql").read_text(encoding="utf-8")
    undo = migrations.joinpath("undo.sql").read_text(encoding="utf-8")
    protected = migrations.joinpath("protected_values.sql").read_text(encoding="utf-8")
    undo = undo[: undo.index("-- Of such an import the index")]
    some = migrations.joinpath("files_of_some.sql").read_text(encoding="utf-8")
    some = some[: some.index("-- Fix-it files of before")]
    numbers = migrations.joinpath("numbers_of_changes.sql").read_text(encoding="utf-8")
    places = migrations.joinpath("places_that_changed.sql").read_text(encoding="utf-8")
    brought = migrations.joinpath("students_brought.sql").read_text(encoding="utf-8")
    with psycopg.connect(fresh_database, options="-c search_path=rollbook,public") as connection:
        connection.execute("CREATE SCHEMA IF NOT EXISTS rollbook")
        connection.execute(specified)
        connection.execute(presence)
        connection.execute(alone)
        connection.execute(record)
        connection.execute(undo)
        connection.execute(numbers)
        connection.execute(protected)
        connection.execute(places)
        connection.execute(some)
        connection.execute(brought)
        connection.commit()
        yield District(connection.cursor())
