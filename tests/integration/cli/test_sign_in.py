"""`rollbook sign-in`: set without a browser, tried before it is saved, and turned off."""

import json
from collections.abc import Iterator
from dataclasses import replace

import psycopg
import pytest

from tests.doubles.identity_provider import CLIENT, SECRET, Provider, providing
from tests.integration.cli.commands import CommandLine

ADDRESS = "https://rollbook.example.org"


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    with providing(tmp_path_factory.mktemp("provider")) as found:
        yield found


@pytest.fixture
def reaching(rollbook: CommandLine, provider: Provider) -> CommandLine:
    """A command line whose provider is on loopback."""
    own = {
        "ROLLBOOK_URL": ADDRESS,
        "SSL_CERT_FILE": str(provider.trust),
        "ROLLBOOK_SIGN_IN_NETWORKS": "127.0.0.0/8,::1",
    }
    return replace(rollbook, environ={**rollbook.environ, **own})


def given(provider: Provider, *more: str) -> tuple[str, ...]:
    return (
        "sign-in", "set", "other", "--issuer", provider.issuer, "--client-id", CLIENT,
        "--domain", "example.org", *more,
    )  # fmt: skip


def test_it_is_set_tried_shown_and_turned_off(reaching: CommandLine, provider: Provider) -> None:
    assert "already off" in reaching("sign-in", "off", "--yes").err
    assert "is off" in reaching("sign-in", "show").out
    needless = reaching(*given(provider, "--tenant", "123"), stdin=f"{SECRET}\n")
    assert needless.code == 2 and "other doesn't use it" in needless.err
    wrong = reaching(*given(provider), stdin="wrong\n")
    assert (wrong.code, "doesn't accept the client ID or the client secret" in wrong.out) == (
        1,
        True,
    ), wrong
    assert "Nothing was changed." in wrong.err
    assert json.loads(reaching("sign-in", "show", "--json").out)["is_on"] is False
    saved = reaching(*given(provider), stdin=f"{SECRET}\n")
    assert (saved.code, "People can now continue with" in saved.out) == (0, True), saved
    shown = reaching("sign-in", "show").out
    assert f"{ADDRESS}/account/provider/return/" in shown
    assert "rollbook admins reset EMAIL" in shown, "no one has a password yet"
    assert SECRET not in shown + saved.out + saved.err
    assert json.loads(reaching("sign-in", "show", "--json").out)["client_id"] == CLIENT
    assert reaching("sign-in", "test").code == 0
    assert reaching("sign-in", "off", stdin="n\n").code == 1
    assert "Turned off." in reaching("sign-in", "off", "--yes").out
    with psycopg.connect(reaching.environ["DATABASE_URL"]) as connection:
        told = connection.execute(
            "select action, actor from rollbook.audit_events where action like 'identity%'"
            " order by id"
        ).fetchall()
    assert told == [
        ("identity_provider.changed", "command line"),
        ("identity_provider.removed", "command line"),
    ]


def test_what_another_key_has_encrypted_can_still_be_turned_off(
    reaching: CommandLine, provider: Provider
) -> None:
    assert reaching(*given(provider, "--untested"), stdin="any\n").code == 0
    with psycopg.connect(reaching.environ["DATABASE_URL"]) as connection:
        connection.execute("update rollbook.secrets set blob = 'x'::bytea where name ~ 'sign-in'")
    assert "saved with another key" in reaching("sign-in", "show").err
    assert reaching("sign-in", "off", "--yes").code == 0
    assert "is off" in reaching("sign-in", "show").out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("apple", "--client-id", "x", "--domain", "example.org"), "google, microsoft or other"),
        (("google", "--client-id", "x", "--domain", "gmail.com"), "gmail.com"),
        (("microsoft", "--client-id", "x", "--domain", "example.org"), "(tenant) ID"),
    ],
)
def test_what_cannot_work_is_told(reaching: CommandLine, words: tuple[str, ...], said: str) -> None:
    done = reaching("sign-in", "set", *words, stdin="secret\n")
    assert (done.code, said in done.err) == (2, True), done


def test_without_an_address_it_says_what_to_set(rollbook: CommandLine) -> None:
    words = ("sign-in", "set", "google", "--client-id", "x", "--domain", "example.org")
    done = rollbook(*words, stdin="secret\n")
    assert (done.code, "ROLLBOOK_URL isn't set" in done.out) == (1, True), done
