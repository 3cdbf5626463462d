"""Feeds: add, change, remove, pin a host key. Every change is audited, a secret's value never."""

import base64
import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from rollbook.core.errors import UsageError
from rollbook.core.feed_settings import ENCODINGS, IDENTIFIERS
from rollbook.core.scheduling.schedule import Schedule
from rollbook.core.sources.after_import import ACTIONS, AfterImport, check_after_import
from rollbook.core.sources.algorithms import LEGACY_GROUPS
from rollbook.core.webhook_address import read_webhook_address
from rollbook.records.database import translated
from rollbook.records.district import ADDRESS, TIME_ZONE
from rollbook.records.models import Feed
from rollbook.records.operations import audit
from rollbook.records.operations.secrets import keep_trust, secret_name, secret_store
from rollbook.records.queries.feeds import feed_by_name
from rollbook.records.queries.schedules import NIGHTLY

CHOICES = {
    "after_import": ACTIONS,
    "encoding": ENCODINGS,
    "percent_scale": ("auto", "100", "1"),
    "half_days": ("refuse", "up", "down", "nearest"),
    "blanks": ("keep", "clear"),
    "new_students": ("create", "reject"),
}
SETTINGS = (
    "host", "port", "username", "folder", "pattern", "host_key", "legacy_algorithms", "is_roster",
    "sign_in_seconds", "required", "worksheet", "encoding", "percent_scale", "half_days", "blanks",
    "new_students", "leading_zeros", "rejected_limit", "missing_limit", "names_limit",
    "ssid_limit", "school_limit", "grade_limit", "new_limit", "unchanged_for", "recipients",
    "webhook", "headers", "values", "blank_markers", "schedule",
    "after_import", "after_import_folder", "after_import_ending",
)  # fmt: skip
CONNECTION = {
    "host", "port", "username", "folder", "pattern", "host_key", "legacy_algorithms",
    "sign_in_seconds", "after_import", "after_import_folder", "after_import_ending",
}  # fmt: skip


AFTER_IMPORT = {
    "folder", "pattern", "after_import", "after_import_folder", "after_import_ending",
}  # fmt: skip


class FeedWithoutServer(UsageError):
    """The feed {feed} is for files imported by hand and has no server.

    Nothing was changed.

    Add a feed for the server."""

    reason = "feed_without_server"


@translated()
@transaction.atomic
def add_feed(
    name: str,
    *,
    settings: Mapping[str, Any],
    secret: Mapping[str, str],
    environ: Mapping[str, str],
    actor: str,
    now: datetime | None = None,
) -> Feed:
    """Add a feed with its credentials; it is planned from `now` on. Raises UsageError."""
    if not re.fullmatch(r"[\w-]{1,100}", name):
        raise UsageError(what="A feed's name has only letters, digits, - and _.", field="name")
    if Feed.objects.filter(name=name).exists():
        raise UsageError(
            what=f"There is a feed {name} already.", advice="Choose another name.", field="name"
        )
    chosen = {"required": list(IDENTIFIERS), "schedule": dict(NIGHTLY)} | dict(settings)
    _check(chosen)
    set_at = now or timezone.now()
    _check_after_import(Feed(**chosen), chosen)
    feed = Feed.objects.create(
        name=name,
        planned_at=set_at,
        schedule_set_at=set_at,
        webhook_salt=secrets.token_hex(16),
        **chosen,
    )
    audit.record(
        actor, "feed.added", subject=name, after=settings_of(feed) | {"credentials": "set"}
    )
    keep_trust(name, credentials=secret, host_key=feed.host_key, environ=environ)
    return feed


@translated()
@transaction.atomic
def change_feed(
    name: str,
    *,
    settings: Mapping[str, Any],
    secret: Mapping[str, str] | None,
    environ: Mapping[str, str],
    actor: str,
    now: datetime | None = None,
) -> Feed:
    """Change what `settings` names. A new host forgets the pinned key. Raises UsageError.

    A new schedule counts from `now` on.
    """
    feed = Feed.objects.select_for_update().get(pk=feed_by_name(name).pk)
    chosen = dict(settings)
    _check(chosen)
    if not feed.host and CONNECTION & chosen.keys():
        raise FeedWithoutServer(feed=name)
    moved = any(
        chosen.get(part, getattr(feed, part)) != getattr(feed, part) for part in ("host", "port")
    )
    if moved and "host_key" not in chosen:
        chosen["host_key"] = ""
    before = {column: getattr(feed, column) for column in chosen}
    if chosen.get("webhook", feed.webhook) != feed.webhook:  # a former receiver knows the secret
        feed.webhook_salt = secrets.token_hex(16)
    for column, value in chosen.items():
        setattr(feed, column, value)
    _check_after_import(feed, chosen)
    if "schedule" in chosen:  # a new time does not run for the past
        feed.planned_at = feed.schedule_set_at = now or timezone.now()
    feed.save()
    note = {"credentials": "changed"} if secret is not None else {}
    after = _audited(chosen) | note
    audit.record(actor, "feed.changed", subject=name, before=_audited(before), after=after)
    if secret is not None or "host_key" in chosen:
        keep_trust(name, credentials=secret, host_key=chosen.get("host_key"), environ=environ)
    return feed


