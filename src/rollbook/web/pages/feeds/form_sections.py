"""The sections of a feed's settings: one line about each, and which of them are open."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django import forms

from rollbook.core.file_set import ALL
from rollbook.core.quantities import listed
from rollbook.records.models import Feed
from rollbook.web.pages.feeds.credentials import AND_PASSWORD
from rollbook.web.pages.feeds.file_form import FileForm
from rollbook.web.pages.feeds.form import AFTER_IMPORT
from rollbook.web.pages.feeds.limits_form import LABELS, LIMITS

READING: Final = (
    "layout", "worksheet", "encoding", "percent_scale", "half_days", "blanks", "leading_zeros",
)  # fmt: skip
FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "connection": (
        "name", "host", "port", "username", "sign_in", "password", "private_key_file",
        "private_key", "passphrase", "sign_in_seconds", "legacy_algorithms",
    ),
    "file": (
        "folder", "pattern", "files", "required", "is_roster", "new_students", "unchanged_for",
    ),
    "reading": READING,
    "after": ("after_import", "after_import_folder", "after_import_ending"),
    "limits": (*LIMITS, "promotion_on"),
    "alerts": ("recipients", "webhook"),
}  # fmt: skip
"""The fields of each section, in the order of the page."""
MEANS: Final = {
    "password": "a password",
    "key": "your own key",
    "own": "a key from Rollbook",
    f"key{AND_PASSWORD}": "your own key and a password",
    f"own{AND_PASSWORD}": "a key from Rollbook and a password",
}
"""The ways to sign in."""
OF_A_NEW_FEED: Final = ("connection", "file")
"""What cannot be left as it is."""


@dataclass(frozen=True, slots=True)
class Section:
    """One section: what is set, in one line, and whether its fields are shown."""

    words: str
    is_open: bool


def form_sections(
    form: forms.Form, feed: Feed | None, *, opened: str = ""
) -> Mapping[str, Section]:
    """Return the sections by name. One with an error, or with what was typed, is open; `opened`
    names one more."""
    shown = feed or Feed()
    words = {
        "connection": connection_words(shown, means=str(form.initial.get("sign_in", ""))),
        "file": file_words(shown),
        "reading": reading_words(shown),
        "after": dict(AFTER_IMPORT)[shown.after_import],
        "limits": limits_words(shown),
        "alerts": alerts_words(shown),
    }
    touched = {*form.errors, *(form.changed_data if form.is_bound else ())}
    return {
        name: Section(
            words[name],
            is_open=bool(touched & {*fields})
            or (feed is None and name in OF_A_NEW_FEED)
            or name == opened,
        )
        for name, fields in FIELDS.items()
    }


def connection_words(feed: Feed, *, means: str = "") -> str:
    """Return the server; `means`: how Rollbook signs in there, as the form has it."""
    if not feed.host:
        return ""
    port = "" if feed.port == 22 else f", port {feed.port}"
    signs_in = f", with {MEANS[means]}" if means in MEANS else ""
    return f"{feed.username} at {feed.host}{port}{signs_in}"


def file_words(feed: Feed) -> str:
    """Return which file is imported."""
    if not feed.pattern:
        return ""
    which = "All files of a night that match" if feed.files == ALL else "Newest file that matches"
    where = f"in {feed.folder}" if feed.folder else "in the login folder"
    return f"{which} {feed.pattern} {where}"


def reading_words(feed: Feed) -> str:
    """Return which settings of how a file is read are not the usual ones."""
    other = [str(FileForm.base_fields[name].label) for name in _unusual(feed, READING)]
    return f"Standard, except {listed(other)}" if other else "Standard"


def limits_words(feed: Feed) -> str:
    """Return which limits are not the usual ones, and what they are."""
    other = [f"{LABELS[name]} {getattr(feed, name)}%" for name in _unusual(feed, LIMITS)]
    return f"Standard, except {listed(other)}" if other else "Standard"


def alerts_words(feed: Feed) -> str:
    """Return who gets email about the feed, and whether a program does."""
    told = ", ".join(feed.recipients) or "The district's recipients"
    return f"{told}, and a webhook" if feed.webhook else told


def _unusual(feed: Feed, names: tuple[str, ...]) -> list[str]:
    usual = Feed()
    return [name for name in names if getattr(feed, name) != getattr(usual, name)]
