"""The links by which people come in for the first time: made, used once, withdrawn."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from rollbook.access.models import FIRST_LINK, Role, SignInLink, User
from rollbook.access.operations.people import add_person
from rollbook.access.operations.schools import chosen_schools
from rollbook.core.errors import RollbookError
from rollbook.records.database import translated
from rollbook.records.operations import audit

LINK_VALID_FOR = timedelta(hours=1)
INVITATION_VALID_FOR = timedelta(days=7)


class LinkUsed(RollbookError):
    """This link has been used or is too old.

    Nothing was changed.

    Ask for a new one."""

    reason = "link_used"


@translated()
@transaction.atomic
def make_link(
    *, role: Role, actor: str, valid_for: timedelta | None = None, schools: Sequence[str] = ()
) -> str:
    """Return the token of a link that makes one account, within the hour by default.

    Raises UsageError for a school of no student.
    """
    chosen = chosen_schools(role, schools)
    token = secrets.token_urlsafe(32)
    SignInLink.objects.filter(expires_at__lt=timezone.now()).delete()
    SignInLink.objects.create(
        digest=_digest(token),
        role=role,
        schools=chosen,
        made_by=actor,
        made_at=timezone.now(),
        expires_at=timezone.now() + (valid_for or LINK_VALID_FOR),
    )
    told = {"schools": chosen} if role is Role.STAFF else None
    audit.record(actor, "link.made", subject=role.value, after=told)
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
    user = add_person(
        email,
        password,
        role=Role(link.role),
        actor=f"link of {link.made_by}",
        schools=link.schools,
    )
    link.delete()
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


def _is_good(link: SignInLink) -> bool:
    """A link ends with its time, and when its maker may no longer invite."""
    maker = User.objects.filter(email=link.made_by).first()
    may = maker is None or (maker.is_active and maker.is_administrator)
    return may and link.expires_at >= timezone.now()


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
