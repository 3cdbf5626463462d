"""Which problems of a feed were told and are not over: each is told once, however long it lasts."""

from collections.abc import Collection

from django.utils import timezone

from rollbook.records.models import Feed, ToldProblem

LONGEST_CAUSE = 200


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
