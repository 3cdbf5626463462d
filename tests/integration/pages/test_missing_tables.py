"""Where the database is not as it must be, pages answer with a sentence."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest

CHANGES = {
    "alter table public.jobs rename to work": "jobs&quot; does not exist",
    "alter table rollbook.django_session rename to kept": "django_session&quot; does not exist",
    "alter table rollbook.feeds drop column pattern": "feeds.pattern does not exist",
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_missing_table_or_column_is_told_and_no_server_error(
    records: str, person: Callable[..., Any], change: str
) -> None:
    client = person()
    client.raise_request_exception = False
    with psycopg.connect(records, autocommit=True) as connection:
        connection.execute(change.encode())
    answer = client.get("/")
    text = answer.content.decode()
    assert (answer.status_code, "Something went wrong" in text) == (503, False)
    assert CHANGES[change] in text
