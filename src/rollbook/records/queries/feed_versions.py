"""What a feed's settings were, version by version."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from rollbook.core.errors import UsageError
from rollbook.records.models import AuditEvent, Feed, FeedVersion
from rollbook.records.queries.feed_changes import SettingChange
from rollbook.records.queries.feed_columns import file_settings

MOST_LISTED: Final = 100
TRUST: Final = "host_key"
"""Not among the settings that are kept: to return to an older version must confirm no server."""


class NoSuchVersion(UsageError):
    """The settings of {feed} have no version {number}: there are 1 to {newest}.

    Nothing was changed."""

    reason = "no_such_version"


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a feed's settings, and what made it another one than the version before."""

    number: int
    made_at: datetime
    made_by: str
    """Of the first version: who added the feed, "" where the audit log no longer says."""
    reason: str
    changes: Sequence[SettingChange]
    is_current: bool

    def as_object(self) -> dict[str, Any]:
        """Return it as programs read it."""
        return {
            "version": self.number,
            "at": self.made_at.isoformat(),
            "by": self.made_by or None,
            "reason": self.reason or None,
            "is_current": self.is_current,
            "changes": [each.as_object() for each in self.changes],
        }


def kept_settings(feed: Feed) -> dict[str, Any]:
    """Return the settings of `feed` that its versions keep, as a file of feeds has them."""
    return {name: value for name, value in file_settings(feed).items() if name != TRUST}


def versions_of(feed: Feed) -> list[Version]:
    """Return the newest versions, MOST_LISTED at most, the newest first."""
    rows = FeedVersion.objects.filter(feed=feed).order_by("-number")[:MOST_LISTED]
    found, after = [], kept_settings(feed)
    for row in rows:
        is_current = row.number == feed.version
        changes = differences(row.before, after)
        found.append(Version(row.number, row.made_at, row.made_by, row.reason, changes, is_current))
        after = row.before
    if len(found) == feed.version - 1 and len(found) < MOST_LISTED:
        author = _added_by(feed)
        found.append(Version(1, feed.created_at, author, "", (), feed.version == 1))
    return found


def _added_by(feed: Feed) -> str:
    """Return who added it: of several feeds that have had the name, the newest is there."""
    added = AuditEvent.objects.filter(action="feed.added", subject=feed.name).order_by("-id")
    return added.values_list("actor", flat=True).first() or ""


def newest_version(feed: Feed) -> FeedVersion | None:
    """Return the last change of the settings; None where they are those of the beginning."""
    return FeedVersion.objects.filter(feed=feed, number=feed.version).first()


def settings_at(feed: Feed, number: int) -> Mapping[str, Any]:
    """Return all settings of a version that are kept. Raises NoSuchVersion."""
    if number == feed.version:
        return kept_settings(feed)
    row = FeedVersion.objects.filter(feed=feed, number=number + 1).first()
    if row is None:
        raise NoSuchVersion(feed=feed.name, number=number, newest=feed.version, field="version")
    return dict(row.before)


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[SettingChange]:
    """Return what differs, each header and value on its own. Only one version of Rollbook knows
    some settings; these are left out."""
    known = before.keys() & after.keys()
    old, new = (dict(_parts({name: each[name] for name in known})) for each in (before, after))
    return [
        SettingChange(name, old.get(name), new.get(name))
        for name in sorted(old.keys() | new.keys())
        if old.get(name) != new.get(name)
    ]


def _parts(settings: Mapping[str, Any], within: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the settings in tables one by one: `values.grade.Kinder`."""
    for name, value in settings.items():
        if isinstance(value, dict):
            yield from _parts(value, f"{within}{name}.")
        else:
            yield f"{within}{name}", value
