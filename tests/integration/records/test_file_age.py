"""Since when a file is outdated: by its server's times, and by its bytes."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.integration.records.conftest import Open

MONDAY, TUESDAY, WEDNESDAY = (datetime(2026, 1, day, 2, tzinfo=UTC) for day in (5, 6, 7))
Stored = Any


@pytest.fixture
def stored(open_connection: Open) -> Stored:
    """Write down that a file was imported, into feed 1 unless it is said; return the job."""
    connection = open_connection()

    def store(
        made_at: datetime, sha256: str, served: Any = None, *, feed: int = 1, **columns: Any
    ) -> int:
        output = {"report": {"file": {"sha256": sha256}}, "served": served}
        found = connection.execute(
            "INSERT INTO jobs (job_type, output_data) VALUES ('other', %s) RETURNING id",
            [json.dumps(output)],
        ).fetchone()
        assert found is not None
        connection.execute(
            "INSERT INTO rollbook.import_changes (job_id, feed_id, fields, is_stored, made_at)"
            " VALUES (%s, %s, '{}', true, %s)",
            [found[0], feed, made_at],
        )
        for name, value in columns.items():
            connection.execute(
                f"UPDATE rollbook.import_changes SET {name} = %s WHERE job_id = %s",
                [value, found[0]],
            )
        return int(found[0])

    connection.execute(
        "INSERT INTO rollbook.protected_values"
        " (student_id, field, reason, protected_by, protected_at)"
        " VALUES (1, 'grade', '', '', now())"
    )
    return store


def age(sha256: str, modified: int | None = None) -> datetime | None:
    from rollbook.records.queries.protections import outdated_since

    return outdated_since(1, sha256=sha256, modified=modified)


def test_bytes_that_others_have_followed_are_outdated_since_then(stored: Stored) -> None:
    stored(MONDAY, "a")
    stored(MONDAY, "a")
    assert (age("a"), age("new")) == (None, None)
    stored(TUESDAY, "b")
    stored(WEDNESDAY, "a")
    assert (age("a"), age("b"), age("new")) == (TUESDAY, WEDNESDAY, None)


def test_a_file_dated_before_one_that_was_imported_is_outdated_since_then(stored: Stored) -> None:
    stored(MONDAY, "a", {"modified": 100})
    stored(TUESDAY, "b", {"modified": 200})
    assert (age("c", 99), age("c", 150), age("c", 200)) == (MONDAY, TUESDAY, None)
    assert age("c") is None


def test_imports_of_other_feeds_and_undone_ones_make_nothing_outdated(stored: Stored) -> None:
    stored(MONDAY, "a")
    stored(TUESDAY, "b", {"modified": 200}, feed=2)
    stored(TUESDAY, "c", {"modified": 200}, undone_at=WEDNESDAY)
    assert (age("a"), age("d", 100)) == (None, None)


@pytest.mark.parametrize("served", [None, {}, [], 5, {"modified": "x"}, {"modified": {"a": 1}}])
def test_what_another_program_writes_into_the_shared_table_does_no_harm(
    stored: Stored, served: Any
) -> None:
    stored(MONDAY, "a", served)
    assert age("b", 100) is None


def test_nothing_is_asked_where_nothing_is_protected(stored: Stored, open_connection: Open) -> None:
    stored(MONDAY, "a", {"modified": 100})
    open_connection().execute("UPDATE rollbook.protected_values SET ended_at = now()")
    assert age("b", 50) is None
