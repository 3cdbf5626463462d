"""Tokens for programs: made and shown once, noted when used, revoked."""

import hashlib
import secrets
from collections.abc import Collection
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from rollbook.access.models import ApiToken, User
from rollbook.access.notices import queue_notice
from rollbook.access.scopes import Scope
from rollbook.core.errors import RollbookError, UsageError
from rollbook.notify import sign_in
from rollbook.records.database import translated
from rollbook.records.operations import audit

PREFIX: Final = "rollbook_"
"""How every token begins, so that scanners for secrets and people recognize one."""

DEFAULT_DAYS: Final = 90
LONGEST_DAYS: Final = 365
LONGEST_NAME: Final = 50
NOTED_EVERY: Final = timedelta(minutes=1)
"""Between two times at which the use of a token is written down."""


class TokenExists(UsageError):
    """There is already a token named {name}.

    Nothing was changed.

    Choose another name, or revoke that one first."""

    reason = "token_exists"


class NoSuchToken(UsageError):
    """There is no active token named {name}.

    Nothing was changed."""

    reason = "no_such_token"


class OwnerMayNot(RollbookError):
    """{email} isn't an active administrator, and only administrators have tokens.

    Nothing was changed."""

    reason = "owner_may_not"
    exit_code = 2


@translated()
@transaction.atomic
def make_token(
    name: str,
    scopes: Collection[Scope],
    *,
    owner: User,
    actor: str,
    days: int = DEFAULT_DAYS,
) -> str:
    """Return a new token, which is kept nowhere. Raises UsageError, OwnerMayNot."""
    name = name.strip()
    _check(name, scopes, days=days)
    owner = User.objects.select_for_update().get(pk=owner.pk)
    if not (owner.is_active and owner.is_administrator):
        raise OwnerMayNot(email=owner.email)
    _retire_expired(name)
    token = PREFIX + secrets.token_urlsafe(32)
    now = timezone.now()
    chosen = [each.value for each in Scope if each in scopes]
    made, is_new = ApiToken.objects.get_or_create(
        name=name,
        revoked_at=None,
        defaults={
            "digest": digest_of(token),
            "scopes": chosen,
            "owner": owner,
            "created_at": now,
            "expires_at": now + timedelta(days=days),
        },
    )
    if not is_new:
        raise TokenExists(name=name, field="name")
    after = {"scopes": chosen, "owner": owner.email, "expires_at": made.expires_at.isoformat()}
    audit.record(actor, "token.made", subject=name, after=after)
    queue_notice(owner.email, sign_in.TOKEN_MADE)
    return token


@translated()
@transaction.atomic
def revoke_token(name: str, *, actor: str) -> None:
    """Refuse the token of this name from now on. Raises NoSuchToken."""
    token = ApiToken.objects.select_for_update().filter(name=name, revoked_at=None).first()
    if token is None:
        raise NoSuchToken(name=name)
    _revoke(token, actor)


def revoke_tokens_of(owner: User, *, actor: str) -> None:
    """Refuse every token that acts for a person; in the transaction of the caller."""
    for token in ApiToken.objects.select_for_update().filter(owner=owner, revoked_at=None):
        _revoke(token, actor)


def _revoke(token: ApiToken, actor: str) -> None:
    token.revoked_at = timezone.now()
    token.save(update_fields=["revoked_at"])
    before = {"scopes": token.scopes, "owner": token.owner.email}
    audit.record(actor, "token.revoked", subject=token.name, before=before)


def note_use(token: ApiToken, address: str) -> None:
    """Write down that the token is used now, from this address, where that was not done within the
    minute; another address is written down at once."""
    now = timezone.now()
    is_fresh = token.last_used_at is not None and now - token.last_used_at < NOTED_EVERY
    if is_fresh and address == token.last_used_from:
        return
    # No audit event: it would be one a minute. What a token does leaves events with its name.
    ApiToken.objects.filter(pk=token.pk).update(last_used_at=now, last_used_from=address)


def digest_of(token: str) -> str:
    """Return what is kept of a token: it is random and long, so that a plain hash is enough."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _check(name: str, scopes: Collection[Scope], *, days: int) -> None:
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise UsageError(
            what="A token needs a name.",
            advice=f"Say what uses it, in one line of at most {LONGEST_NAME} characters.",
            field="name",
        )
    if not scopes:
        raise UsageError(
            what="A token needs a scope.", advice="Choose what it may do.", field="scopes"
        )
    if not 1 <= days <= LONGEST_DAYS:
        raise UsageError(
            what=f"A token lasts from 1 to {LONGEST_DAYS} days.",
            advice="Make a new one before it ends.",
            field="days",
        )


def _retire_expired(name: str) -> None:
    """Free the name of a token whose time is over."""
    over = ApiToken.objects.filter(name=name, revoked_at=None, expires_at__lte=timezone.now())
    over.update(revoked_at=F("expires_at"))
