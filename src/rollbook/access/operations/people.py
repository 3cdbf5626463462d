"""Every change to who may come in, with its audit event in the same transaction."""

from collections.abc import Sequence
from typing import Any, Final

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from rollbook.access.models import FIRST_LINK, Role, SignInLink, User
from rollbook.access.notices import queue_notice
from rollbook.access.operations.ending import (
    disconnect_accounts,
    end_sessions,
    forget_factors,
)
from rollbook.access.operations.schools import chosen_schools
from rollbook.access.operations.tokens import revoke_tokens_of
from rollbook.core.errors import UsageError
from rollbook.core.folding import address_folded
from rollbook.notify import sign_in
from rollbook.records.database import translated
from rollbook.records.operations import audit
from rollbook.records.operations.seen import check_seen, wait_for_other_edits

LONGEST_ADDRESS: Final = 200
"""Characters: as many as the audit log has room for, to say who did it."""


class AccountExists(UsageError):
    """{email} already has an account.

    Nothing was changed."""

    reason = "account_exists"


class NoSuchAccount(UsageError):
    """There is no account for {email}.

    Nothing was changed."""

    reason = "no_such_account"


class NotStaff(UsageError):
    """{email} has the role {role}, and only staff have schools.

    Nothing was changed."""

    reason = "not_staff"


@translated()
@transaction.atomic
def add_person(
    email: str, password: str | None, *, role: Role, actor: str, schools: Sequence[str] = ()
) -> User:
    """Make an account. Raises UsageError for a bad address, a known one, or a weak password.

    `schools`: of staff, as `chosen_schools` returns them. Without a password the account is that of
    a person who signs in with the identity provider.
    """
    address = address_folded(email)
    check_address(address)
    asked = User(email=address, role=role, schools=list(schools) if role is Role.STAFF else [])
    if password is not None:
        check_password(password, asked)
    asked.set_password(password)
    # Of two requests at once, the second one waits here and then finds the account of the first.
    user, is_new = User.objects.get_or_create(
        email=address,
        defaults={"role": role, "password": asked.password, "schools": asked.schools},
    )
    if not is_new:
        raise AccountExists(email=address, field="email")
    if role is Role.ADMINISTRATOR:
        SignInLink.objects.filter(made_by=FIRST_LINK).delete()
    audit.record(actor, "person.added", subject=address, after=_rights(user))
    return user


@translated()
@transaction.atomic
def reset_sign_in(email: str, password: str, *, actor: str) -> User:
    """Set a new password, remove second factors, end every session and API token, and disconnect
    the account of the identity provider.

    Raises UsageError.

    A person who was deactivated may sign in again; the audit event says so.
    """
    user = person_to_change(email)
    check_password(password, user)
    was_active = user.is_active
    user.set_password(password)
    user.is_active = True
    user.save(update_fields=["password", "is_active"])
    forget_factors(user)
    disconnect_accounts(user)
    end_sessions(user)
    revoke_tokens_of(user, actor=actor)
    queue_notice(user.email, sign_in.RESET)
    audit.record(
        actor,
        "person.sign_in_reset",
        subject=user.email,
        before={"is_active": was_active},
        after={"is_active": True},
    )
    return user


@translated()
@transaction.atomic
def deactivate(email: str, *, actor: str) -> None:
    """Stop a person from signing in. Raises UsageError for the last administrator."""
    user = person_to_change(email)
    _check_not_last(user)
    user.is_active = False
    user.save(update_fields=["is_active"])
    _withdraw_links(user)
    end_sessions(user)
    queue_notice(user.email, sign_in.DEACTIVATED)
    audit.record(actor, "person.deactivated", subject=user.email)


@translated()
@transaction.atomic
def activate(email: str, *, actor: str) -> None:
    """Let a person sign in again. Raises UsageError."""
    user = person_to_change(email)
    user.is_active = True
    user.save(update_fields=["is_active"])
    queue_notice(user.email, sign_in.ACTIVATED)
    audit.record(actor, "person.activated", subject=user.email)


