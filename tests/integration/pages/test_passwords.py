"""That every page refuses the passwords that tests/unit/access/test_passwords.py names."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.pages.conftest import PASSWORD

Person = Callable[..., Any]


@pytest.mark.parametrize("password", ["t R 7 ! x q 2 L m", "Rollbook2026!", "kitten kitten kitten"])
def test_every_page_where_one_is_chosen_refuses_the_same(person: Person, password: str) -> None:
    from django.test import Client

    from rollbook.access.models import Role
    from rollbook.access.operations import make_link

    refusal = ("too short", "too close to your", "a repetition", "too common")
    client = person()
    given = {"oldpassword": PASSWORD, "password1": password, "password2": password}
    changed = client.post("/account/password/", given).content.decode()
    link = f"/welcome/{make_link(role=Role.VIEWER, actor='test')}/"
    made = Client().post(link, {"email": "vi@example.org", "password": password}).content.decode()
    for page in (changed, made):
        assert any(words in page for words in refusal)


def test_two_passwords_that_differ_are_told_in_our_words(person: Person) -> None:
    given = {"oldpassword": PASSWORD, "password1": PASSWORD + " new", "password2": PASSWORD}
    page = person().post("/account/password/", given).content.decode()
    assert "The two passwords differ. Type the same one twice." in page


def test_blanks_at_the_ends_of_a_password_belong_to_it(person: Person) -> None:
    from django.test import Client

    from rollbook.access.models import Role
    from rollbook.access.operations import make_link

    link = f"/welcome/{make_link(role=Role.VIEWER, actor='test')}/"
    given = {"email": "vi@example.org", "password": f" {PASSWORD} "}
    assert Client().post(link, given).status_code == 302
    given = {"login": "vi@example.org", "password": f" {PASSWORD} "}
    assert Client().post("/account/sign-in/", given)["Location"] == "/"