@translated()
@transaction.atomic
def remove_feed(
    name: str, *, environ: Mapping[str, str], actor: str, now: datetime | None = None
) -> None:
    """Remove a feed and its credentials; its jobs stay. Raises UsageError."""
    feed = feed_by_name(name)
    if not feed.host:
        raise UsageError(what=f"The feed {name} is for files imported by hand and stays.")
    before = settings_of(feed) | {"credentials": "set"}
    feed.removed_at = now or timezone.now()
    feed.name = f"{name} (removed {feed.removed_at:%Y-%m-%d %H:%M:%S.%f})"
    feed.save()
    audit.record(actor, "feed.removed", subject=name, before=before)
    secret_store(environ).delete(secret_name(name))


@translated()
@transaction.atomic
def pin_host_key(name: str, host_key: str, *, environ: Mapping[str, str], actor: str) -> None:
    """Remember the server's key that an administrator has confirmed."""
    feed = feed_by_name(name)
    before = {"host_key": feed.host_key}
    feed.host_key = host_key
    feed.save(update_fields=["host_key"])
    audit.record(
        actor, "feed.host_key_pinned", subject=name, before=before, after={"host_key": host_key}
    )
    keep_trust(name, credentials=None, host_key=host_key, environ=environ)


@translated()
def record_test(name: str, host: str, port: int, *, actor: str) -> None:
    """Record that `actor` has the connection to a server tested; `name` is "" for a new feed."""
    after = {"host": host, "port": port}
    audit.record(actor, "feed.connection_tested", subject=(name or host)[:200], after=after)


def settings_of(feed: Feed) -> dict[str, Any]:
    """Return all that an administrator can set of a feed, for the audit. No credential is here."""
    return _audited({column: getattr(feed, column) for column in SETTINGS})


def _audited(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings as the permanent audit log may hold them: an address may be a secret itself."""
    if not settings.get("webhook"):
        return dict(settings)
    return {**settings, "webhook": f"https://{read_webhook_address(settings['webhook']).host}/..."}


def _check(settings: Mapping[str, Any]) -> None:
    for column, allowed in CHOICES.items():
        if settings.get(column, allowed[0]) not in allowed:
            raise _no_choice(column, allowed)
    required = settings.get("required", IDENTIFIERS)
    if not required or not set(required) <= set(IDENTIFIERS):
        raise UsageError(
            what="Each row must have one identifier at least.",
            advice="Choose student_id, ssid or both (student_id,ssid).",
            field="required",
        )
    unknown = set(settings.get("legacy_algorithms", ())) - LEGACY_GROUPS.keys()
    if unknown:
        raise _no_choice("legacy_algorithms", LEGACY_GROUPS)
    _check_recipients(settings.get("recipients", ()))
    if settings.get("webhook"):
        read_webhook_address(settings["webhook"])
    if "schedule" in settings:
        Schedule.from_json(settings["schedule"] | {"zone": TIME_ZONE.default})
    _check_server(settings)


def _check_after_import(feed: Feed, chosen: Iterable[str]) -> None:
    """Raise UsageError where an imported file could be taken again, or has no place to go."""
    if AFTER_IMPORT & set(chosen):
        plan = AfterImport(feed.after_import, feed.after_import_folder, feed.after_import_ending)
        check_after_import(plan, folder=feed.folder, pattern=feed.pattern)


def _check_server(settings: Mapping[str, Any]) -> None:
    if not 5 <= settings.get("sign_in_seconds", 5) <= 60:
        raise UsageError(what="That is no number from 5 to 60.", field="sign_in_seconds")
    host = settings.get("host", "host")
    if "://" in host or "/" in host or not host.strip():
        raise UsageError(
            what="That is not the name of a server alone.",
            advice="Write only its name, such as sftp.example.org, without sftp:// or a path.",
            field="host",
        )
    for column in ("username", "pattern"):
        if not settings.get(column, "given").strip():
            raise UsageError(what="This must not be empty.", field=column)
    if settings.get("host_key") and not _is_public_key(settings["host_key"]):
        raise UsageError(
            what="That is no public key of a server.",
            advice="Write it as one line, such as ssh-ed25519 AAAA..., without the name of the "
            "server in front.",
            field="host_key",
        )


def _no_choice(column: str, allowed: Iterable[str]) -> UsageError:
    return UsageError(
        what="That is none of the choices.",
        advice=f"Choose one of: {', '.join(allowed)}.",
        field=column,
    )


def _check_recipients(addresses: Sequence[str]) -> None:
    for address in addresses:
        if not ADDRESS.fullmatch(address):
            raise UsageError(
                what=f"“{address}” is no e-mail address.",
                advice="Write name@example.org, separated by commas.",
                field="recipients",
            )


def _is_public_key(line: str) -> bool:
    """Tell whether `line` is an OpenSSH public key: its bytes begin with the type it names."""
    kind, _, rest = line.strip().partition(" ")
    try:
        blob = base64.b64decode(rest.split()[0], validate=True)
    except (IndexError, ValueError):
        return False
    size = int.from_bytes(blob[:4], "big")
    return "\n" not in line.strip() and blob[4 : 4 + size] == kind.encode() and len(blob) > 4 + size
