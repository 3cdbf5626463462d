"""People and requests without a database."""

from types import SimpleNamespace
from typing import Any

import pytest


@pytest.fixture
def request_of(django_ready: None) -> Any:
    """Make a request of a person: nobody, or one of a role."""
    from django.test import RequestFactory

    def make(role: str = "", address: str = "/imports/?page=2", **headers: str) -> Any:
        request = RequestFactory().get(address, headers=headers)
        request.user = SimpleNamespace(  # type: ignore[assignment]
            pk=0,
            is_authenticated=bool(role),
            role=role,
            is_administrator=role == "administrator",
        )
        request.session = {}  # type: ignore[assignment]
        return request

    return make
