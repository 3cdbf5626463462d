"""The API in this process: an import that is over, with problems, and programs with tokens."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.pages.conftest import pages, person
from tests.integration.pages.test_who_may_see_what import job_and_feed
from tests.integration.pages.test_who_saw_values import values

__all__ = ["job_and_feed", "pages", "person", "values"]  # fixtures

JOBS = "/api/admin/import/jobs"


class Program:
    """A program that has a token; answers are decoded."""

    def __init__(self, token: str) -> None:
        from django.test import Client

        self.token = token
        self._client = Client(headers={"Authorization": f"Bearer {token}"} if token else {})
        self._client.raise_request_exception = False

    def get(self, address: str, **headers: str) -> Any:
        return self._client.get(address, headers=headers)

    def post(self, address: str, body: Any = None, **headers: str) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        content = "" if body is None else json.dumps(body)
        return self._client.post(address, content, content_type="application/json", headers=named)

    def upload(self, fields: dict[str, Any], **headers: str) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._client.post("/api/admin/import/upload", fields, headers=named)

    def request(self, method: str, address: str) -> Any:
        return self._client.generic(method, address)


@pytest.fixture(autouse=True)
def numbers(pages: None) -> None:
    """The samples have numbers of their own; new jobs get others."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("select setval(pg_get_serial_sequence('public.jobs', 'id'), 100)")


@pytest.fixture
def program(person: Callable[..., Any]) -> Callable[..., Program]:
    """Makes a token with these scopes for an administrator, ada; returns its program."""
    from rollbook.access.models import User
    from rollbook.access.operations import make_token
    from rollbook.access.scopes import Scope

    def make(*scopes: str) -> Program:
        if not User.objects.filter(email="ada@example.org").exists():
            person()
        owner = User.objects.get(email="ada@example.org")
        name = "+".join(scopes)
        return Program(make_token(name, [Scope(each) for each in scopes], owner=owner, actor="t"))

    return make


def problem(answer: Any, status: int, reason: str) -> dict[str, Any]:
    """Return the problem of an answer that must be this one."""
    assert answer["Content-Type"] == "application/problem+json", answer.content
    assert answer["Cache-Control"] == "no-store"
    found: dict[str, Any] = json.loads(answer.content)
    assert (answer.status_code, found["status"], found["reason"]) == (status, status, reason), found
    assert found["type"] == "about:blank"
    assert found["title"]
    assert found["detail"]
    return found
