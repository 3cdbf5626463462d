"""People, made by the same operations as on the pages and the command line."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.pages.conftest import PASSWORD

MakePerson = Callable[..., Any]


@pytest.fixture
def make_person(records: str) -> MakePerson:
    from rollbook.access.models import Role
    from rollbook.access.operations import add_person

    def make(email: str = "ada@example.org", role: str = "administrator") -> Any:
        return add_person(email, PASSWORD, role=Role(role), actor="test")

    return make
