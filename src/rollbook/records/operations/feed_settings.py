"""Settings of many feeds at once, named in one command or written in a file: all or nothing.

Only what differs is changed, so that the second time nothing is, and no event is written.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from rollbook.core.catalogue.students import Catalogue
from rollbook.core.errors import UsageError
from rollbook.core.feed_file import FeedFileRefused, read_schedule
from rollbook.core.scheduling.schedule import Schedule
from rollbook.records.database import translated
from rollbook.records.district import TIME_ZONE
from rollbook.records.models import Feed
from rollbook.records.operations.feeds import FeedExists, create_feed, update_feed
from rollbook.records.operations.mappings import MappingChange, whole_mapping
from rollbook.records.operations.secrets import keep_trust
from rollbook.records.queries.feed_changes import (
    FeedChange,
    SettingChange,
    changes_between,
)
from rollbook.records.queries.feed_columns import (
    CONNECTION,
    IN_FILE,
    MAPPING,
    file_settings,
    mapping_fault,
    setting_fault,
)
from rollbook.records.queries.feeds import (
    feed_by_name,
    locked_feed,
    read_catalogue,
)
from rollbook.records.queries.schedules import NIGHTLY

NEEDED: Final = ("host", "username", "pattern")
"""What a new feed cannot do without."""


class FeedRefused(UsageError):
    """The settings of the feed {feed} weren't saved: {why}

    No feed was changed."""

    reason = "feed_refused"


@dataclass(slots=True)
class _Batch:
    """What is written in one transaction, and the keys of servers that are kept at its end."""

    actor: str
    now: datetime | None
    rows: Mapping[str, Feed]
    reason: str = ""
    vouches: bool = True
    """Whether the actor can say which server is the right one."""
    added_keys: dict[str, str] = field(default_factory=dict)
    changed_keys: dict[str, str] = field(default_factory=dict)

    def finish(self, *, dry_run: bool, environ: Mapping[str, str]) -> None:
        """Keep the keys, or roll all back. Last: AWS's store of secrets knows no rolling back."""
        if dry_run:
            transaction.set_rollback(True)
            return
        for name, key in self.added_keys.items():
            keep_trust(name, credentials={}, host_key=key, environ=environ)
        for name, key in self.changed_keys.items():
            keep_trust(name, credentials=None, host_key=key, environ=environ)


@translated()
def import_feeds(
    tables: Mapping[str, Mapping[str, Any]],
    *,
    dry_run: bool,
    environ: Mapping[str, str],
    actor: str,
    reason: str = "",
    vouches: bool = True,
    now: datetime | None = None,
) -> list[FeedChange]:
    """Add the feeds that are not there, and change what differs in the others.

    `tables` are as `read_feed_file` gives them. What a table does not name stays, or has its
    default; a feed that is not named stays as it is. Where nobody `vouches` for the servers, no
    feed that may have a password gets another server's key. Raises FeedFileRefused.
    """
    with transaction.atomic():
        batch, found = _Batch(actor, now, _locked(), reason, vouches), []
        catalogue = read_catalogue()
        for name, table in sorted(tables.items()):
            try:
                found.append(_become(batch, name, table, catalogue))
            except FeedFileRefused:
                raise
            except UsageError as error:
                raise _refused(f"feeds.{name}", error) from error
        batch.finish(dry_run=dry_run, environ=environ)
    return found


@translated()
def change_feeds(
    names: Collection[str] | None,
    settings: Mapping[str, Any],
    *,
    dry_run: bool,
    environ: Mapping[str, str],
    actor: str,
    reason: str = "",
    now: datetime | None = None,
) -> list[FeedChange]:
    """Set the same of several feeds; None: of all, but for those that have nothing of the kind.

    Raises FeedRefused, NoSuchFeed.
    """
    with transaction.atomic():
        batch, found = _Batch(actor, now, _locked(), reason), []
        wanted = _able(batch.rows.values(), settings) if names is None else set(names)
        for name in sorted(wanted):
            row = batch.rows.get(name) or feed_by_name(name)  # which says what there is
            try:
                found.append(_set(batch, row, settings))
            except UsageError as error:
                raise FeedRefused(feed=name, why=str(error.message.what)) from error
        batch.finish(dry_run=dry_run, environ=environ)
    return found


def change_to_table(
    feed: Feed,
    table: Mapping[str, Any],
    *,
    dry_run: bool,
    environ: Mapping[str, str],
    actor: str,
    reason: str,
) -> None:
    """Let a feed, which is locked, be what `table` says; a trial rolls the transaction back.

    Raises UsageError.
    """
    batch = _Batch(actor, None, {feed.name: feed}, reason)
    _set(batch, feed, _columns(feed.name, table, read_catalogue(), feed=feed))
    batch.finish(dry_run=dry_run, environ=environ)


def _locked() -> dict[str, Feed]:
    rows = Feed.objects.select_for_update().filter(removed_at=None).order_by("name")
    return {feed.name: feed for feed in rows}


def _able(rows: Collection[Feed], settings: Mapping[str, Any]) -> set[str]:
    return {feed.name for feed in rows if feed.host or not CONNECTION & settings.keys()}


def _become(batch: _Batch, name: str, table: Mapping[str, Any], catalogue: Catalogue) -> FeedChange:
    """Let the feed be what `table` says. Raises UsageError."""
    row = batch.rows.get(name)
    if row is None:
        try:
            return _add(batch, name, _columns(name, table, catalogue, feed=None))
        except FeedExists:  # another request has just added it
            row = locked_feed(name)
    return _set(batch, row, _columns(name, table, catalogue, feed=row))


