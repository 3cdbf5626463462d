"""How often promises by the clock were kept."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, Q

from rollbook.records.models import Feed, JudgedPromise
from rollbook.records.queries.trends import DAYS, Rate

NOTHING: Final = Rate(0, 0)


def kept_promises(now: datetime) -> dict[int, Rate]:
    """Return by feed how many of its promises of the last 30 days were kept."""
    lately = JudgedPromise.objects.filter(promised_at__gt=now - timedelta(days=DAYS))
    counted = lately.values_list("feed_id").annotate(
        kept=Count("pk", filter=Q(is_kept=True)), whole=Count("pk")
    )
    return {feed: Rate(kept, whole) for feed, kept, whole in counted}


def kept_of(feeds: Iterable[Feed], kept: Mapping[int, Rate]) -> Rate:
    """Return how many promises of these feeds were kept, together."""
    rates = [kept.get(feed.pk, NOTHING) for feed in feeds]
    return Rate(sum(each.part for each in rates), sum(each.whole for each in rates))
