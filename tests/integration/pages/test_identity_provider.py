"""Signing in with an identity provider: who comes in, who does not, and why."""

import html
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from tests.doubles.identity_provider import CLIENT, SECRET, Provider, new_key, providing
from tests.integration.pages.conftest import PASSWORD

Person = Callable[..., Any]
ADA, NEW = "ada@example.org", "new@example.org"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    with providing(tmp_path_factory.mktemp("provider")) as found:
        yield found


@pytest.fixture
def provider(served: Provider, pages: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    """The provider, set in the installation for example.org."""
    from rollbook.access.identity_provider import discovery

    discovery.forget()
    fresh = Provider(key=served.key)
    vars(served).update(vars(fresh) | {"issuer": served.issuer, "trust": served.trust})
    monkeypatch.setenv("SSL_CERT_FILE", str(served.trust))
    monkeypatch.setenv("ROLLBOOK_SIGN_IN_NETWORKS", "127.0.0.0/8,::1")
    set_up(served)
    yield served
    discovery.forget()


def set_up(provider: Provider, **changed: Any) -> None:
    from rollbook.access.identity_provider.kinds import IdentityProvider, Kind
    from rollbook.access.operations.identity_provider import change_provider

    given: dict[str, Any] = {
        "kind": Kind.OTHER, "issuer": provider.issuer, "client_id": CLIENT,
        "client_secret": SECRET, "domains": ("example.org",),
    }  # fmt: skip
    change_provider(IdentityProvider(**given | changed), actor="test")


def browser() -> Any:
    from django.test import Client

    return Client()


def leave(client: Any, next_url: str = "") -> str:
    """Press the button; return the provider's address that the page leads to."""
    page = client.post("/account/provider/", {"next": next_url})
    assert page.status_code == 200
    found = re.search(r'<a class="btn primary" href="([^"]+)">Continue', page.content.decode())
    assert found, page.content.decode()
    return html.unescape(found[1])


def back(client: Any, address: str) -> Any:
    return client.get(address.removeprefix("http://testserver"))


def sign_in(client: Any, provider: Provider, next_url: str = "") -> Any:
    return back(client, provider.visit(leave(client, next_url)))


def is_in(client: Any) -> bool:
    return bool(client.get("/").status_code == 200)


def last_event() -> tuple[str, str, Any]:
    from rollbook.records.models import AuditEvent

    event = AuditEvent.objects.order_by("-id")[0]
    return event.action, event.subject, event.after


def links() -> list[tuple[str, str, str]]:
    from allauth.socialaccount.models import SocialAccount

    found = SocialAccount.objects.values_list("user__email", "provider", "uid")
    return sorted(found)


def words(answer: Any) -> str:
    text = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return html.unescape(" ".join(text.split()))


def test_a_person_with_an_account_comes_in_and_is_connected_once(
    provider: Provider, person: Person
) -> None:
    person()
    client = browser()
    answer = sign_in(client, provider, "/imports/")
    assert answer.url == "/imports/"
    assert is_in(client)
    assert links() == [(ADA, provider.issuer, "1001")]
    assert last_event() == ("sign_in.succeeded", ADA, {"with": "your district account"})
    assert "Successfully" not in client.get("/").content.decode()
    (asked,) = provider.asked
    assert asked["response_type"] == "code"
    assert set(asked["scope"].split()) == {"openid", "email", "profile"}
    assert asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"] == "http://testserver/account/provider/return/"
    assert sign_in(browser(), provider).url == "/"
    assert len(links()) == 1


def test_the_button_is_there_where_a_provider_is_set(provider: Provider, person: Person) -> None:
    from rollbook.access.operations.identity_provider import remove_provider

    assert "Continue with your district account" in words(browser().get("/account/sign-in/"))
    remove_provider(actor="test")
    assert "Continue with" not in words(browser().get("/account/sign-in/"))
    assert "is turned off" in words(browser().post("/account/provider/"))


@pytest.mark.parametrize(
    ("claims", "code", "said"),
    [
        ({"email": "ada@example.com"}, "other_domain", "choose your account at example.org."),
        ({"email": "ada@example.org.evil.com"}, "other_domain", "one of your district's"),
        ({"email_verified": False}, "email_not_verified", "doesn't vouch"),
        ({"email_verified": "true"}, "email_not_verified", "doesn't vouch"),
        ({"email_verified": None}, "email_not_verified", "doesn't vouch"),
        ({"email": "nobody@example.org"}, "no_account", "no Rollbook account for nobody@"),
        ({"email": "ada@exam\u017fle.org"}, "no_email", "didn't send your email address"),
        ({"iss": "https://evil.example.org"}, "token_issuer", "can't be trusted"),
        ({"aud": "another"}, "token_audience", "can't be trusted"),
        ({"aud": [CLIENT, "another"]}, "token_audience", "can't be trusted"),
        ({"aud": [CLIENT, "another"], "azp": "another"}, "token_audience", "can't be trusted"),
        ({"nonce": "another"}, "token_nonce", "can't be trusted"),
        ({"nonce": None}, "token_nonce", "can't be trusted"),
        ({"exp": 1_000_000_000}, "token_expired", "can't be trusted"),
        ({"exp": None}, "token_token", "can't be trusted"),
        ({"iat": 99_999_999_999}, "token_token", "can't be trusted"),
        ({"nonce": "\ud800"}, "token_nonce", "trusted"),
        ({"nonce": "\u00e9"}, "token_nonce", "trusted"),
        ({"sub": "a\0b"}, "token_subject", "trusted"),
        ({"sub": "\ud800"}, "token_subject", "trusted"),
        ({"sub": "\u202e1001"}, "token_subject", "trusted"),
        ({"sub": ""}, "token_subject", "can't be trusted"),
    ],
)  # fmt: skip
def test_who_is_not_let_in_reads_why_and_it_is_on_record(
    provider: Provider, person: Person, claims: dict[str, Any], code: str, said: str
) -> None:
    person()
    provider.claims = claims
    client = browser()
    answer = sign_in(client, provider)
    assert said in words(answer)
    assert not is_in(client)
    assert links() == []
    action, subject, after = last_event()
    assert (action, after["why"]) == ("sign_in.failed", code)
    assert subject == ("nobody@example.org" if code == "no_account" else "unknown")


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_a_token_that_anybody_could_have_signed_is_refused(
    provider: Provider, person: Person, algorithm: str
) -> None:
    person()
    provider.algorithm = algorithm
    client = browser()
    assert "can't be trusted" in words(sign_in(client, provider))
    assert not is_in(client)
    assert last_event()[2]["why"] == "token_algorithm"


def test_new_keys_of_the_provider_are_taken_and_old_ones_refused(
    provider: Provider, person: Person
) -> None:
    person()
    assert sign_in(browser(), provider).status_code == 302
    old, provider.key, provider.key_name = provider.key, new_key(), "second"
    assert sign_in(browser(), provider).status_code == 302
    shown = provider.keys()
    provider.keys = lambda: shown  # type: ignore[method-assign]
    provider.key = old
    try:
        assert "can't be trusted" in words(sign_in(browser(), provider))
        assert last_event()[2]["why"] == "token_signature"
        provider.key_name = "first"
        assert "can't be trusted" in words(sign_in(browser(), provider))
        assert last_event()[2]["why"] == "token_key"
    finally:
        del provider.keys


def test_coming_back_counts_once_in_the_browser_that_left(
    provider: Provider, person: Person
) -> None:
    from rollbook.records.models import AuditEvent

    person()
    client, other = browser(), browser()
    address = provider.visit(leave(client))
    before = AuditEvent.objects.count()
    for wrong in (back(other, address), other.get("/account/provider/return/?code=x&state=y"),
                  other.get("/account/provider/return/")):  # fmt: skip
        assert "Start again from the sign-in page" in words(wrong)
    assert AuditEvent.objects.count() == before
    assert not is_in(other)
    assert back(client, address).status_code == 302
    assert "Start again" in words(back(client, address))


def test_an_answer_of_another_issuer_is_refused(provider: Provider, person: Person) -> None:
    person()
    client = browser()
    address = provider.visit(leave(client))
    mixed = re.sub(r"iss=[^&]+", "iss=https://evil.example.org", address)
    assert "couldn't be finished" in words(back(client, mixed))
    assert not is_in(client)


def test_an_invitation_for_the_address_makes_the_account_and_no_other_does(
    provider: Provider, person: Person
) -> None:
    from rollbook.access.models import Role, SignInLink, User
    from rollbook.access.operations import make_link

    person()
    provider.claims = {"email": "New@Example.org", "sub": "2002"}
    make_link(role=Role.ADMINISTRATOR, actor=ADA)
    make_link(role=Role.ADMINISTRATOR, actor=ADA, email="other@example.org")
    assert "no Rollbook account" in words(sign_in(browser(), provider))
    make_link(role=Role.VIEWER, actor=ADA, email=NEW)
    client = browser()
    assert sign_in(client, provider).status_code == 302
    made = User.objects.get(email=NEW)
    assert (made.role, made.has_usable_password()) == ("viewer", False)
    assert sorted(SignInLink.objects.values_list("email", flat=True)) == ["", "other@example.org"]
    assert client.get("/people/").status_code == 403


def test_an_invitation_of_who_may_no_longer_invite_makes_no_account(
    provider: Provider, person: Person
) -> None:
    from rollbook.access.models import Role, SignInLink
    from rollbook.access.operations import make_link

    make_link(role=Role.VIEWER, actor=ADA, email=NEW)
    person("viewer")
    assert SignInLink.objects.count() == 1
    provider.claims = {"email": NEW, "sub": "2002"}
    assert "no Rollbook account" in words(sign_in(browser(), provider))


def test_a_deactivated_person_stays_out_and_is_not_connected(
    provider: Provider, person: Person
) -> None:
    from rollbook.access.operations import deactivate

    person()
    person("viewer", email="vi@example.org")
    provider.claims = {"email": "vi@example.org", "sub": "7"}
    deactivate("vi@example.org", actor="test")
    client = browser()
    assert "Your account is turned off." in words(sign_in(client, provider))
    assert links() == []
    assert last_event() == (
        "sign_in.failed",
        "vi@example.org",
        {"with": "identity provider", "why": "deactivated"},
    )


def test_an_address_that_changes_at_the_provider_moves_nobody(
    provider: Provider, person: Person
) -> None:
    person()
    person("viewer", email="vi@example.org")
    sign_in(browser(), provider)
    provider.claims = {"email": "vi@example.org"}
    client = browser()
    sign_in(client, provider)
    assert last_event()[:2] == ("sign_in.succeeded", ADA)
    assert links() == [(ADA, provider.issuer, "1001")]


def test_who_inherits_an_address_does_not_inherit_the_account(
    provider: Provider, person: Person
) -> None:
    from rollbook.access.operations.visitors import disconnect

    person()
    sign_in(browser(), provider)
    provider.claims = {"sub": "another"}
    client = browser()
    assert "connected with another account" in words(sign_in(client, provider))
    assert not is_in(client)
    disconnect(ADA, actor="test")
    assert sign_in(client, provider).status_code == 302
    assert links() == [(ADA, provider.issuer, "another")]


def test_a_disconnected_account_is_signed_out_and_connects_again_only_where_that_is_allowed(
    provider: Provider, person: Person
) -> None:
    from rollbook.access.operations.visitors import allow_again, disconnect

    person()
    client = browser()
    sign_in(client, provider)
    disconnect(ADA, actor="test")
    assert not is_in(client)
    assert "was disconnected from ada@example.org" in words(sign_in(client, provider))
    assert not is_in(client)
    assert last_event()[::2] == (
        "sign_in.failed", {"with": "identity provider", "why": "disconnected"},
    )  # fmt: skip
    disconnect(ADA, actor="test")  # once more changes nothing
    provider.claims = {"sub": "new"}
    assert sign_in(browser(), provider).status_code == 302
    disconnect(ADA, actor="test")
    allow_again(ADA, actor="test")
    assert last_event()[0] == "person.connection_allowed"
    provider.claims = {}
    assert sign_in(client, provider).status_code == 302
    assert links() == [(ADA, provider.issuer, "1001")]


def test_a_sign_in_that_waits_for_its_second_factor_ends_with_the_connection(
    provider: Provider, person: Person
) -> None:
    from allauth.mfa.totp.internal.auth import TOTP

    from rollbook.access.models import User
    from rollbook.access.operations.visitors import disconnect

    person()
    TOTP.activate(User.objects.get(), "JBSWY3DPEHPK3PXP")
    client = browser()
    waiting = sign_in(client, provider).url
    assert client.get(waiting).status_code == 200
    disconnect(ADA, actor="test")
    assert client.get(waiting).url.startswith("/account/sign-in/")


def test_an_account_that_one_person_had_may_be_that_of_another(
    provider: Provider, person: Person
) -> None:
    from rollbook.access.operations.visitors import disconnect

    person()
    person("viewer", email="vi@example.org")
    sign_in(browser(), provider)
    disconnect(ADA, actor="test")
    provider.claims = {"email": "vi@example.org"}
    assert sign_in(browser(), provider).status_code == 302
    assert links() == [("vi@example.org", provider.issuer, "1001")]


def test_an_account_of_another_issuer_is_not_the_same(provider: Provider, person: Person) -> None:
    from allauth.socialaccount.models import SocialAccount

    from rollbook.access.models import User

    person()
    vi = person("viewer", email="vi@example.org")
    assert vi
    stranger = User.objects.get(email="vi@example.org")
    SocialAccount.objects.create(user=stranger, provider="https://old.example.org", uid="1001")
    sign_in(browser(), provider)
    assert last_event()[:2] == ("sign_in.succeeded", ADA)


def test_a_second_factor_of_ours_is_still_asked_for(provider: Provider, person: Person) -> None:
    from allauth.mfa.totp.internal.auth import TOTP

    from rollbook.access.models import User

    person()
    TOTP.activate(User.objects.get(), "JBSWY3DPEHPK3PXP")
    client = browser()
    assert sign_in(client, provider).url == "/account/second-factor/authenticate/"
    assert not is_in(client)


def test_a_provider_that_is_silent_costs_seconds_once(
    provider: Provider, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    import time

    from rollbook.access.identity_provider import calling, discovery

    provider.waits = 30
    monkeypatch.setattr(calling.call, "__kwdefaults__", {"body": None, "patience": 0.5})
    started = time.monotonic()
    for _ in range(5):
        assert "didn't answer in time" in words(browser().post("/account/provider/"))
    assert time.monotonic() - started < 20
    assert provider.calls.count("/.well-known/openid-configuration") == 1
    provider.waits = 0
    discovery.forget()
    assert leave(browser())


@pytest.mark.parametrize("asked", ["discovery", "keys"])
def test_many_requests_to_a_silent_provider_leave_threads_for_pages(
    provider: Provider, monkeypatch: pytest.MonkeyPatch, asked: str
) -> None:
    import time
    from concurrent.futures import ThreadPoolExecutor

    from rollbook.access.identity_provider import calling, discovery
    from rollbook.access.identity_provider.errors import ProviderUnreachable
    from rollbook.web.serving.server import THREADS

    assert calling.AT_ONCE <= THREADS / 2
    provider.waits = 60
    monkeypatch.setattr(calling.call, "__kwdefaults__", {"body": None, "patience": 3.0})
    all_there = Barrier(20)

    def ask() -> tuple[str, float]:
        all_there.wait(60)
        started = time.monotonic()
        with pytest.raises(ProviderUnreachable) as told:
            if asked == "keys":
                discovery.keys_of({"jwks_uri": f"{provider.issuer}/keys"})
            else:
                discovery.metadata(provider.issuer)
        return str(told.value.details["why"]), time.monotonic() - started

    with ThreadPoolExecutor(20) as pool:
        found = list(pool.map(lambda _: ask(), range(20)))
    refused = [seconds for why, seconds in found if "too many people" in why]
    assert len(refused) >= 20 - calling.AT_ONCE
    assert max(refused) < 3
    assert len(provider.calls) <= (calling.AT_ONCE if asked == "keys" else 1)
    provider.waits = 0
    discovery.forget()
    assert leave(browser())


def test_what_a_provider_says_wrongly_is_told_in_our_words(
    provider: Provider, person: Person
) -> None:
    from rollbook.access.identity_provider import discovery

    for document, padding, said in (
        ({"issuer": "https://evil.example.org"}, 0, "a different issuer"),
        ({"token_endpoint": "http://localhost/token"}, 0, "no https address for token_endpoint"),
        ({"jwks_uri": None}, 0, "no https address for jwks_uri"),
        ({"id_token_signing_alg_values_supported": ["HS256"]}, 0, "no signing algorithm"),
        ({}, 1 << 18, "too large"),
    ):
        discovery.forget()
        provider.document, provider.padding = document, padding
        assert said in words(browser().post("/account/provider/")), said


def test_a_provider_in_a_private_network_is_not_called(
    provider: Provider, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ROLLBOOK_SIGN_IN_NETWORKS")
    assert "private network" in words(browser().post("/account/provider/"))
    assert provider.calls == []


def test_no_text_of_the_provider_is_shown_and_a_stopped_sign_in_is_told(
    provider: Provider, person: Person
) -> None:
    person()
    set_up(provider, client_secret="wrong")
    client = browser()
    refused = words(sign_in(client, provider))
    assert "couldn't be finished" in refused
    assert "marker-of-provider" not in refused
    state = provider.asked[-1]["state"]
    assert provider.asked[-1]["client_id"] == CLIENT
    address = leave(client)
    provider.visit(address)
    state = provider.asked[-1]["state"]
    stopped = client.get(
        f"/account/provider/return/?error=access_denied&error_description=marker&state={state}"
    )
    assert "You canceled the sign-in." in words(stopped)
    assert "marker" not in words(stopped)


def test_a_provider_may_say_the_address_apart_from_the_token_of_the_same_person(
    provider: Provider, person: Person
) -> None:
    person()
    provider.claims = {"email": None, "email_verified": None}
    provider.userinfo = {"sub": "another", "email": ADA, "email_verified": True}
    assert "couldn't be finished" in words(sign_in(browser(), provider))
    provider.userinfo["sub"] = "1001"
    assert sign_in(browser(), provider).status_code == 302


def test_who_has_no_password_confirms_at_the_provider(provider: Provider, person: Person) -> None:
    from rollbook.access.models import Role
    from rollbook.access.operations import make_link

    person()
    make_link(role=Role.ADMINISTRATOR, actor=ADA, email=NEW)
    provider.claims = {"email": NEW, "sub": "2002"}
    client = browser()
    sign_in(client, provider)
    asked = client.post("/people/invite/", {"role": "viewer"})
    assert asked.url == "/account/confirm/?next=%2Fpeople%2Finvite%2F"
    page = words(client.get(asked.url))
    assert "Confirm with your district account" in page
    assert "Enter your password" not in page
    address = leave(client, "/people/invite/")
    assert "prompt=login" in address
    assert "max_age=0" in address
    provider.claims = {"email": NEW, "sub": "2002", "auth_time": 1_000_000_000}
    assert "didn't ask you to sign in again" in words(back(client, provider.visit(address)))
    provider.claims = {"email": NEW, "sub": "other"}
    again = leave(client, "/people/invite/")
    assert "isn't the one you are signed in with" in words(back(client, provider.visit(again)))
    asked = client.post("/people/invite/", {"role": "viewer"})
    assert asked.url.startswith("/account/confirm/")
    provider.claims = {"email": NEW, "sub": "2002"}
    done = sign_in(client, provider, "/people/invite/")
    assert "Send this link to one person" in words(client.get(done["Location"]))
    assert "Choose a password" in words(client.get("/account/password/", follow=True))


def test_a_person_without_password_and_provider_is_told_what_to_do(
    provider: Provider, person: Person
) -> None:
    from rollbook.access.models import User
    from rollbook.access.operations.identity_provider import remove_provider

    client = person()
    remove_provider(actor="test")
    user = User.objects.get()
    user.set_unusable_password()
    user.save()
    client.force_login(user, "rollbook.access.backend.AddressBackend")
    for address in ("/account/second-factor/totp/activate/", "/account/password/set/"):
        answer = client.get(address)
        assert answer.url.startswith("/account/confirm/?next=")
    assert "You need a password to confirm it's you" in words(client.get(answer.url))
    assert client.post(answer.url, {"password": PASSWORD}).status_code == 200
    assert client.get("/account/password/set/").status_code == 302


def test_a_reset_sign_in_forgets_the_connection(
    provider: Provider, person: Person, tmp_path: Path
) -> None:
    from rollbook.access.operations import reset_sign_in

    person()
    sign_in(browser(), provider)
    reset_sign_in(ADA, PASSWORD + "!", actor="test")
    assert links() == []
    assert "was disconnected from" in words(sign_in(browser(), provider))
