"""Who may come in, and which programs."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.utils import timezone

from rollbook.access.models import ApiToken, Role, SignInLink, User


@dataclass(frozen=True, slots=True)
class Person:
    """One line of the list of people."""

    user: User
    has_second_factor: bool
    is_connected: bool
    """Whether an account of the identity provider is known."""
    was_connected: bool
    """Whether one was disconnected, and may not sign in."""
    last_sign_in: datetime | None


def people() -> list[Person]:
    """Return everybody, administrators first."""
    with connection.cursor() as cursor:
        cursor.execute("select distinct user_id from rollbook.mfa_authenticator")
        secured = {number for (number,) in cursor.fetchall()}
        cursor.execute("select user_id from rollbook.socialaccount_socialaccount")
        connected = {number for (number,) in cursor.fetchall()}
        cursor.execute("select user_id from rollbook.access_disconnectedaccount")
        once = {number for (number,) in cursor.fetchall()}
        cursor.execute(
            "select subject, max(at) from rollbook.audit_events"
            " where action = 'sign_in.succeeded' group by subject"
        )
        seen = dict(cursor.fetchall())
    users = User.objects.order_by("-is_active", "role", "email")
    return [
        Person(
            user,
            has_second_factor=user.pk in secured,
            is_connected=user.pk in connected,
            was_connected=user.pk in once,
            last_sign_in=seen.get(user.email),
        )
        for user in users
    ]


def is_connected(user: User) -> bool:
    """Tell whether an account of the identity provider is connected with this one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select 1 from rollbook.socialaccount_socialaccount where user_id = %s", [user.pk]
        )
        return cursor.fetchone() is not None


def count_with_password() -> int:
    """Return how many active administrators have a password: who can come in without a provider."""
    found = User.objects.filter(role=Role.ADMINISTRATOR, is_active=True)
    return sum(each.has_usable_password() for each in found)


def is_anybody_there() -> bool:
    """Tell whether there is an account: before the first one, nobody can sign in."""
    return User.objects.exists()


def open_invitations() -> list[SignInLink]:
    """Return the links that can still make an account."""
    links = SignInLink.objects.filter(expires_at__gte=timezone.now())
    return list(links.order_by("expires_at", "digest"))


def tokens() -> list[ApiToken]:
    """Return the tokens that were not revoked, by name; some may be over."""
    return list(ApiToken.objects.filter(revoked_at=None).select_related("owner").order_by("name"))
