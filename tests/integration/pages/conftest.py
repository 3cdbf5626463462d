"""The pages in this process, and people of each kind signed in to them."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

PASSWORD = "a long enough sentence"


@pytest.fixture
def pages(records: str) -> Iterator[None]:
    from django.conf import settings
    from django.core.cache import cache
    from django.test import override_settings

    cache.clear()
    with override_settings(
        ALLOWED_HOSTS=[*settings.ALLOWED_HOSTS, "testserver"], PUBLIC_URL="http://testserver"
    ):
        yield
    for thread in threading.enumerate():
        if thread.name == "connection test":
            thread.join(60)  # it writes its end into the database


@pytest.fixture
def person(pages: None) -> Callable[..., Any]:
    """Makes a person; returns a client that is signed in as that person."""
    from django.test import Client

    from rollbook.access.models import Role
    from rollbook.access.operations import add_person

    def make(role: str = "administrator", email: str = "ada@example.org") -> Any:
        user = add_person(email, PASSWORD, role=Role(role), actor="test")
        client = Client(enforce_csrf_checks=False)
        client.force_login(user, "rollbook.access.backend.AddressBackend")
        return client

    return make
