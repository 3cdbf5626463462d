"""What people change about their own sign-in, on record."""

import time
from typing import Any, Final

from django.db import connection

from rollbook.access.notices import queue_notice
from rollbook.notify import sign_in
from rollbook.records.operations import audit
from rollbook.records.operations.installation_key import keep_rotations_out

ADDED: Final = {
    "totp": sign_in.FACTOR_ADDED,
    "webauthn": sign_in.PASSKEY_ADDED,
    "recovery_codes": sign_in.CODES_ADDED,
}
REMOVED: Final = {
    "totp": sign_in.FACTOR_REMOVED,
    "webauthn": sign_in.PASSKEY_REMOVED,
    "recovery_codes": sign_in.CODES_REMOVED,
}


def key_comes_first(sender: Any, instance: Any, **_: Any) -> None:
    """Keep rotations out before a row is locked that they lock too: new codes need the key next."""
    with connection.cursor() as cursor:
        keep_rotations_out(cursor)


def codes_are_shown(sender: Any, instance: Any, **_: Any) -> None:
    """Count recovery codes as seen when they are made: else the first look at them writes that."""
    if instance.type == instance.Type.RECOVERY_CODES:
        instance.data.setdefault("viewed_at", time.time())


def factor_saved(sender: Any, instance: Any, *, created: bool, **_: Any) -> None:
    """Record a new second factor, in the transaction that stores it."""
    if created:
        _record("second_factor.added", instance)
        queue_notice(instance.user.email, ADDED[instance.type])


def factor_removed(sender: Any, instance: Any, **_: Any) -> None:
    """Record that a second factor is gone, in the transaction that removes it."""
    _record("second_factor.removed", instance)
    queue_notice(instance.user.email, REMOVED[instance.type])


def factor_refused(sender: Any, user: Any, **_: Any) -> None:
    """Record a wrong code: the person who typed it knew the password."""
    audit.record("nobody", "sign_in.failed", subject=user.email, after={"step": "second factor"})


def _record(action: str, factor: Any) -> None:
    audit.record(factor.user.email, action, subject=factor.user.email, after={"kind": factor.type})
