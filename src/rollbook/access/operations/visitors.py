"""Who comes in through the identity provider: only people who have an account or an invitation.

An account is found by issuer and subject, and by nothing else once it is connected. The address
counts one time: when an account is connected, or an invitation is taken.
"""

from allauth.socialaccount.models import SocialAccount
from django.db import transaction

from rollbook.access.identity_provider.errors import NotSignedIn
from rollbook.access.identity_provider.visitor import Visitor
from rollbook.access.models import DisconnectedAccount, User
from rollbook.access.notices import queue_notice
from rollbook.access.operations.ending import disconnect_accounts, end_sessions
from rollbook.access.operations.links import take_invitation
from rollbook.access.operations.people import person_to_change
from rollbook.notify import sign_in
from rollbook.records.database import translated
from rollbook.records.operations import audit
from rollbook.records.operations.seen import wait_for_other_edits


@translated()
@transaction.atomic
def let_in(visitor: Visitor, *, title: str) -> User:
    """Return the account of the visitor, connected with the provider that `title` names.

    Raises NotSignedIn for who has neither an account nor an open invitation, for an account that
    was deactivated, for one that another account of the provider is connected with, and for an
    account of the provider that was disconnected.
    """
    wait_for_other_edits()
    known = SocialAccount.objects.filter(provider=visitor.issuer, uid=visitor.subject).first()
    user = known.user if known else _by_address(visitor)
    if not user.is_active:
        raise NotSignedIn(
            "deactivated",
            why="Your account is turned off.",
            advice="Ask an administrator at your district.",
        )
    if known is None:
        _connect(user, visitor, title=title)
    return user


@translated()
@transaction.atomic
def disconnect(email: str, *, actor: str) -> None:
    """Disconnect a person's account of the provider, and sign the person out. Raises UsageError.

    Another account connects at its first sign-in, by address; this one after `allow_again` alone.
    """
    user = person_to_change(email)
    disconnect_accounts(user)
    end_sessions(user)
    queue_notice(user.email, sign_in.DISCONNECTED)
    audit.record(actor, "person.disconnected", subject=user.email)


@translated()
@transaction.atomic
def allow_again(email: str, *, actor: str) -> None:
    """Let the accounts that were disconnected from a person connect again. Raises UsageError."""
    user = person_to_change(email)
    DisconnectedAccount.objects.filter(user=user).delete()
    queue_notice(user.email, sign_in.ALLOWED_AGAIN)
    audit.record(actor, "person.connection_allowed", subject=user.email)


def _by_address(visitor: Visitor) -> User:
    found = User.objects.filter(email=visitor.email).first() or take_invitation(visitor.email)
    if found is None:
        raise NotSignedIn(
            "no_account",
            why=f"There's no Rollbook account for {visitor.email}.",
            advice="Ask an administrator at your district to invite you.",
        )
    return found


def _connect(user: User, visitor: Visitor, *, title: str) -> None:
    """An address may have gone to another person since: that one does not inherit the account."""
    if SocialAccount.objects.filter(user=user, provider=visitor.issuer).exists():
        raise NotSignedIn(
            "connected_otherwise",
            why=f"{user.email} is connected with another account at {title}.",
            advice="If you have a new account there, ask an administrator to disconnect the old "
            "one.",
        )
    if DisconnectedAccount.objects.filter(
        user=user, issuer=visitor.issuer, subject=visitor.subject
    ).exists():
        raise NotSignedIn(
            "disconnected",
            why=f"This account at {title} was disconnected from {user.email}.",
            advice="If it should sign you in again, ask an administrator to allow it under People.",
        )
    SocialAccount.objects.create(
        user=user, provider=visitor.issuer, uid=visitor.subject, extra_data={}
    )
    queue_notice(user.email, sign_in.CONNECTED)
    audit.record(user.email, "person.connected", subject=user.email, after={"provider": title})
