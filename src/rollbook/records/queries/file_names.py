"""Which names a feed's file may have now, where none matched or an older one does."""

import posixpath
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from rollbook.core.sources.named_file import NamedFile
from rollbook.core.sources.renamed_files import (
    NewName,
    newer_names,
    newest_files,
    renamed_files,
)
from rollbook.core.sources.source import Fetched
from rollbook.records.models import Feed, Job, NewFileName
from rollbook.records.models.file_names import ADOPTED, IGNORED
from rollbook.records.models.jobs import OUTCOMES, JobQuerySet, Status
from rollbook.records.outcome import Outcome
from rollbook.records.queries.feeds import active_feeds
from rollbook.records.queries.jobs import served_files


def names_seen(feed: Feed, files: Iterable[NamedFile]) -> list[NewName]:
    """Return the names among `files`, of the feed's folder, that its file probably has now; where
    the newest file is none of them, the newest too, with why they are not proposed."""
    patterns = patterns_beside(feed)
    files, last = list(files), _last_file(feed)

    def is_of_other_feed(name: str) -> bool:
        return any(fnmatchcase(name, each) for each in patterns)

    likely = renamed_files(feed.pattern, files, last=last, is_of_other_feed=is_of_other_feed)
    newest = newest_files(feed.pattern, files, last=last, is_of_other_feed=is_of_other_feed)
    if newest and newest[0].why_not is None:
        return likely
    return likely + [each for each in newest if each.why_not is not None]


def names_beside(feed: Feed, fetched: Fetched, *, is_known: bool) -> list[NewName]:
    """Return the names that the feed's file probably has now, though the one that was fetched has
    a name that it takes. Of names that are ignored it has none.

    `is_known`: the feed has imported these bytes before.
    """
    served = fetched.served
    if served is None or not fetched.others:
        return []
    patterns, last = patterns_beside(feed), next(iter(served_files(feed)), None)
    is_last = last is not None and served.is_same(last)
    found = newer_names(
        feed.pattern,
        fetched.others,
        taken=NamedFile(fetched.name, served.modified or None),
        is_known=is_known or is_last,
        beside=last.beside if last is not None and is_last else 0,
        is_of_other_feed=lambda name: any(fnmatchcase(name, each) for each in patterns),
    )
    ignored = NewFileName.objects.filter(feed_id=feed.pk, decision=IGNORED)
    shapes = set(ignored.values_list("shape", flat=True)) if found else ()
    return [each for each in found if each.shape not in shapes]


def new_file_names(feed: Feed) -> list[NewFileName]:
    """Return the names that wait for a decision, in the order of their names.

    Those that were seen for another pattern do not, nor where a later run has found a file: each
    that does notes which names it saw beside it.
    """
    return _not_found_since(feed, list(_undecided(feed).filter(why_not="").order_by("name")))


def feeds_with_new_names() -> set[int]:
    """Return the feeds for which `new_file_names` has a name, in one query."""
    feeds = Feed.objects.filter(pk=OuterRef("feed_id"), removed_at=None)
    runs = Job.imports.filter(index__feed_id=OuterRef("feed_id"), pk__gt=OuterRef("job_id"))
    waiting = NewFileName.objects.filter(
        ~Exists(_that_found_a_file(runs)),
        Exists(feeds.filter(pattern=OuterRef("pattern"))),
        decision="",
        why_not="",
    )
    return set(waiting.values_list("feed_id", flat=True))


def newest_file_names(feed: Feed) -> list[NewFileName]:
    """Return the newest of the other files that the last run saw, the newest first."""
    others = _undecided(feed).exclude(why_not="")
    newest_first = others.order_by(F("modified_at").desc(nulls_last=True), "name")
    return _not_found_since(feed, list(newest_first))


def _undecided(feed: Feed) -> QuerySet[NewFileName]:
    return NewFileName.objects.filter(feed_id=feed.pk, pattern=feed.pattern, decision="")


def adopted_name(feed: Feed) -> NewFileName | None:
    """Return the name that the feed's pattern was widened for, until a run has found a file."""
    names = NewFileName.objects.filter(feed_id=feed.pk, wider=feed.pattern, decision=ADOPTED)
    found = _not_found_since(feed, list(names.order_by("-job_id")[:1]))
    return found[0] if found else None


def _not_found_since(feed: Feed, names: Sequence[NewFileName]) -> list[NewFileName]:
    """Return those of the names after whose last run no other one has found a file."""
    if not names:
        return []
    later = Job.imports.of_feed(feed.pk).after(min(each.job_id for each in names))
    newest = _that_found_a_file(later).newest()
    return [each for each in names if newest is None or newest.pk <= each.job_id]


def _that_found_a_file(runs: JobQuerySet) -> JobQuerySet:
    is_found = Q(status=Status.COMPLETED) | OUTCOMES[Outcome.NEEDS_REVIEW]
    return runs.filter(is_found).from_server()


def patterns_beside(feed: Feed) -> list[str]:
    """Return the patterns of the other feeds that may look into the feed's folder."""
    return [each.pattern for each in active_feeds() if is_beside(feed, each)]


def is_beside(feed: Feed, other: Feed) -> bool:
    """Tell whether another feed may look into the same folder.

    One path may be written from the root, the other from where its user begins.
    """
    if other.pk == feed.pk or not other.host:
        return False
    is_there = (other.host.casefold(), other.port) == (feed.host.casefold(), feed.port)
    one, two = sorted((_parts(feed.folder), _parts(other.folder)), key=len)
    return is_there and (not one or two[-len(one) :] == one)


def _parts(folder: str) -> Sequence[str]:
    return [part for part in posixpath.normpath(folder).split("/") if part not in ("", ".")]


def _last_file(feed: Feed) -> NamedFile | None:
    """Return the newest of the files that were imported from the feed's server lately."""
    row = Job.imports.of_feed(feed.pk).stored().from_server().newest()
    output = None if row is None else row.came_to
    if output is None:
        return None
    newest = max((each.modified for each in served_files(feed)), default=0)
    return NamedFile(str(output.report.file.get("name") or ""), newest)
