"""A feed's saved credentials: sent where they were meant to go, and missed in a sentence."""

import os
from collections.abc import Callable
from typing import Any

import pytest

Person = Callable[..., Any]

HOST = "sftp.example.org"
FORM = {
    "name": "sis", "host": HOST, "port": "22", "username": "rollbook", "sign_in": "password",
    "pattern": "*.csv", "required": "student_id", "percent_scale": "auto", "half_days": "refuse",
    "blanks": "keep", "new_students": "create", "rejected_limit": "10", "missing_limit": "20",
}  # fmt: skip


@pytest.fixture(autouse=True)
def sis(pages: None) -> None:
    from rollbook.records.operations.feeds import add_feed

    add_feed(
        "sis",
        settings={"host": HOST, "username": "rollbook", "pattern": "*.csv"},
        secret={"password": "of the server"},
        environ=os.environ,
        actor="test",
    )


@pytest.mark.parametrize(
    "change", [{"host": "elsewhere.example.org"}, {"port": "2222"}, {"username": "another"}]
)
@pytest.mark.parametrize("button", [{}, {"test": "1"}])
def test_a_saved_password_is_not_sent_to_another_server(
    person: Person, change: dict[str, str], button: dict[str, str]
) -> None:
    from rollbook.records.models import Feed

    answer = person().post("/feeds/sis/", FORM | change | button)
    assert "The saved password is not sent to another server" in answer.content.decode()
    feed = Feed.objects.get(name="sis")
    assert (feed.host, feed.port, feed.username) == (HOST, 22, "rollbook")


def test_another_server_is_saved_with_its_own_password(person: Person) -> None:
    from rollbook.records.models import Feed

    change = {"host": "elsewhere.example.org", "password": "of the other server"}
    person().post("/feeds/sis/", FORM | change)
    assert Feed.objects.get(name="sis").host == "elsewhere.example.org"


def test_what_is_no_address_may_change_without_the_password(person: Person) -> None:
    from rollbook.records.models import Feed

    person().post("/feeds/sis/", FORM | {"pattern": "other_*.csv"})
    assert Feed.objects.get(name="sis").pattern == "other_*.csv"


def test_a_test_without_readable_credentials_says_so(person: Person) -> None:
    from rollbook.records.models import SecretBlob

    SecretBlob.objects.all().delete()
    answer = person().post("/feeds/sis/", FORM | {"test": "1"})
    assert answer.status_code == 200
    assert "are not stored" in answer.content.decode()
