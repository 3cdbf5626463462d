"""Settings, Sign-in: set by administrators who have just confirmed, tested, turned off."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.doubles.aws import REGION, secrets_manager
from tests.doubles.identity_provider import CLIENT, SECRET, Provider
from tests.integration.pages.test_identity_provider import browser, provider, served, words
from tests.integration.pages.test_who_may_let_others_in import confirm

Person = Callable[..., Any]
__all__ = ["provider", "served"]  # fixtures

PAGE = "/settings/sign-in/"


@pytest.fixture
def ada(provider: Provider, person: Person) -> Any:
    """An administrator who has confirmed; no provider is set."""
    from rollbook.access.operations.identity_provider import remove_provider

    remove_provider(actor="test")
    client = person()
    confirm(client)
    return client


def given(provider: Provider, **changed: str) -> dict[str, str]:
    return {
        "kind": "other", "issuer": provider.issuer, "client_id": CLIENT, "client_secret": SECRET,
        "domains": "@Example.org, staff.example.org", "untested": "1", **changed,
    }  # fmt: skip


def set_now() -> Any:
    import os

    from rollbook.access.identity_provider.configuration import identity_provider

    return identity_provider(os.environ)


def test_it_is_saved_encrypted_audited_and_never_shown(ada: Any, provider: Provider) -> None:
    from rollbook.records.models import AuditEvent, SecretBlob, Setting

    assert ada.post(PAGE, given(provider)).url == PAGE
    assert set_now().domains == ("example.org", "staff.example.org")
    page = ada.get(PAGE).content.decode()
    assert CLIENT in page
    assert "http://testserver/account/provider/return/" in page
    event = AuditEvent.objects.filter(action="identity_provider.changed").latest("id")
    assert event.after
    assert event.after["issuer"] == provider.issuer
    kept = page + json.dumps([event.after, list(Setting.objects.values_list("value", flat=True))])
    assert SECRET not in kept
    assert all(SECRET.encode() not in bytes(each.blob) for each in SecretBlob.objects.all())


@pytest.mark.parametrize(
    ("kind", "has", "lacks"),
    [
        ("google", {"client_id"}, {"tenant", "issuer"}),
        ("microsoft", {"client_id", "tenant"}, {"issuer"}),
        ("other", {"client_id", "issuer"}, {"tenant"}),
    ],
)
def test_each_provider_has_its_own_fields_and_steps(
    ada: Any, kind: str, has: set[str], lacks: set[str]
) -> None:
    page = ada.get(PAGE).content.decode()
    assert f"?provider={kind}" in page
    assert 'name="client_id"' not in page, "the provider is chosen first"
    page = ada.get(f"{PAGE}?provider={kind}").content.decode()
    assert "http://testserver/account/provider/return/" in page
    assert all(f'name="{name}"' in page for name in has)
    assert not any(f'name="{name}"' in page for name in lacks)
    steps = {"google": "Authorized redirect URIs", "microsoft": "xms_edov"}
    assert all((said in page) is (kind == whose) for whose, said in steps.items())


def test_the_secret_stays_while_it_is_for_the_same_client_and_issuer(
    ada: Any, provider: Provider
) -> None:
    ada.post(PAGE, given(provider))
    assert ada.post(PAGE, given(provider, client_secret="", domains="example.org")).url == PAGE
    assert (set_now().client_secret, set_now().domains) == (SECRET, ("example.org",))
    for changed in ({"client_id": "another"}, {"issuer": "https://evil.example.org"}):
        answer = ada.post(PAGE, given(provider, client_secret="", **changed))
        assert "Enter the client secret again" in words(answer)
    assert set_now().issuer == provider.issuer


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"domains": ""}, "Enter at least one domain"),
        ({"domains": "gmail.com"}, "Anyone can have an address at gmail.com."),
        ({"domains": "*.example.org"}, "isn't a domain"),
        ({"domains": "\u212a12.example.us"}, "a domain. Write it as"),
        ({"issuer": "http://localhost"}, "Enter the issuer"),
        ({"kind": "microsoft", "tenant": "common"}, "Enter the Directory (tenant) ID"),
        ({"client_id": ""}, "Enter the client ID"),
        ({"client_secret": ""}, "Enter the client secret"),
        ({"kind": "evil"}, "Choose one of these."),
    ],
)
def test_what_cannot_work_is_told_at_its_field_and_not_saved(
    ada: Any, provider: Provider, changed: dict[str, str], said: str
) -> None:
    assert said in words(ada.post(PAGE, given(provider, **changed)))
    assert set_now() is None


def test_a_test_says_what_is_wrong_and_saves_nothing(ada: Any, provider: Provider) -> None:
    good = words(ada.post(PAGE, given(provider, test="1")))
    assert "It accepts the client ID and the client secret." in good
    assert "doesn't start with https://" in good
    wrong = words(ada.post(PAGE, given(provider, test="1", client_secret="wrong")))
    assert "doesn't accept the client ID or the client secret" in wrong
    assert "marker-of-provider" not in wrong
    provider.document = {"issuer": provider.issuer + "/"}
    assert "even the last slash" in words(ada.post(PAGE, given(provider, test="1")))
    assert set_now() is None


def test_saving_tests_first_and_what_does_not_work_is_saved_only_once_that_is_confirmed(
    ada: Any, provider: Provider
) -> None:
    from django.test import override_settings

    from rollbook.records.models import AuditEvent

    wrong = given(provider, client_secret="wrong")
    del wrong["untested"]
    refused = words(ada.post(PAGE, wrong))
    assert "Nothing was saved." in refused
    assert "Save anyway" in refused
    assert set_now() is None
    assert "Continue with" not in words(browser().get("/account/sign-in/"))
    part = ada.post(PAGE, wrong, headers={"HX-Request": "true"})
    assert "Save anyway" in words(part)
    assert "<html" not in part.content.decode()
    assert "Save anyway" not in words(ada.post(PAGE, wrong | {"test": "1"}))
    assert "may not get in" in words(ada.post(PAGE, wrong | {"untested": "1"}, follow=True))
    event = AuditEvent.objects.filter(action="identity_provider.changed").latest("id")
    assert event.after
    assert event.after["failed_its_test"] is True
    good = {name: text for name, text in given(provider).items() if name != "untested"}
    with override_settings(PUBLIC_URL="https://rollbook.example.org"):
        saved = ada.post(PAGE, good, headers={"HX-Request": "true"})
    assert saved.headers["HX-Redirect"] == PAGE
    assert set_now().client_secret == SECRET
    event = AuditEvent.objects.filter(action="identity_provider.changed").latest("id")
    assert event.after
    assert "failed_its_test" not in event.after


def test_a_provider_whose_name_is_not_found_is_told_with_what_to_check(
    ada: Any, provider: Provider
) -> None:
    said = words(ada.post(PAGE, given(provider, issuer="https://provider.invalid", test="1")))
    assert "Can't reach your provider" in said
    assert "Check this server's DNS and firewall." in said


def test_it_is_for_administrators_who_have_just_confirmed(
    provider: Provider, person: Person
) -> None:
    client = person()
    before = set_now()
    assert client.get(PAGE).url.startswith("/account/confirm/")
    asked = client.post(PAGE, given(provider, client_id="another"))
    assert asked.url.startswith("/account/confirm/")
    assert SECRET not in json.dumps(dict(client.session))
    assert client.post(f"{PAGE}off/").url.startswith("/account/confirm/")
    assert set_now() == before
    assert person("viewer", email="vi@example.org").get(PAGE).status_code == 403


def test_it_is_turned_off(ada: Any, provider: Provider) -> None:
    ada.post(PAGE, given(provider))
    assert "Continue with" in words(browser().get("/account/sign-in/"))
    assert "Cancel" in words(ada.get(f"{PAGE}off/"))
    assert ada.post(f"{PAGE}off/").url == PAGE
    assert set_now() is None
    assert "Continue with" not in words(browser().get("/account/sign-in/"))
    assert "already off" in words(ada.post(f"{PAGE}off/", follow=True))


def test_what_two_administrators_change_at_once_is_told(ada: Any, provider: Provider) -> None:
    from rollbook.records.operations.seen import version_of

    seen = version_of(None)
    assert ada.post(PAGE, given(provider, seen=seen)).url == PAGE
    answer = ada.post(PAGE, given(provider, seen=seen, domains="other.org"))
    assert "Someone else changed" in words(answer)
    assert "example.org" in set_now().domains


def test_who_has_no_password_is_told_that_it_is_the_way_back_in(ada: Any) -> None:
    from rollbook.access.models import User

    said = "No administrator has a password"
    assert said not in words(ada.get(PAGE))
    user = User.objects.get()
    session = ada.session
    user.set_unusable_password()
    user.save()
    session["_auth_user_hash"] = user.get_session_auth_hash()
    session.save()
    assert said in words(ada.get(PAGE))


def test_an_administrator_disconnects_a_person_after_confirming(
    ada: Any, provider: Provider
) -> None:
    from allauth.socialaccount.models import SocialAccount

    from rollbook.access.models import User

    user = User.objects.get()
    SocialAccount.objects.create(user=user, provider=provider.issuer, uid="1")
    assert "Signs in with a district account" in words(ada.get("/people/"))
    other = browser()
    other.force_login(user, "rollbook.access.backend.AddressBackend")
    assert ada.post(f"/people/{user.pk}/disconnect/").url == "/people/"
    assert not SocialAccount.objects.exists()
    assert other.get("/people/").status_code == 302
    assert ada.get("/people/").url.startswith("/account/sign-in/"), "one's own account"


def test_an_invitation_for_an_address_works_for_no_other(ada: Any) -> None:
    from rollbook.access.models import SignInLink
    from tests.integration.pages.conftest import PASSWORD
    from tests.integration.pages.test_who_may_let_others_in import link_in

    form = {"role": "viewer", "email": "New@Example.org"}
    link = link_in(ada.post("/people/invite/", form))
    assert "new@example.org" in words(ada.get("/people/"))
    client = browser()
    assert 'value="new@example.org"' in client.get(link).content.decode()
    wrong = client.post(link, {"email": "vi@example.org", "password": PASSWORD})
    assert "This invitation is for new@example.org." in words(wrong)
    assert SignInLink.objects.count() == 1
    made = client.post(link, {"email": "NEW@example.org", "password": PASSWORD})
    assert made.status_code == 302
    known = ada.post("/people/invite/", form, follow=True)
    assert "already has an account" in words(known)
    bad = ada.post("/people/invite/", form | {"email": "no address"}, follow=True)
    assert "isn't an email address" in words(bad)


def test_in_aws_it_is_one_secret_and_one_that_is_out_of_reach_leaves_the_password(
    ada: Any, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rollbook.access.identity_provider import configuration
    from rollbook.records.models import SecretBlob
    from rollbook.records.operations import secrets

    secrets.aws_store.cache_clear()
    monkeypatch.setattr(configuration, "_known", {})
    with secrets_manager(monkeypatch) as manager:
        monkeypatch.setenv("ROLLBOOK_SECRETS", "aws")
        monkeypatch.setenv("AWS_REGION", REGION)
        assert ada.post(PAGE, given(provider)).url == PAGE
        kept = json.loads(
            manager.get_secret_value(SecretId="rollbook/sign-in/provider")["SecretString"]
        )
        assert kept["issuer"] == provider.issuer
        assert not SecretBlob.objects.exists()
        assert "Continue with" in words(browser().get("/account/sign-in/"))
        manager.put_secret_value(SecretId="rollbook/sign-in/provider", SecretString="no object")
        assert "isn't a JSON object" in words(ada.get(PAGE))
        configuration._known.clear()
        page = browser().get("/account/sign-in/")
        assert page.status_code == 200
        assert "Continue with" not in words(page)
    secrets.aws_store.cache_clear()


def test_settings_that_another_key_has_encrypted_are_asked_for_again(
    ada: Any, provider: Provider
) -> None:
    from rollbook.records.models import SecretBlob

    ada.post(PAGE, given(provider))
    SecretBlob.objects.update(blob=b"x" * 100)
    assert "saved with another key" in words(ada.get(PAGE))
    assert "Continue with" not in words(browser().get("/account/sign-in/"))
    assert ada.post(PAGE, given(provider)).url == PAGE
    assert set_now().issuer == provider.issuer
