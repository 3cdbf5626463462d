"""What a change to a person ends: sessions, second factors, connected accounts of the provider."""

from typing import Final

from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone

from rollbook.access.models import User

HALF_IN: Final = "account_login"
"""Where allauth keeps, in a session, who has still to show the second factor."""


def end_sessions(user: User) -> None:
    """Sign the person out everywhere."""
    # Few people, few sessions: reading them all is quicker than another table.
    for session in Session.objects.filter(expire_date__gte=timezone.now()):
        kept = session.get_decoded()
        half_in = (kept.get(HALF_IN) or {}).get("user_pk")  # asked for a second factor
        if str(user.pk) in (kept.get("_auth_user_id"), half_in):
            session.delete()


def forget_factors(user: User) -> None:
    """Remove authenticator, passkeys and recovery codes."""
    with connection.cursor() as cursor:
        cursor.execute("delete from rollbook.mfa_authenticator where user_id = %s", [user.pk])


def disconnect_accounts(user: User) -> None:
    """Disconnect the person's accounts of the provider, none of which connects again on its own.

    In SQL, because commands know no tables of allauth.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "with gone as (delete from rollbook.socialaccount_socialaccount where user_id = %s"
            " returning user_id, provider, uid)"
            " insert into rollbook.access_disconnectedaccount"
            " (user_id, issuer, subject, disconnected_at)"
            " select user_id, provider, uid, clock_timestamp() from gone on conflict do nothing",
            [user.pk],
        )