@translated()
@transaction.atomic
def change_role(email: str, role: Role, *, actor: str, schools: Sequence[str] = ()) -> None:
    """Give a person another role, as staff with these schools; it counts at the next request.

    Raises UsageError for the last administrator, and for a school of no student.
    """
    user = person_to_change(email)
    before = _rights(user)
    if role is not Role.ADMINISTRATOR:
        _check_not_last(user)
    user.schools = chosen_schools(role, schools, known=user.schools)
    user.role = role
    user.save(update_fields=["role", "schools"])
    _withdraw_links(user)
    if role != before["role"]:
        queue_notice(user.email, sign_in.OF_ROLE[role.value])
    audit.record(
        actor, "person.role_changed", subject=user.email, before=before, after=_rights(user)
    )


@translated()
@transaction.atomic
def change_schools(email: str, schools: Sequence[str], *, actor: str, seen: str = "") -> list[str]:
    """Let a person of staff see the students of these schools alone, from the next request on.

    Returns the schools as the data writes them. `seen`: the version of the schools that the page
    showed; raises ChangedMeanwhile.

    Raises UsageError for a school of no student, and for a person who is no staff.
    """
    user = person_to_change(email)
    check_seen(seen, user.schools, what=f"the schools of {user.email}")
    if not user.is_staff_member:
        raise NotStaff(email=user.email, role=user.get_role_display().lower())
    before = _rights(user)
    user.schools = assigned = chosen_schools(Role.STAFF, schools, known=user.schools)
    user.save(update_fields=["schools"])
    audit.record(
        actor, "person.schools_changed", subject=user.email, before=before, after=_rights(user)
    )
    return assigned


@translated()
@transaction.atomic
def remove_second_factors(email: str, *, actor: str) -> None:
    """Remove authenticator, passkeys and recovery codes of a person who lost them.

    Ends that person's sessions. Raises UsageError.
    """
    user = person_to_change(email)
    forget_factors(user)
    end_sessions(user)
    queue_notice(user.email, sign_in.FACTORS_REMOVED)
    audit.record(actor, "person.second_factors_removed", subject=user.email)


def has_administrator() -> bool:
    """Tell whether anybody can set things up."""
    return User.objects.filter(role=Role.ADMINISTRATOR, is_active=True).exists()


def person(email: str) -> User:
    """Return one person. Raises UsageError."""
    found = User.objects.filter(email=address_folded(email)).first()
    if found is None:
        raise NoSuchAccount(email=email, field="email")
    return found


def person_to_change(email: str) -> User:
    """One edit at a time: none is built on what another one is about to replace."""
    wait_for_other_edits()
    return person(email)


def check_password(password: str, user: User) -> None:
    """Raise UsageError with the reasons where the password is too easy to guess."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise UsageError(what=" ".join(error.messages), field="password") from None


def check_address(address: str) -> None:
    if len(address) > LONGEST_ADDRESS:
        raise UsageError(
            what=f"An email address has at most {LONGEST_ADDRESS} characters here.",
            field="email",
        )
    if not address.isascii():  # a letter that looks like another would make a second account
        raise UsageError(
            what=f"“{address}” has a letter that isn't one of A to Z.",
            advice="Type the address instead of copying it.",
            field="email",
        )
    try:
        validate_email(address)
    except ValidationError:
        raise UsageError(
            what=f"“{address}” isn't an email address.",
            advice="Write it as name@example.org.",
            field="email",
        ) from None


def _rights(user: User) -> dict[str, Any]:
    """Return what a person may see, as the audit log tells it."""
    told = {"role": str(Role(user.role).value)}
    return told | ({"schools": list(user.schools)} if user.is_staff_member else {})


def _check_not_last(user: User) -> None:
    others = User.objects.select_for_update().filter(role=Role.ADMINISTRATOR, is_active=True)
    if user.is_administrator and not [other for other in others if other.pk != user.pk]:
        raise UsageError(
            what=f"{user.email} is the last administrator, and someone has to be one.",
            advice="Add another administrator first.",
        )


def _withdraw_links(user: User) -> None:
    """Withdraw the open invitations of a person who may no longer invite."""
    if not (user.is_active and user.is_administrator):
        SignInLink.objects.filter(made_by=user.email).delete()
