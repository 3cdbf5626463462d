"""First links, limits on guessing, and what people change about their sign-in: all on record."""

import re
from collections.abc import Callable
from ipaddress import ip_network
from typing import Any

import pytest

from tests.doubles.authenticator_app import code_for
from tests.integration.pages.conftest import PASSWORD

Person = Callable[..., Any]
pytestmark = pytest.mark.usefixtures("pages")
NEW = "another long sentence"


def sign_in(client: Any, password: str = PASSWORD) -> Any:
    return client.post("/account/sign-in/", {"login": "ada@example.org", "password": password})


def from_address(address: str) -> Any:
    from django.test import Client

    return Client(REMOTE_ADDR=address)


def actions() -> list[str]:
    from rollbook.records.models import AuditEvent

    return list(AuditEvent.objects.order_by("id").values_list("action", flat=True))


def account(email: str) -> dict[str, str]:
    return {"email": email, "password": PASSWORD}


def test_the_first_administrators_links_end_with_the_first_administrator() -> None:
    from django.test import Client

    from rollbook.access.operations import make_first_link

    earlier, later = make_first_link(), make_first_link()
    assert Client().get(f"/welcome/{earlier}/").status_code == 410
    assert Client().post(f"/welcome/{later}/", account("ada@example.org")).status_code == 302
    assert Client().post(f"/welcome/{later}/", account("eve@example.org")).status_code == 410
    assert actions()[-1] == "sign_in.succeeded"


def test_the_first_link_ends_when_the_command_line_adds_an_administrator(person: Person) -> None:
    from django.test import Client

    from rollbook.access.operations import make_first_link

    token = make_first_link()
    person()
    assert Client().get(f"/welcome/{token}/").status_code == 410


def test_an_invitation_outlives_a_new_administrator_and_names_its_role(person: Person) -> None:
    from django.test import Client

    from rollbook.access.models import Role
    from rollbook.access.operations import make_link

    token = make_link(role=Role.VIEWER, actor="ada@example.org")
    person()
    page = Client().get(f"/welcome/{token}/").content.decode()
    assert "You will be a viewer" in page
    assert "You will be an administrator" not in page


def test_guesses_from_one_address_keep_no_one_out_at_another(person: Person) -> None:
    person()
    guesser = from_address("203.0.113.9")
    for _ in range(6):
        sign_in(guesser, "wrong one")
    assert sign_in(guesser).status_code == 200
    assert sign_in(from_address("198.51.100.7")).status_code == 302


def test_behind_a_proxy_guesses_count_by_the_address_that_the_proxy_adds(person: Person) -> None:
    from django.test import Client, override_settings

    person()
    with override_settings(TRUSTED_PROXIES=[ip_network("127.0.0.1")]):
        for number in range(6):
            # What comes before the last comma is what the guesser claims.
            claimed = f"192.0.2.{number}, 203.0.113.9"
            sign_in(Client(headers={"X-Forwarded-For": claimed}), "wrong one")
        assert sign_in(Client(headers={"X-Forwarded-For": "203.0.113.9"})).status_code == 200
        assert sign_in(Client(headers={"X-Forwarded-For": "198.51.100.7"})).status_code == 302


def test_a_wrong_code_is_on_record_as_a_failed_sign_in(person: Person) -> None:
    from allauth.mfa.totp.internal import auth
    from django.test import Client

    from rollbook.access.models import User

    person()
    secret = auth.generate_totp_secret()
    auth.TOTP.activate(User.objects.get(), secret)
    client = Client()
    asked = sign_in(client)
    assert "rollbook/tokens.css" in client.get(asked.url).content.decode()
    assert client.get("/").status_code == 302
    client.post(asked.url, {"code": "000000"})
    assert actions()[-1] == "sign_in.failed"
    assert client.post(asked.url, {"code": code_for(secret)}).status_code == 302
    assert client.get("/").status_code == 200


def test_a_second_factor_that_comes_or_goes_is_on_record(person: Person) -> None:
    from django.test import Client

    person()
    client = Client()
    sign_in(client)
    client.post("/account/confirm/", {"password": PASSWORD})
    page = client.get("/account/second-factor/totp/activate/").content.decode()
    assert "rollbook/tokens.css" in page
    code = code_for(client.session["mfa.totp.secret"])
    assert client.post("/account/second-factor/totp/activate/", {"code": code}).status_code == 302
    assert "second_factor.added" in actions()
    assert client.post("/account/second-factor/totp/deactivate/").status_code == 302
    assert "second_factor.removed" in actions()


def test_a_new_password_is_on_record(person: Person) -> None:
    from django.test import Client

    person()
    client = Client()
    sign_in(client)
    form = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    assert client.post("/account/password/", form).status_code == 302
    assert actions()[-1] == "person.password_changed"
    assert sign_in(Client(), NEW).status_code == 302


def test_a_reset_that_lets_a_person_in_again_is_on_record(person: Person) -> None:
    from rollbook.access.operations import deactivate, reset_sign_in
    from rollbook.records.models import AuditEvent

    person()
    person(email="bea@example.org")
    deactivate("ada@example.org", actor="test")
    reset_sign_in("ada@example.org", NEW, actor="test")
    event = AuditEvent.objects.order_by("-id")[0]
    assert (event.before, event.after) == ({"is_active": False}, {"is_active": True})


def test_trying_too_often_gets_a_page_of_ours(person: Person) -> None:
    person()
    client = from_address("203.0.113.9")
    for _ in range(8):
        answer = client.post("/account/password/reset/", {"email": "ada@example.org"})
    assert answer.status_code == 429
    assert "rollbook/tokens.css" in answer.content.decode()


def test_the_title_of_a_refused_password_begins_with_error(person: Person) -> None:
    client = person()
    sign_in(client)
    page = client.post("/account/password/", {"oldpassword": "x"}).content.decode()
    assert re.search(r"<title>\s*Error: ", page)


@pytest.mark.parametrize("hosts", [".org", ".", "rollbook.example.org,.example.org"])
def test_a_host_that_means_many_is_refused(hosts: str) -> None:
    from rollbook.environ import UnsafeSetting
    from rollbook.project.environment import allowed_hosts

    with pytest.raises(UnsafeSetting):
        allowed_hosts(hosts)


def test_behind_tls_a_probe_without_tls_gets_its_answer() -> None:
    from django.conf import settings
    from django.test import Client, override_settings

    with override_settings(
        SECURE_SSL_REDIRECT=True, SECURE_REDIRECT_EXEMPT=settings.SECURE_REDIRECT_EXEMPT
    ):
        assert Client().get("/healthz").status_code == 200
        assert Client().get("/").status_code == 301
