"""The links by which people come in for the first time: made, used once, withdrawn."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from rollbook.access.models import FIRST_LINK, Role, SignInLink, User
from rollbook.access.operations.people import AccountExists, add_person, check_address
from rollbook.access.operations.schools import chosen_schools
from rollbook.core.errors import RollbookError, UsageError
from rollbook.core.folding import address_folded
from rollbook.records.database import translated
from rollbook.records.operations import audit

LINK_VALID_FOR = timedelta(hours=1)
INVITATION_VALID_FOR = timedelta(days=7)


class LinkUsed(RollbookError):
    """This link was already used or has expired.

    Nothing was changed.

    Ask for a new one."""

    reason = "link_used"


class LinkForAnother(UsageError):
    """This invitation is for {email}.

    Nothing was changed.

    Enter that address, or ask for an invitation of your own."""

    reason = "link_for_another"


@translated()
@transaction.atomic
def make_link(
    *,
    role: Role,
    actor: str,
    valid_for: timedelta | None = None,
    schools: Sequence[str] = (),
    email: str = "",
) -> str:
    """Return the token of a link that makes one account, within the hour by default.

    With `email` the account can have this address alone, and its owner may come in through the
    identity provider instead. Raises UsageError for a school of no student and a bad address.
    """
    chosen = chosen_schools(role, schools)
    address = address_folded(email)
    if address:
        check_address(address)
        if User.objects.filter(email=address).exists():
            raise AccountExists(email=address, field="email")
    token = secrets.token_urlsafe(32)
    SignInLink.objects.filter(expires_at__lt=timezone.now()).delete()
    SignInLink.objects.create(
        digest=_digest(token),
        role=role,
        schools=chosen,
        email=address,
        made_by=actor,
        made_at=timezone.now(),
        expires_at=timezone.now() + (valid_for or LINK_VALID_FOR),
    )
    told = ({"schools": chosen} if role is Role.STAFF else {}) | (
        {"email": address} if address else {}
    )
    audit.record(actor, "link.made", subject=role.value, after=told or None)
    return token


@translated()
@transaction.atomic
def make_first_link() -> str:
    """Return the token of the link for the first administrator; an earlier one ends."""
    SignInLink.objects.filter(made_by=FIRST_LINK).delete()
    return make_link(role=Role.ADMINISTRATOR, actor=FIRST_LINK)


@translated()
@transaction.atomic
def redeem_link(token: str, email: str, password: str) -> User:
    """Make the account that the link is for; it works once. Raises LinkUsed, UsageError."""
    link = SignInLink.objects.select_for_update().filter(digest=_digest(token)).first()
    if link is None or not _is_good(link):
        raise LinkUsed
    if link.email and address_folded(email) != link.email:
        raise LinkForAnother(email=link.email, field="email")
    return _account_of(link, email, password)


@transaction.atomic
def take_invitation(email: str) -> User | None:
    """Make the account that an open invitation for this very address is for; None without one.

    The account has no password. The caller has seen to it that the address is the person's own.
    """
    links = SignInLink.objects.select_for_update().filter(email=email).order_by("-expires_at")
    link = next((each for each in links if _is_good(each)), None)
    return None if link is None else _account_of(link, email, None)


def _account_of(link: SignInLink, email: str, password: str | None) -> User:
    user = add_person(
        email,
        password,
        role=Role(link.role),
        actor=f"link of {link.made_by}",
        schools=link.schools,
    )
    link.delete()
    SignInLink.objects.filter(email=user.email).delete()
    return user


@translated()
@transaction.atomic
def withdraw_link(digest: str, *, actor: str) -> None:
    """Let a link that was not used yet make no account. Raises LinkUsed where there is none."""
    link = SignInLink.objects.select_for_update().filter(digest=digest).first()
    if link is None:
        raise LinkUsed
    link.delete()
    audit.record(actor, "link.withdrawn", subject=link.role, before={"made_by": link.made_by})


def role_of_link(token: str) -> Role | None:
    """Return the role of the account that the link makes; None where it can no longer be used."""
    link = SignInLink.objects.filter(digest=_digest(token)).first()
    return Role(link.role) if link and _is_good(link) else None


def address_of_link(token: str) -> str:
    """Return the address of the account that the link makes; '' where any will do."""
    link = SignInLink.objects.filter(digest=_digest(token)).first()
    return link.email if link else ""


def _is_good(link: SignInLink) -> bool:
    """A link ends with its time, and when its maker may no longer invite."""
    maker = User.objects.filter(email=link.made_by).first()
    may = maker is None or (maker.is_active and maker.is_administrator)
    return may and link.expires_at >= timezone.now()


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
