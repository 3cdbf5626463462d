"""Pages that are served while the key of the installation is rotated."""

import os
from collections.abc import Callable
from typing import Any

import pytest


def test_served_pages_take_up_a_new_key_or_say_that_they_need_it(
    person: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.conf import settings
    from django.db import connection
    from django.test import override_settings

    from rollbook.records.operations import installation_key

    monkeypatch.setattr("rollbook.web.middleware.encryption_key.LOOK_EVERY", 0.0)
    client = person()
    with override_settings(SECRET_KEY=settings.SECRET_KEY):
        before = settings.SECRET_KEY
        monkeypatch.setitem(os.environ, "ROLLBOOK_SECRET_KEY", "B" * 43 + "=")
        assert client.get("/account/sign-in/").status_code in (200, 302)
        assert before != settings.SECRET_KEY
        with connection.cursor() as cursor:
            installation_key.remember(cursor, bytes(32))
        answer = client.get("/healthz")
        assert (answer.status_code, "isn't the one" in answer.content.decode()) == (503, True)
