"""What follows when runs have ended: another attempt, or word to those who need to know."""

import random
from collections.abc import Mapping

from django.db import transaction

from rollbook.records.database import translated
from rollbook.records.operations.planned import see_to_ended


@translated()
def follow_up(environ: Mapping[str, str]) -> None:
    """See to every run that has ended, each exactly once, whichever worker asks."""
    while True:
        with transaction.atomic():
            ended = see_to_ended(random=random.random())  # noqa: S311 - spreads the load, no secret
        if not ended:
            return
