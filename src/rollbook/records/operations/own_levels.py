"""Words that an import found become levels of its feed: the warnings end with the next import."""

from collections.abc import Collection, Mapping

from django.db import transaction

from rollbook.core.errors import UsageError
from rollbook.records.database import translated
from rollbook.records.operations.mappings import MappingChange, change_mapping
from rollbook.records.queries.feeds import locked_feed
from rollbook.records.queries.jobs import JobView
from rollbook.records.queries.own_levels import unknown_levels


class NotUnknownLevels(UsageError):
    """Import {job} has no such unknown levels.

    Nothing was changed.

    Look again: the feed may know some of them by now."""

    reason = "not_unknown_levels"


@translated()
@transaction.atomic
def take_own_levels(
    job: JobView, words: Mapping[str, Collection[str]], *, actor: str
) -> list[tuple[str, str]]:
    """Let words of an import, by field, be levels of its feed; all of them or none.

    Returns field and word of those that the feed did not know; said twice, there are none.
    Raises NotUnknownLevels for one that the import did not find, and for a field without any.
    """
    feed = locked_feed(job.feed)
    unknown = {each.field.name: frozenset(each.words) for each in unknown_levels(job)}
    asked = [(name, word) for name, given in words.items() for word in dict.fromkeys(given)]
    new = [(name, word) for name, word in asked if feed.values.get(name, {}).get(word) != word]
    is_found = all(word in unknown.get(name, ()) for name, word in new)
    if not is_found or not all(words.values()):
        raise NotUnknownLevels(job=job.number, field="levels")
    if new:
        change = MappingChange(values=[(name, word, word) for name, word in new])
        change_mapping(job.feed, change, actor=actor)
    return new
