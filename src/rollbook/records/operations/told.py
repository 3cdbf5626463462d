"""Which problems were told and are not over: each is told once, however long it lasts."""

from collections.abc import Collection
from typing import Final

from django.utils import timezone

from rollbook.records.models import Feed, ToldProblem

LONGEST_CAUSE: Final = 200

INSTALLATION: Final = 0
"""In place of a feed's number: the problem is that of the whole installation."""


def told_problems(feed: Feed) -> list[ToldProblem]:
    """Return what was told of the feed and is not over, the first one first."""
    return list(ToldProblem.objects.filter(feed_id=feed.pk).order_by("pk"))


def note_told(feed: Feed, kind: str, cause: str, *, job: int) -> None:
    """Note that a problem is being told, of this import."""
    ToldProblem.objects.update_or_create(
        feed_id=feed.pk,
        kind=kind,
        cause=cause[:LONGEST_CAUSE],
        defaults={"job_id": job, "told_at": timezone.now()},
    )


def note_over(feed: Feed, problems: Collection[ToldProblem]) -> None:
    """Note that these problems of the feed are over."""
    ToldProblem.objects.filter(feed_id=feed.pk, pk__in=[each.pk for each in problems]).delete()


def note_told_of_installation(kind: str, cause: str) -> bool:
    """Note that a problem is being told; return whether it had not been."""
    now = timezone.now()
    _, is_new = ToldProblem.objects.get_or_create(
        feed_id=INSTALLATION, kind=kind, cause=cause, defaults={"job_id": 0, "told_at": now}
    )
    return is_new


def over_of_installation(kind: str, cause: str = "") -> bool:
    """Note that a problem is over; return whether it had been told, to one asker alone."""
    told = ToldProblem.objects.filter(feed_id=INSTALLATION, kind=kind, cause=cause)
    return bool(told.delete()[0])


def causes_told(kind: str) -> frozenset[str]:
    """Return of which causes such a problem of the installation was told and is not over."""
    told = ToldProblem.objects.filter(feed_id=INSTALLATION, kind=kind)
    return frozenset(told.values_list("cause", flat=True))
