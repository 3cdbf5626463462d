"""Back to an older version of a feed's settings."""

from collections.abc import Mapping, Sequence

from rollbook.core.errors import UsageError
from rollbook.core.feed_file import FeedFileRefused
from rollbook.records.database import translated
from rollbook.records.operations.feed_settings import import_feeds
from rollbook.records.operations.reasons import check_reason
from rollbook.records.queries.feed_changes import SettingChange
from rollbook.records.queries.feed_columns import IN_FILE
from rollbook.records.queries.feed_versions import differences, kept_settings, settings_at
from rollbook.records.queries.feeds import feed_by_name


class VersionRefused(UsageError):
    """Version {number} of the settings of {feed} cannot be used any more: {why}

    Nothing was changed.

    {advice}"""

    reason = "version_refused"


def what_would_return(
    name: str, number: int, *, environ: Mapping[str, str], actor: str
) -> Sequence[SettingChange]:
    """Return what `return_to_version` would change. Raises as it does."""
    return _return(name, number, reason="", dry_run=True, environ=environ, actor=actor)


def return_to_version(
    name: str, number: int, *, reason: str, environ: Mapping[str, str], actor: str
) -> Sequence[SettingChange]:
    """Let a feed's settings be what they were in version `number`, as a new version.

    It applies from the next import. Credentials stay. Another server's key has to be confirmed
    again. Raises NoSuchFeed, NoSuchVersion, VersionRefused, and UsageError without a reason.
    """
    check_reason(reason)
    return _return(name, number, reason=reason, dry_run=False, environ=environ, actor=actor)


@translated()
def _return(
    name: str,
    number: int,
    *,
    reason: str,
    dry_run: bool,
    environ: Mapping[str, str],
    actor: str,
) -> Sequence[SettingChange]:
    feed = feed_by_name(name)
    before, settings = kept_settings(feed), settings_at(feed, number)
    known = {setting: value for setting, value in settings.items() if setting in IN_FILE}
    try:
        import_feeds({name: known}, dry_run=dry_run, environ=environ, actor=actor, reason=reason)
    except FeedFileRefused as error:
        why = str(error.details["why"])
        raise VersionRefused(feed=name, number=number, why=why, advice=error.advice) from error
    return differences(before, known)
