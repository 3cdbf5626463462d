"""A request that is sent twice with the same key does its work once."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from django.db import connection, transaction
from django.utils import timezone

from rollbook.access.models import IdempotentRequest
from rollbook.core.errors import UsageError
from rollbook.records.database import translated
from rollbook.records.locks import IDEMPOTENT_REQUESTS

KEPT_FOR: Final = timedelta(hours=24)
LONGEST_KEY: Final = 255
LONGEST_WAIT: Final = "10s"
"""How long a request waits for another one with its key that is being answered."""


class KeyReused(UsageError):
    """This idempotency key was sent with another request within the last 24 hours.

    Nothing was changed.

    Send each request with a key of its own, and only its repetitions with the same one."""

    reason = "idempotency_key_reused"


@translated()
@transaction.atomic
def once(caller: str, key: str, *, fingerprint: str, begin: Callable[[], int]) -> int:
    """Return the job that the caller's first request with this key began.

    `begin` is called where there was none; what it writes and the key are stored together. Where it
    fails, the key is free again. Raises KeyReused, and what `begin` raises.
    """
    kept = _digest(key)
    with connection.cursor() as cursor:
        cursor.execute("select set_config('lock_timeout', %s, true)", [LONGEST_WAIT])
        cursor.execute(
            "select pg_advisory_xact_lock(%s, hashtext(%s))",
            [IDEMPOTENT_REQUESTS, f"{caller} {kept}"],
        )
    found = IdempotentRequest.objects.filter(caller=caller, key=kept).first()
    if found is not None and found.made_at < timezone.now() - KEPT_FOR:
        found.delete()
        found = None
    if found is None:
        job = begin()
        IdempotentRequest.objects.create(
            caller=caller,
            key=kept,
            fingerprint=_digest(fingerprint),
            job=job,
            made_at=timezone.now(),
        )
        return job
    if found.fingerprint != _digest(fingerprint):
        raise KeyReused(field="Idempotency-Key")
    return found.job


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
