"""The secrets of second factors, sealed where they lie in the clear and with another key."""

import os
from collections.abc import Callable
from typing import Final

from allauth.mfa.models import Authenticator
from django.db import transaction

from rollbook.core.secrets.sealed import is_sealed, seal, unseal
from rollbook.records.database import translated
from rollbook.records.operations import audit
from rollbook.records.operations.secrets import secret_key

PURPOSE: Final = "second factor"
SECRETS: Final = ("secret", "seed")
"""Under these names a factor's data holds what its codes are made from."""


@translated()
@transaction.atomic
def seal_factors(actor: str) -> int:
    """Seal the secrets that an earlier version has stored in the clear; return how many."""
    key = secret_key(os.environ)
    count = _rewrite(lambda text: text if is_sealed(text) else seal(text, key, purpose=PURPOSE))
    if count:
        audit.record(actor, "second_factor.sealed", subject=f"{count} second factors")
    return count


@translated()
@transaction.atomic
def change_key_of_factors(old: bytes, new: bytes, *, actor: str) -> int:
    """Seal every secret with another key; return how many. Raises SealedTextUnreadable."""

    def changed(text: str) -> str:
        opened = unseal(text, old, purpose=PURPOSE) if is_sealed(text) else text
        return seal(opened, new, purpose=PURPOSE)

    count = _rewrite(changed)
    audit.record(actor, "second_factor.sealed", subject=f"{count} second factors")
    return count


def _rewrite(change: Callable[[str], str]) -> int:
    count = 0
    # By update: a signal would tell each person that a factor was added.
    for factor in Authenticator.objects.select_for_update().order_by("pk"):
        found = {name: factor.data[name] for name in SECRETS if factor.data.get(name)}
        fresh = {name: change(text) for name, text in found.items()}
        if fresh != found:
            Authenticator.objects.filter(pk=factor.pk).update(data=factor.data | fresh)
            count += 1
    return count
