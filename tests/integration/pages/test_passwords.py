"""Which passwords are refused, and that pages and command line refuse the same."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.pages.conftest import PASSWORD

Person = Callable[..., Any]

REFUSED = {
    "short": "tR7!xq2Lm",
    "short with blanks": "t R 7 ! x q 2 L m",
    "blanks alone": " " * 20,
    "one sign": "aaaaaaaaaaaaaaaa",
    "two signs": "abababababababab",
    "a repeated word": "kitten kitten kitten",
    "a repeated date": "2026-11-262026-11-26"[:20] * 2,
    "the alphabet": "abcdefghijklmnop",
    "numbers": "123456789012345",
    "numbers backward": "098765432109876",
    "keys in a row": "qwertyuiopasdfghjkl",
    "runs of keys": "qwerty123456asdfgh",
    "common": "passwordpassword",
    "common with an end": "basketball!!!!2026",
    "common in capitals": "BASKETBALL 1 2 3 4",
    "this product": "Rollbook2026!",
    "this product twice": "rollbook-rollbook-1",
    "the address": "ada.lovelace@example.org",
    "parts of the address": "Lovelace-Example-12",
    "the host": "rollbook.springfield-usd.org",
    "endless": "x7-" * 200,
}
TAKEN = (
    PASSWORD,
    "another long sentence",
    "correct horse battery staple",
    "tR7!xq2LmVw9",
    "ein längerer Satz mit Umlauten",
    "我们每天早上都去学校学习新的东西",
    "my rollbook opens at noon",
)


@pytest.fixture
def judge(django_ready: None) -> Callable[[str], Any]:
    from django.contrib.auth.password_validation import validate_password
    from django.test import override_settings

    from rollbook.access.models import User

    def of(password: str) -> None:
        with override_settings(PUBLIC_URL="https://rollbook.springfield-usd.org"):
            validate_password(password, User(email="ada.lovelace@example.org"))

    return of


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_quickly_guessed_is_refused(judge: Callable[[str], Any], name: str) -> None:
    from django.core.exceptions import ValidationError

    with pytest.raises(ValidationError):
        judge(REFUSED[name])


@pytest.mark.parametrize("password", TAKEN)
def test_a_sentence_of_ones_own_is_taken(judge: Callable[[str], Any], password: str) -> None:
    judge(password)


@pytest.mark.parametrize("password", ["t R 7 ! x q 2 L m", "Rollbook2026!", "kitten kitten kitten"])
def test_every_page_where_one_is_chosen_refuses_the_same(person: Person, password: str) -> None:
    from django.test import Client

    from rollbook.access.models import Role
    from rollbook.access.operations import make_link

    refusal = ("too short", "of this place", "a repetition", "too common")
    client = person()
    given = {"oldpassword": PASSWORD, "password1": password, "password2": password}
    changed = client.post("/account/password/", given).content.decode()
    link = f"/welcome/{make_link(role=Role.VIEWER, actor='test')}/"
    made = Client().post(link, {"email": "vi@example.org", "password": password}).content.decode()
    for page in (changed, made):
        assert any(words in page for words in refusal)


def test_blanks_at_the_ends_of_a_password_belong_to_it(person: Person) -> None:
    from django.test import Client

    from rollbook.access.models import Role
    from rollbook.access.operations import make_link

    link = f"/welcome/{make_link(role=Role.VIEWER, actor='test')}/"
    given = {"email": "vi@example.org", "password": f" {PASSWORD} "}
    assert Client().post(link, given).status_code == 302
    given = {"login": "vi@example.org", "password": f" {PASSWORD} "}
    assert Client().post("/account/sign-in/", given)["Location"] == "/"
