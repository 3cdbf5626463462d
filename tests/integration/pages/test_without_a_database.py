"""While the database is away, every page says so, with a page of its own."""

from collections.abc import Iterator

import pytest

from tests.doubles.ports import free_port

ADDRESSES = (
    "/", "/account/sign-in/", "/account/password/reset/", "/settings/", "/settings/doctor/",
    "/feeds/", "/imports/", "/imports/history.csv", "/nothing/",
)  # fmt: skip


@pytest.fixture
def away(records: str) -> Iterator[None]:
    from django.db import connection

    connection.close()
    before = dict(connection.settings_dict)
    connection.settings_dict |= {"HOST": "127.0.0.1", "PORT": free_port()}
    yield
    connection.close()
    connection.settings_dict.update(before)


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.usefixtures("away", "pages_alone")
def test_who_is_signed_in_or_signs_in_reads_why(address: str) -> None:
    from django.conf import settings
    from django.test import Client

    client = Client(raise_request_exception=False)
    client.cookies[settings.SESSION_COOKIE_NAME] = "abcdefghijklmnopqrstuvwxyz012345"
    answers = [client.get(address), client.post("/account/sign-in/", {"login": "a@example.org"})]
    for answer in answers:
        assert answer.status_code == 503, address
        assert "The database has a problem" in answer.content.decode()


@pytest.mark.usefixtures("away", "pages_alone")
def test_the_sign_in_is_told_so_to_a_stranger_too() -> None:
    from django.test import Client

    answer = Client(raise_request_exception=False).get("/account/sign-in/")
    assert answer.status_code == 503
    assert "<h1>" in answer.content.decode()


@pytest.fixture
def pages_alone(django_ready: None) -> Iterator[None]:
    from django.conf import settings
    from django.test import override_settings

    with override_settings(ALLOWED_HOSTS=[*settings.ALLOWED_HOSTS, "testserver"]):
        yield
