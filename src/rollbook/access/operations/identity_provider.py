"""The settings of the identity provider: changed, turned off, with their audit events."""

import os
import re
from collections.abc import Mapping, Sequence
from typing import Final

from django.db import transaction

from rollbook.access.identity_provider import configuration, discovery
from rollbook.access.identity_provider.kinds import IdentityProvider, Kind, issuer_of
from rollbook.core.errors import FieldsRefused, UsageError
from rollbook.core.folding import address_folded
from rollbook.core.secrets.store import SecretUnreadable
from rollbook.core.webhook_address import read_webhook_address
from rollbook.records.database import translated
from rollbook.records.operations import audit
from rollbook.records.operations.secrets import secret_store
from rollbook.records.operations.seen import check_seen, wait_for_other_edits

SUBJECT: Final = "identity provider"
LONGEST_ISSUER: Final = 200
"""Characters: as many as the connected accounts have room for."""
LONGEST_TEXT: Final = 500
DOMAIN: Final = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
OPEN_TO_ALL: Final = frozenset((
    "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "msn.com", "yahoo.com",
    "icloud.com", "aol.com",
))  # fmt: skip
"""Domains in which anybody gets an address."""


def checked_provider(given: Mapping[str, str], stored: IdentityProvider | None) -> IdentityProvider:
    """Return the provider that a form gives, with the stored secret where none is given.

    `given`: kind, tenant, issuer, client_id, client_secret, domains. Raises FieldsRefused.
    """
    kind = Kind(given["kind"])
    issuer = issuer_of(kind, tenant=given["tenant"], issuer=given["issuer"])
    client_id, domains = given["client_id"].strip(), domains_of(given["domains"])
    is_same = stored is not None and (stored.issuer, stored.client_id) == (issuer, client_id)
    kept = stored.client_secret if stored and is_same else ""
    secret = given["client_secret"].strip() or kept
    faults = {
        "tenant" if kind is Kind.MICROSOFT else "issuer": _issuer_fault(kind, issuer),
        "client_id": "" if _is_plain(client_id) else "Enter the client ID from your provider.",
        "client_secret": _secret_fault(secret, had_one=stored is not None),
        "domains": _domains_fault(domains),
    }
    if found := {field: fault for field, fault in faults.items() if fault}:
        raise FieldsRefused(found)
    return IdentityProvider(kind, issuer, client_id, secret, tuple(domains))


def domains_of(text: str) -> list[str]:
    """Return the domains of a text, in lower case, each once; people write `@` in front too."""
    parts = (part.lstrip("@").rstrip(".") for part in re.split(r"[\s,;]+", address_folded(text)))
    return list(dict.fromkeys(part for part in parts if part))


@translated()
@transaction.atomic
def change_provider(
    provider: IdentityProvider, *, actor: str, seen: str = "", is_tested: bool = True
) -> None:
    """Sign in with this provider from now on. Raises ChangedMeanwhile, and errors of the store.

    `seen`: the version of what the page showed. `is_tested`: False where a test has found a problem
    and an administrator saves it anyway.
    """
    wait_for_other_edits()
    before = _before()
    told = before.told() if before else None
    check_seen(seen, told, what="the sign-in settings")
    secret_store(os.environ).put(configuration.NAME, provider.kept())
    after: dict[str, object] = provider.told()
    if before and before.client_secret != provider.client_secret:
        after["has_new_secret"] = True
    if not is_tested:
        after["failed_its_test"] = True
    audit.record(actor, "identity_provider.changed", subject=SUBJECT, before=told, after=after)
    discovery.forget()


@translated()
@transaction.atomic
def remove_provider(*, actor: str) -> None:
    """Let nobody sign in with a provider. Accounts stay connected, for when it is set again."""
    wait_for_other_edits()
    try:
        before = configuration.identity_provider(os.environ)
        told = before.told() if before else None
    except SecretUnreadable:  # it keeps everybody out who has no password, so it can go
        told = {}
    if told is None:
        raise UsageError(what="Sign-in with a district account is already off.")
    secret_store(os.environ).delete(configuration.NAME)
    audit.record(actor, "identity_provider.removed", subject=SUBJECT, before=told)
    discovery.forget()


def _before() -> IdentityProvider | None:
    """Return what is set; what can be read no more is replaced."""
    try:
        return configuration.identity_provider(os.environ)
    except SecretUnreadable:
        return None


def _issuer_fault(kind: Kind, issuer: str) -> str:
    if kind is Kind.MICROSOFT:
        wanted = "Enter the Directory (tenant) ID, such as 72f988bf-86f1-41af-91ab-2d7cd011db47."
        return "" if issuer else wanted
    if len(issuer) > LONGEST_ISSUER or "?" in issuer or "#" in issuer:
        return f"An issuer has at most {LONGEST_ISSUER} characters, and no ? or #."
    try:
        read_webhook_address(issuer)
    except UsageError:
        return "Enter the issuer, such as https://login.example.org."
    return ""


def _secret_fault(secret: str, *, had_one: bool) -> str:
    if _is_plain(secret):
        return ""
    if had_one:
        return "Enter the client secret again: the stored one belongs to other settings."
    return "Enter the client secret from your provider."


def _domains_fault(domains: Sequence[str]) -> str:
    if not domains:
        return "Enter at least one domain, such as example.org."
    if bad := next((each for each in domains if not DOMAIN.fullmatch(each)), None):
        return f"“{bad[:100]}” isn't a domain. Write it as example.org."
    if found := next((each for each in domains if each in OPEN_TO_ALL), None):
        return f"Anyone can have an address at {found}. Enter your district's own domain."
    return ""


def _is_plain(text: str) -> bool:
    return 0 < len(text) <= LONGEST_TEXT and text.isascii() and text.isprintable()
