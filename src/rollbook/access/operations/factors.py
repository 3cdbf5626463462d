"""The secrets of second factors, sealed where an earlier version left them in the clear."""

import os

from django.db import connection, transaction

from rollbook.records.database import translated
from rollbook.records.operations import audit
from rollbook.records.operations.sealed_texts import key_to_seal_with, seal_factors_in_the_clear


@translated()
@transaction.atomic
def seal_factors(actor: str) -> int:
    """Return how many factors were sealed. Raises KeyDiffers, KeyMissing, KeyUnusable."""
    with connection.cursor() as cursor:
        count = seal_factors_in_the_clear(cursor, lambda: key_to_seal_with(os.environ))
    if count:
        audit.record(actor, "second_factor.sealed", subject=f"{count} second factors")
    return count