def _add(batch: _Batch, name: str, chosen: Mapping[str, Any]) -> FeedChange:
    missing = [column for column in NEEDED if column not in chosen]
    if missing:
        raise UsageError(
            what=f"A new feed needs {', '.join(NEEDED)}, and this one lacks {', '.join(missing)}."
        )
    feed = create_feed(name, chosen, actor=batch.actor, note={}, now=batch.now)
    feed.refresh_from_db()  # what is left out has the table's defaults
    if feed.host_key:
        batch.added_keys[name] = feed.host_key
    after = file_settings(feed)
    return FeedChange(name, "added", [SettingChange(each, None, after[each]) for each in after])


def _set(batch: _Batch, feed: Feed, chosen: Mapping[str, Any]) -> FeedChange:
    before = file_settings(feed)
    differing = {name: value for name, value in chosen.items() if value != getattr(feed, name)}
    if "schedule" in differing and _same_schedule(feed, differing["schedule"]):
        del differing["schedule"]
    if not differing:
        return FeedChange(feed.name, "unchanged")
    if differing.get("host_key") and not batch.vouches:
        raise UsageError(
            what="This key differs from the confirmed one, and a program can't confirm a key.",
            advice="Leave host_key out, and have an administrator test the connection.",
            field="host_key",
        )
    if {"host", "port"} & differing.keys() and "host_key" in chosen:
        differing["host_key"] = chosen["host_key"]  # a new server forgets the old one's otherwise
    about: dict[str, Any] = {"actor": batch.actor, "reason": batch.reason, "now": batch.now}
    changed = update_feed(feed, differing, note={}, **about)
    if "host_key" in changed:
        batch.changed_keys[feed.name] = changed["host_key"]
    return FeedChange(feed.name, "changed", changes_between(before, file_settings(feed)))


def _same_schedule(feed: Feed, schedule: Mapping[str, Any]) -> bool:
    other = Feed(name=feed.name, host=feed.host, schedule=schedule)
    return bool(file_settings(other)["schedule"] == file_settings(feed)["schedule"])


def _columns(
    name: str, table: Mapping[str, Any], catalogue: Catalogue, *, feed: Feed | None
) -> dict[str, Any]:
    """Return the columns that `table` names, each of the right kind. Raises FeedFileRefused."""
    chosen: dict[str, Any] = {}
    for setting, value in table.items():
        place = f"feeds.{name}.{setting[:100]}"
        if setting not in IN_FILE:
            raise FeedFileRefused(
                place,
                "there is no such setting.",
                advice="Where a newer version of Rollbook wrote the file, update Rollbook first.",
            )
        find_fault = mapping_fault if setting in MAPPING else setting_fault
        if fault := find_fault(setting, value):
            raise FeedFileRefused(place, fault)
        chosen[setting] = value
    chosen |= _mapping(f"feeds.{name}", chosen, catalogue, feed=feed)
    if "legacy_algorithms" in chosen:
        chosen["legacy_algorithms"] = sorted(set(chosen["legacy_algorithms"]))
    if "schedule" in chosen:
        chosen["schedule"] = _schedule(f"feeds.{name}", chosen["schedule"], feed=feed)
    return chosen


def _mapping(
    place: str, chosen: Mapping[str, Any], catalogue: Catalogue, *, feed: Feed | None
) -> dict[str, Any]:
    """Return the parts of the mapping that `chosen` changes, as they are kept."""
    meant: dict[str, Any] = {}
    for part in MAPPING:
        if part not in chosen or (feed is not None and chosen[part] == getattr(feed, part)):
            continue
        change = {
            "headers": lambda given: MappingChange(headers=given),
            "values": lambda given: MappingChange(values=_triples(given)),
            "blank_markers": lambda given: MappingChange(blank_markers=given),
        }[part](chosen[part])
        try:
            meant[part] = whole_mapping(change, catalogue)[part]
        except UsageError as error:
            raise FeedFileRefused(
                f"{place}.{part}", error.message.what, advice=error.advice
            ) from error
        if _count(meant[part]) < _count(chosen[part]):
            raise FeedFileRefused(
                f"{place}.{part}", "two of its names mean the same. Leave one out."
            )
    return meant


def _count(part: Any) -> int:
    """Return how many texts a part of a mapping is about."""
    nested = isinstance(part, dict) and any(isinstance(each, dict) for each in part.values())
    return sum(map(len, part.values())) if nested else len(part)


def _triples(values: Mapping[str, Mapping[str, str]]) -> list[tuple[str, str, str]]:
    return [(name, text, values[name][text]) for name in values for text in values[name]]


def _schedule(place: str, table: object, *, feed: Feed | None) -> dict[str, Any]:
    if feed is not None and not feed.host:
        raise FeedFileRefused(
            f"{place}.schedule",
            "this feed is for files imported by hand, and never runs automatically.",
        )
    try:
        schedule = {**(NIGHTLY if feed is None else feed.schedule), **read_schedule(table)}
        Schedule.from_json(schedule | {"zone": TIME_ZONE.default})
    except UsageError as error:
        raise _refused(f"{place}.schedule", error) from error
    return schedule


def _refused(place: str, error: UsageError) -> FeedFileRefused:
    """Return the error with its place, and that of the part that it is about."""
    part, text = next(iter(error.faults.items()), ("", ""))
    exact = f"{place}.{part}" if part and not place.endswith(f".{part}") else place
    return FeedFileRefused(exact, text or error.message.what, advice="" if text else error.advice)
