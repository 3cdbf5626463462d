"""The form of a feed: what a person types becomes settings and credentials, checked by field."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core import signing

from rollbook.core.sources.after_import import ENDING, STAY
from rollbook.core.sources.algorithms import LEGACY_GROUPS
from rollbook.core.sources.arrival import LONGEST_UNCHANGED_FOR, UNCHANGED_FOR
from rollbook.core.webhook_address import LONGEST, WebhookAddressRefused, read_webhook_address
from rollbook.records.addresses import addresses
from rollbook.records.district import RECIPIENTS
from rollbook.records.models import Feed
from rollbook.records.queries.feeds import active_feeds
from rollbook.records.queries.field_owners import roster_feeds
from rollbook.web.pages.feeds.credentials import NOTHING, CredentialsForm
from rollbook.web.pages.feeds.file_form import FileForm
from rollbook.web.pages.feeds.limits_form import LIMITS, LimitsForm

AFTER_IMPORT = (
    ("stay", "Leave the file on the server"),
    ("move", "Move it to another folder"),
    ("rename", "Rename it"),
    ("delete", "Delete it"),
)
OFFERED_KEY = "rollbook.offered-host-key"
"""Salt of the signature of a host key that a test has shown, so that no other one is confirmed."""


AS_THEY_STAND = (
    "host", "port", "username", "folder", "pattern", "worksheet", "encoding", "layout", "files",
    "percent_scale", "half_days", "blanks", "new_students", "leading_zeros", "is_roster",
    "legacy_algorithms",
    "after_import", "after_import_folder", "after_import_ending",
    "sign_in_seconds", "unchanged_for", "webhook", "promotion_on", *LIMITS,
)  # fmt: skip
"""The feed's columns that the form shows and gives back without a change."""

SHOWN = (*AS_THEY_STAND, "required", "recipients")
"""All columns that come back with the form: those of a page that is older are not saved."""

FIELDS = {"host_key": "host"}
"""Setting -> the field of the form at which it is spoken of."""


