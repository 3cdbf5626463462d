"""Whose word counts: which claims of Google, Microsoft and others say who somebody is."""

import re
from pathlib import Path
from typing import Any

import pytest

from rollbook.access.identity_provider.errors import NotSignedIn
from rollbook.access.identity_provider.kinds import GOOGLE_ISSUER, IdentityProvider, Kind, issuer_of
from rollbook.access.identity_provider.visitor import Visitor, visitor_of

TENANT = "72f988bf-86f1-41af-91ab-2d7cd011db47"
ENTRA = f"https://login.microsoftonline.com/{TENANT}/v2.0"
DOMAINS = ("example.org", "staff.example.org", "k12.example.us")
GOOGLE = IdentityProvider(Kind.GOOGLE, GOOGLE_ISSUER, "id", "secret", DOMAINS)
MICROSOFT = IdentityProvider(Kind.MICROSOFT, ENTRA, "id", "secret", DOMAINS)

OF_GOOGLE: dict[str, Any] = {
    "sub": "1", "hd": "example.org", "email": "Ada@Example.org", "email_verified": True,
}  # fmt: skip
OF_MICROSOFT: dict[str, Any] = {
    "sub": "1", "tid": TENANT, "email": "ada@example.org", "xms_edov": True, "acct": 0,
}  # fmt: skip


def outcome(claims: dict[str, Any], provider: IdentityProvider) -> str:
    try:
        return visitor_of(claims, provider).email
    except NotSignedIn as error:
        return error.code


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, "ada@example.org"),
        ({"email": "ada@staff.example.org", "hd": "staff.example.org"}, "ada@staff.example.org"),
        ({"hd": None}, "other_domain"),
        ({"hd": "example.com"}, "other_domain"),
        ({"email": "ada@gmail.com"}, "other_domain"),
        ({"email": "ada@sub.example.org"}, "other_domain"),
        ({"email_verified": False}, "email_not_verified"),
        ({"email_verified": 1}, "email_not_verified"),
        ({"email": None}, "no_email"),
        ({"email": ["ada@example.org"]}, "no_email"),
        ({"email": "@example.org"}, "no_email"),
        ({"email": "a" * 200 + "@example.org"}, "no_email"),
        ({"email": "ada\n@example.org"}, "no_email"),
        # The Kelvin sign, of which `str.lower` makes a k; a Cyrillic a.
        ({"email": "\u212aate@example.org"}, "no_email"),
        ({"email": "\u0430da@example.org"}, "no_email"),
        ({"hd": "\u212a12.example.us"}, "other_domain"),
        ({"email": "ada@\u212a12.example.us"}, "no_email"),
        ({"email": "ADA@K12.EXAMPLE.US", "hd": "K12.Example.US"}, "ada@k12.example.us"),
    ],
)  # fmt: skip
def test_google_says_the_organization_and_vouches_for_the_address(
    changed: dict[str, Any], expected: str
) -> None:
    assert outcome(OF_GOOGLE | changed, GOOGLE) == expected


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, "ada@example.org"),
        ({"xms_edov": "1"}, "ada@example.org"),
        ({"xms_edov": 1}, "ada@example.org"),
        ({"idp": ENTRA}, "ada@example.org"),
        # “nOAuth”: an address that anybody could have written into a directory.
        ({"xms_edov": None}, "email_not_verified"),
        ({"xms_edov": False}, "email_not_verified"),
        ({"xms_edov": "0"}, "email_not_verified"),
        ({"xms_edov": None, "email_verified": True}, "email_not_verified"),
        ({"tid": "another"}, "other_domain"),
        ({"tid": None}, "other_domain"),
        ({"idp": "https://sts.windows.net/another/"}, "other_domain"),
        ({"acct": 1}, "other_domain"),
        ({"acct": "1"}, "other_domain"),
        ({"email": "ada@example.com"}, "other_domain"),
    ],
)  # fmt: skip
def test_microsoft_must_be_the_districts_tenant_and_vouch_for_the_domain(
    changed: dict[str, Any], expected: str
) -> None:
    assert outcome(OF_MICROSOFT | changed, MICROSOFT) == expected


def test_who_it_is_is_issuer_and_subject() -> None:
    assert visitor_of(OF_GOOGLE, GOOGLE) == Visitor(GOOGLE_ISSUER, "1", "ada@example.org")


@pytest.mark.parametrize("tenant", ["common", "organizations", "consumers", "example.org", ""])
def test_a_tenant_is_one_directory(tenant: str) -> None:
    assert issuer_of(Kind.MICROSOFT, tenant=tenant) == ""


def test_the_secret_is_in_nothing_that_is_told() -> None:
    assert MICROSOFT.tenant == TENANT
    assert issuer_of(Kind.MICROSOFT, tenant=f" {TENANT.upper()} ") == ENTRA
    assert "secret" not in repr(GOOGLE) + str(GOOGLE.told())


def test_no_address_or_domain_is_folded_by_rules_that_make_one_of_two() -> None:
    """Unicode's lower case, and the database's, make a k of the Kelvin sign."""
    allowed = {
        "passwords.py": 2,  # whether a password holds the address
        "kinds.py": 1,  # a tenant, which is 32 hexadecimal digits
        "people.py": 1,  # the name of a role
    }
    import rollbook.access

    found: dict[str, int] = {}
    for file in Path(rollbook.access.__file__).parent.rglob("*.py"):
        times = len(re.findall(r"\.lower\(\)|casefold\(|__iexact|__icontains", file.read_text()))
        if times and file.parent.name != "migrations":
            found[file.name] = times
    assert found == allowed
