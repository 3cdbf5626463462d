"""A database whose answer never comes: the page says so in time, and the next one is well."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.doubles.silent_proxy import SilentProxy, silent_proxy


@pytest.fixture
def proxy(pages: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[SilentProxy]:
    from django.db import connection
    from django.db.backends.signals import connection_created

    from rollbook.records.patience import Patience
    from rollbook.web.middleware import database_patience

    patience = Patience(within=1.0)
    monkeypatch.setattr(database_patience, "_patience", lambda: patience)
    connection_created.disconnect(dispatch_uid="patience")
    before = dict(connection.settings_dict)
    connection.close()
    with silent_proxy(before["HOST"], int(before["PORT"] or 5432)) as proxy:
        connection.settings_dict |= {"HOST": "127.0.0.1", "PORT": proxy.port}
        yield proxy
    connection.close()
    connection.settings_dict.update(before)
    connection_created.disconnect(dispatch_uid="patience")


def test_a_page_that_waits_for_a_frozen_connection_says_so_in_time(
    proxy: SilentProxy, person: Callable[..., Any]
) -> None:
    from django.db import connection

    client = person()
    client.raise_request_exception = False
    assert client.get("/imports/").status_code == 200
    connection.close()  # it was made before the pages were served
    assert client.get("/imports/").status_code == 200
    proxy.fall_silent()
    begun = time.monotonic()
    answer = client.get("/imports/")
    assert time.monotonic() - begun < 25
    assert answer.status_code == 503
    assert "The database has a problem" in answer.content.decode()
    proxy.recover()
    connection.close()  # as a server does after each request; the client of tests does not
    assert client.get("/imports/").status_code == 200


def test_the_server_ends_a_statement_of_a_page_unless_an_administrator_has_set_a_limit(
    proxy: SilentProxy, person: Callable[..., Any]
) -> None:
    from django.db import connection

    person().get("/imports/")
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute("show statement_timeout")
        assert cursor.fetchone() == ("25s",)
        cursor.execute("select current_database()")
        (name,) = cursor.fetchone()
        cursor.execute(f'alter database "{name}" set statement_timeout = 7000')
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute("show statement_timeout")
        assert cursor.fetchone() == ("7s",)