class FeedForm(FileForm, LimitsForm, CredentialsForm):
    """Sections Connection, File and Safety."""

    field_order = ("name", "host", "port", "username")

    name = forms.RegexField(
        r"^[\w-]{1,100}$",
        label="Name",
        help_text="A short name, like sis or iready. Use letters, digits, - and _.",
        error_messages={"invalid": "Use only letters, digits, - and _, with no spaces."},
    )
    host = forms.CharField(max_length=255, label="SFTP server", help_text="Like sftp.example.org.")
    port = forms.IntegerField(min_value=1, max_value=65535, initial=22, label="Port")
    username = forms.CharField(max_length=255, label="User name")
    sign_in_seconds = forms.IntegerField(
        min_value=5,
        max_value=60,
        initial=5,
        required=False,
        label="Time to sign in",
        help_text="5 seconds is enough for most servers. Try 30 for a slow one.",
    )
    folder = forms.CharField(
        required=False,
        max_length=1000,
        label="Folder",
        help_text="Folder on the server, like /outgoing. Leave blank for the login folder.",
    )
    pattern = forms.CharField(
        max_length=255,
        label="File name",
        initial="*.csv",
        help_text="A file name, or a pattern like student_data_*.csv. * matches anything.",
    )
    is_roster = forms.BooleanField(
        required=False,
        initial=True,
        label="This is the roster feed",
        help_text="This file lists every active student. Only the roster feed adds students, "
        "changes names, grades or schools, and marks students missing.",
    )
    after_import = forms.ChoiceField(
        required=False,
        choices=AFTER_IMPORT,
        label="After the import",
        help_text="Only after the file is imported, and only if it hasn't changed since.",
    )
    after_import_folder = forms.CharField(
        required=False,
        max_length=1000,
        label="Move to folder",
        help_text="A folder inside the one above, or a full path starting with"
        " /. We create it if needed.",
    )
    after_import_ending = forms.CharField(
        required=False,
        max_length=50,
        initial=ENDING,
        label="Rename with ending",
        help_text="students.csv becomes students.csv.imported.",
    )
    unchanged_for = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=LONGEST_UNCHANGED_FOR,
        initial=UNCHANGED_FOR,
        label="Wait for uploads to finish",
        help_text="How long the file must stop changing before we import it. 60 suits most "
        "servers. 0 = don't wait.",
    )
    recipients = forms.CharField(
        required=False,
        max_length=2000,
        label="Recipients",
        help_text="Email addresses, separated by commas. Leave blank to use the district's.",
    )
    webhook = forms.CharField(
        required=False,
        max_length=LONGEST,
        label="Webhook",
        help_text="An https address that gets the result of each import. Totals"
        " only, no student data.",
    )
    legacy_algorithms = forms.MultipleChoiceField(
        required=False,
        choices=tuple((name, group.meaning) for name, group in LEGACY_GROUPS.items()),
        widget=forms.CheckboxSelectMultiple,
        label="Outdated encryption (only if the test asks for it)",
    )
    offered_key = forms.CharField(required=False, widget=forms.HiddenInput)
    accept_key = forms.BooleanField(required=False)

    def __init__(
        self,
        *args: Any,
        feed: Feed | None = None,
        saved: Mapping[str, str] = NOTHING,
        **options: Any,
    ) -> None:
        super().__init__(*args, feed=feed, saved=saved, **options)
        for name in ("sign_in_seconds", "unchanged_for"):
            self.fields[name].unit = "seconds"  # type: ignore[attr-defined]
        rosters = [name for name in roster_feeds() if feed is None or name != feed.name]
        if rosters:
            said = f"Roster feed now: {', '.join(rosters)}."
            self.fields["is_roster"].help_text = f"{said} {self.fields['is_roster'].help_text}"
        if feed is not None:
            self.fields["name"].disabled = True
            self.fields["name"].help_text = "The name of a feed can't change."

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if self.feed is None and name in {feed.name for feed in active_feeds()}:
            raise forms.ValidationError(
                f"There is already a feed named “{name}”. Choose another name."
            )
        return name

    def clean_host(self) -> str:
        host: str = self.cleaned_data["host"].strip()
        if "://" in host or "/" in host or re.search(r"\s", host):
            raise forms.ValidationError(
                "Enter only the server name, like sftp.example.org, without sftp:// or a path."
            )
        return host

    def clean_after_import(self) -> str:
        return self.cleaned_data["after_import"] or (self.feed.after_import if self.feed else STAY)

    def clean_after_import_ending(self) -> str:
        return self.cleaned_data["after_import_ending"] or ENDING

    def clean_sign_in_seconds(self) -> int:
        return self.cleaned_data["sign_in_seconds"] or (self.feed or Feed()).sign_in_seconds

    def clean_recipients(self) -> list[str]:
        given: str = self.cleaned_data["recipients"]
        if fault := RECIPIENTS.fault(given) or RECIPIENTS.new_fault(given):
            raise forms.ValidationError(fault)
        return addresses(given)

    def clean_webhook(self) -> str:
        given: str = self.cleaned_data["webhook"].strip()
        try:
            if given:
                read_webhook_address(given)
        except WebhookAddressRefused as error:
            raise forms.ValidationError(str(error.faults["webhook"])) from None
        return given

    def settings(self) -> dict[str, Any]:
        """Return the valid form as the feed's columns."""
        data = self.cleaned_data
        chosen = {column: data[column] for column in (*AS_THEY_STAND, "recipients")}
        if data["unchanged_for"] is None:
            del chosen["unchanged_for"]
        chosen["required"] = data["required"].split(",")
        if (host_key := self.accepted_key()) is not None:
            chosen["host_key"] = host_key
        return chosen

    def accepted_key(self) -> str | None:
        """Return the host key that the person has confirmed in this form, if it is of this host."""
        data = self.cleaned_data
        if not data.get("accept_key"):
            return None
        try:
            offered = signing.loads(data["offered_key"], salt=OFFERED_KEY, max_age=3600)
        except signing.BadSignature:
            return None
        is_same = (offered["host"], offered["port"]) == (data["host"], data["port"])
        return str(offered["key"]) if is_same else None


def offered_key(host: str, port: int, host_key: str) -> str:
    """Return a host key so that only `FeedForm.accepted_key` believes it."""
    return signing.dumps({"host": host, "port": port, "key": host_key}, salt=OFFERED_KEY)


def initial_of(feed: Feed, *, means: str) -> Mapping[str, Any]:
    """Return what the form of an existing feed begins with; credentials never come back."""
    initial = {column: getattr(feed, column) for column in ("name", *AS_THEY_STAND)}
    texts = {"required": ",".join(feed.required), "recipients": ", ".join(feed.recipients)}
    return initial | texts | {"sign_in": means}
