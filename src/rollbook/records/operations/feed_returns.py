"""Back to an older version of a feed's settings."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from rollbook.core.errors import UsageError
from rollbook.core.feed_file import FeedFileRefused
from rollbook.records.database import translated
from rollbook.records.models import Feed
from rollbook.records.operations.feed_settings import change_to_table
from rollbook.records.operations.reasons import check_reason
from rollbook.records.operations.seen import Seen
from rollbook.records.queries.feed_changes import SettingChange
from rollbook.records.queries.feed_columns import IN_FILE
from rollbook.records.queries.feed_versions import differences, kept_settings, settings_at
from rollbook.records.queries.feeds import locked_feed

SHOWN = ("version",)
"""What the page that asks has shown of a feed: what would change follows from it."""


class VersionRefused(UsageError):
    """Version {number} of the settings of {feed} can't be used anymore: {why}

    Nothing was changed.

    {advice}"""

    reason = "version_refused"


@translated()
@transaction.atomic
def what_would_return(
    name: str, number: int, *, environ: Mapping[str, str], actor: str
) -> Sequence[SettingChange]:
    """Return what `return_to_version` would change. Raises as it does."""
    about: dict[str, Any] = {"environ": environ, "actor": actor, "reason": ""}
    return _return(locked_feed(name), number, dry_run=True, **about)


@translated()
@transaction.atomic
def return_to_version(
    name: str,
    number: int,
    *,
    reason: str,
    environ: Mapping[str, str],
    actor: str,
    seen: Seen | None = None,
) -> Sequence[SettingChange]:
    """Let a feed's settings be what they were in version `number`, as a new version.

    It applies from the next import. Credentials stay. Another server's key has to be confirmed
    again. Raises NoSuchFeed, NoSuchVersion, VersionRefused, ChangedMeanwhile, and UsageError for no
    reason.
    """
    check_reason(reason)
    feed = locked_feed(name)
    if seen is not None:
        seen.check(feed, what=f"the feed {name}")
    about: dict[str, Any] = {"environ": environ, "actor": actor, "reason": reason}
    return _return(feed, number, dry_run=False, **about)


def _return(feed: Feed, number: int, *, dry_run: bool, **about: Any) -> Sequence[SettingChange]:
    before, settings = kept_settings(feed), settings_at(feed, number)
    known = {setting: value for setting, value in settings.items() if setting in IN_FILE}
    try:
        change_to_table(feed, known, dry_run=dry_run, **about)
    except UsageError as error:
        # What a file of feeds is refused for names a place in it, and there is no file.
        is_of_file = isinstance(error, FeedFileRefused)
        why = str(error.details["why"]) if is_of_file else error.message.what
        raise VersionRefused(feed=feed.name, number=number, why=why, advice=error.advice) from error
    return differences(before, known)
