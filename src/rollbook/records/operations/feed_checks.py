"""What a feed's settings may be, set on a page, by a command or in a file of feeds."""

import base64
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from rollbook.core.errors import UsageError
from rollbook.core.feed_settings import ENCODINGS, IDENTIFIERS
from rollbook.core.file_set import MODES
from rollbook.core.scheduling.schedule import Schedule
from rollbook.core.sources.after_import import ACTIONS, AfterImport, check_after_import
from rollbook.core.sources.algorithms import LEGACY_GROUPS
from rollbook.core.webhook_address import read_webhook_address
from rollbook.records.addresses import ADDRESS, letters_fault
from rollbook.records.district import TIME_ZONE
from rollbook.records.models import Feed
from rollbook.records.queries.layouts import layout_choices

CHOICES = {
    "after_import": ACTIONS,
    "encoding": ENCODINGS,
    "files": MODES,
    "percent_scale": ("auto", "100", "1"),
    "other_columns": ("warn", "note"),
    "half_days": ("refuse", "up", "down", "nearest"),
    "blanks": ("keep", "clear"),
    "new_students": ("create", "reject"),
}
AFTER_IMPORT = {
    "folder", "pattern", "after_import", "after_import_folder", "after_import_ending",
}  # fmt: skip


def check_settings(settings: Mapping[str, Any]) -> None:
    """Raise UsageError, with its fields, where a feed cannot have one of `settings`."""
    for column, allowed in CHOICES.items():
        if settings.get(column, allowed[0]) not in allowed:
            raise _no_choice(column, allowed)
    if "layout" in settings:
        check_layout(settings["layout"])
    required = settings.get("required", IDENTIFIERS)
    if not required or not set(required) <= set(IDENTIFIERS):
        raise UsageError(
            what="Each row needs at least one ID.",
            advice="Choose student_id, ssid or both (student_id,ssid).",
            field="required",
        )
    unknown = set(settings.get("legacy_algorithms", ())) - LEGACY_GROUPS.keys()
    if unknown:
        raise _no_choice("legacy_algorithms", LEGACY_GROUPS)
    _check_day(settings.get("promotion_on", ""))
    _check_recipients(settings.get("recipients", ()))
    if settings.get("webhook"):
        read_webhook_address(settings["webhook"])
    if "schedule" in settings:
        Schedule.from_json(settings["schedule"] | {"zone": TIME_ZONE.default})
    _check_server(settings)


def check_layout(name: str) -> None:
    """Raise UsageError where a feed cannot be set to a layout of this name."""
    choices = layout_choices()
    if name not in choices:
        raise _no_choice("layout", choices)


def check_after(feed: Feed, chosen: Iterable[str]) -> None:
    """Raise UsageError where an imported file could be taken again, or has no place to go."""
    if AFTER_IMPORT & set(chosen):
        plan = AfterImport(feed.after_import, feed.after_import_folder, feed.after_import_ending)
        check_after_import(plan, folder=feed.folder, pattern=feed.pattern)


def _check_day(text: str) -> None:
    try:
        is_day = not text or date.fromisoformat(text).isoformat() == text
    except ValueError:
        is_day = False
    if not is_day:
        raise UsageError(
            what="That isn't a date.",
            advice="Write it as 2027-07-01, or leave it blank.",
            field="promotion_on",
        )


def _check_server(settings: Mapping[str, Any]) -> None:
    if not 5 <= settings.get("sign_in_seconds", 5) <= 60:
        raise UsageError(what="That isn't a number from 5 to 60.", field="sign_in_seconds")
    host = settings.get("host", "host")
    if "://" in host or "/" in host or not host.strip():
        raise UsageError(
            what="That is more than a server's name.",
            advice="Write only its name, such as sftp.example.org, without sftp:// or a path.",
            field="host",
        )
    for column in ("username", "pattern"):
        if not settings.get(column, "given").strip():
            raise UsageError(what="This can't be blank.", field=column)
    if settings.get("host_key") and not _is_public_key(settings["host_key"]):
        raise UsageError(
            what="That isn't a server's public key.",
            advice="Write it as one line, such as ssh-ed25519 AAAA..., without the name of the "
            "server in front.",
            field="host_key",
        )


def _no_choice(column: str, allowed: Iterable[str]) -> UsageError:
    return UsageError(
        what="That isn't one of the choices.",
        advice=f"Choose one of: {', '.join(allowed)}.",
        field=column,
    )


def _check_recipients(addresses: Sequence[str]) -> None:
    for address in addresses:
        if not ADDRESS.fullmatch(address):
            raise UsageError(
                what=f"“{address}” isn't an email address.",
                advice="Write name@example.org, separated by commas.",
                field="recipients",
            )
        if fault := letters_fault(address):
            raise UsageError(what=fault, field="recipients")


def _is_public_key(line: str) -> bool:
    """Tell whether `line` is an OpenSSH public key: its bytes begin with the type it names."""
    kind, _, rest = line.strip().partition(" ")
    try:
        blob = base64.b64decode(rest.split()[0], validate=True)
    except (IndexError, ValueError):
        return False
    size = int.from_bytes(blob[:4], "big")
    return "\n" not in line.strip() and blob[4 : 4 + size] == kind.encode() and len(blob) > 4 + size
