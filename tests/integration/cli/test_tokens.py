"""`rollbook tokens`: the token alone on standard output, once; a list; revoking."""

import json
import re

from tests.integration.cli.commands import CommandLine

PASSWORD = "a long enough sentence"


def test_a_token_is_printed_alone_listed_without_it_and_revoked(rollbook: CommandLine) -> None:
    nobody = rollbook("tokens", "add", "nightly", "--scope", "read")
    assert (nobody.code, nobody.out) == (2, "")
    assert "rollbook admins add" in nobody.err
    assert rollbook("admins", "add", "ada@example.org", stdin=f"{PASSWORD}\n").code == 0
    made = rollbook("tokens", "add", "nightly", "--scope", "read", "--scope", "students")
    assert made.code == 0
    assert re.fullmatch(r"rollbook_[A-Za-z0-9_-]{43}\n", made.out)
    assert "ada@example.org for 90 days" in made.err
    [listed] = json.loads(rollbook("tokens", "list", "--json").out)
    assert listed["name"] == "nightly"
    assert listed["scopes"] == ["read", "students"]
    assert listed["for"] == "ada@example.org"
    assert (listed["last_used_at"], listed["last_used_from"]) == (None, "")
    again = rollbook("tokens", "add", "nightly", "--scope", "read")
    assert (again.code, again.out) == (2, "")
    assert "rollbook tokens revoke nightly" in again.err
    assert rollbook("tokens", "revoke", "nightly").code == 0
    assert rollbook("tokens", "revoke", "nightly").code == 2
    assert "No tokens yet" in rollbook("tokens", "list").out


def test_an_owner_is_named_among_several_and_must_be_an_administrator(
    rollbook: CommandLine,
) -> None:
    rollbook("admins", "add", "ada@example.org", stdin=f"{PASSWORD}\n")
    rollbook("admins", "add", "bea@example.org", stdin=f"{PASSWORD}\n")
    rollbook("admins", "add", "--viewer", "vi@example.org", stdin=f"{PASSWORD}\n")
    unnamed = rollbook("tokens", "add", "t", "--scope", "read")
    assert (unnamed.code, unnamed.out) == (2, "")
    assert "--for" in unnamed.err
    viewer = rollbook("tokens", "add", "t", "--scope", "read", "--for", "vi@example.org")
    assert (viewer.code, viewer.out) == (2, "")
    wrong = rollbook("tokens", "add", "t", "--scope", "all", "--for", "bea@example.org")
    assert (wrong.code, wrong.out) == (2, "")
    long = rollbook(
        "tokens", "add", "t", "--scope", "read", "--days", "366", "--for", "bea@example.org"
    )
    assert (long.code, long.out) == (2, "")
    assert rollbook("tokens", "add", "t", "--scope", "read", "--for", "bea@example.org").code == 0
    assert "bea@example.org" in rollbook("tokens", "list").out
