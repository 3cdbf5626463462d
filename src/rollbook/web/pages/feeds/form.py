"""The form of a feed: what a person types becomes settings and credentials, checked by field."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core import signing

from rollbook.core.feed_settings import AUTO
from rollbook.core.reading.encodings import SPOKEN
from rollbook.core.sources.algorithms import LEGACY_GROUPS
from rollbook.core.sources.key_pair import make_own_key
from rollbook.records.district import RECIPIENTS, addresses
from rollbook.records.models import Feed
from rollbook.records.queries.feeds import active_feeds
from rollbook.web.pages.feeds.limits_form import LIMITS, LimitsForm

IDENTIFIERS = {
    "student_id,ssid": "Student ID and SSID (a file of the student information system)",
    "student_id": "Student ID only",
    "ssid": "SSID only (many assessment exports)",
}
SIGN_IN = {
    "password": "A password",
    "key": "A private key of yours",
    "own": "A key that Rollbook makes",
}
OFFERED_KEY = "rollbook.offered-host-key"
"""Salt of the signature of a host key that a test has shown, so that no other one is confirmed."""


AS_THEY_STAND = (
    "host", "port", "username", "folder", "pattern", "worksheet", "encoding", "percent_scale",
    "half_days", "blanks", "new_students", "leading_zeros", "is_roster", "legacy_algorithms",
    *LIMITS,
)  # fmt: skip
"""The feed's columns that the form shows and gives back without a change."""

FIELDS = {"host_key": "host"}
"""Setting -> the field of the form at which it is spoken of."""


class FeedForm(LimitsForm):
    """Sections Connection, File and Safety. Secrets are write-only: empty means unchanged."""

    name = forms.RegexField(
        r"^[\w-]{1,100}$",
        label="Name",
        help_text="Short, as you would say it: sis, iready, dibels. Letters, digits, - and _.",
        error_messages={"invalid": "Use only letters, digits, - and _, without blanks."},
    )
    host = forms.CharField(
        max_length=255, label="SFTP server", help_text="Such as sftp.example.org."
    )
    port = forms.IntegerField(min_value=1, max_value=65535, initial=22, label="Port")
    username = forms.CharField(max_length=255, label="User name")
    sign_in = forms.ChoiceField(
        choices=tuple(SIGN_IN.items()),
        widget=forms.RadioSelect,
        initial="password",
        label="Sign in with",
    )
    password = forms.CharField(
        required=False,
        label="Password",
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    private_key = forms.CharField(
        required=False,
        label="Private key",
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false", "autocomplete": "off"}),
        help_text="The whole text of the key file (not the .pub file).",
    )
    passphrase = forms.CharField(
        required=False,
        label="Passphrase of the key",
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text="Leave it empty if the key has none.",
    )
    folder = forms.CharField(
        required=False,
        max_length=1000,
        label="Folder",
        help_text="Where the files lie on the server, such as /outgoing. Empty: where you arrive.",
    )
    pattern = forms.CharField(
        max_length=255,
        label="Files",
        initial="*.csv",
        help_text="A name, or a pattern with * such as student_data_*.csv; the newest is taken.",
    )
    worksheet = forms.CharField(
        required=False,
        max_length=255,
        label="Worksheet",
        help_text="Of a workbook. Empty: the first that has a header.",
    )
    required = forms.ChoiceField(
        choices=tuple(IDENTIFIERS.items()), label="Each row must have", initial="student_id,ssid"
    )
    encoding = forms.ChoiceField(
        choices=((AUTO, "Find out from each file"), *SPOKEN.items()),
        initial=AUTO,
        required=False,
        label="Encoding of text files",
        help_text="How accented letters are written. Set it where names come out wrong.",
    )
    percent_scale = forms.ChoiceField(
        choices=(
            ("auto", "Find out from each file"),
            ("100", "94.5 means 94.5 %"),
            ("1", "0.945 means 94.5 %"),
        ),
        label="Percentages",
    )
    half_days = forms.ChoiceField(
        choices=(
            ("refuse", "Report them, do not import"),
            ("up", "Round up"),
            ("down", "Round down"),
            ("nearest", "Round to the nearest whole day"),
        ),
        label="Half days of absence",
    )
    blanks = forms.ChoiceField(
        choices=(("keep", "Keep the stored value"), ("clear", "Clear the stored value")),
        label="An empty cell",
    )
    new_students = forms.ChoiceField(
        choices=(("create", "Add them"), ("reject", "Report them, do not add")),
        label="Students who are not known yet",
    )
    leading_zeros = forms.BooleanField(
        required=False, initial=True, label="Our student numbers can begin with zeros"
    )
    is_roster = forms.BooleanField(
        required=False, initial=True, label="This file lists every active student"
    )
    recipients = forms.CharField(
        required=False,
        max_length=2000,
        label="Recipients",
        help_text="E-mail addresses, separated by commas. Empty: the district's own.",
    )
    legacy_algorithms = forms.MultipleChoiceField(
        required=False,
        choices=tuple((name, group.meaning) for name, group in LEGACY_GROUPS.items()),
        widget=forms.CheckboxSelectMultiple,
        label="Outdated encryption, only if the test asks for it",
    )
    offered_key = forms.CharField(required=False, widget=forms.HiddenInput)
    accept_key = forms.BooleanField(required=False)

    def __init__(self, *args: Any, feed: Feed | None = None, **options: Any) -> None:
        super().__init__(*args, feed=feed, **options)
        if feed is not None:
            self.fields["name"].disabled = True
            self.fields["name"].help_text = "A feed keeps its name: the history refers to it."

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if self.feed is None and name in {feed.name for feed in active_feeds()}:
            raise forms.ValidationError(f"There is a feed “{name}” already. Choose another name.")
        return name

    def clean_host(self) -> str:
        host: str = self.cleaned_data["host"].strip()
        if "://" in host or "/" in host or re.search(r"\s", host):
            raise forms.ValidationError(
                "Write only the server's name, such as sftp.example.org, without sftp:// or a path."
            )
        return host

    def clean_encoding(self) -> str:
        return self.cleaned_data["encoding"] or AUTO

    def clean_recipients(self) -> list[str]:
        given: str = self.cleaned_data["recipients"]
        if fault := RECIPIENTS.fault(given):
            raise forms.ValidationError(fault)
        return addresses(given)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        means = data.get("sign_in")
        if means == "key" and data.get("private_key") and "PRIVATE KEY" not in data["private_key"]:
            self.add_error(
                "private_key", "This is no private key: it must hold a line “BEGIN … PRIVATE KEY”."
            )
        if means == "password" and not data.get("password"):
            if self._needs_secret():
                self.add_error("password", "Type the password that the server expects.")
            elif self._is_elsewhere(data):
                self.add_error(
                    "password",
                    "The saved password is not sent to another server or for another user. Type "
                    "the password that is meant for this one.",
                )
        if self._needs_secret() and means == "key" and not data.get("private_key"):
            self.add_error("private_key", "Paste the private key that the server knows.")
        return data

    def settings(self) -> dict[str, Any]:
        """Return the valid form as the feed's columns."""
        data = self.cleaned_data
        chosen = {column: data[column] for column in (*AS_THEY_STAND, "recipients")}
        chosen["required"] = data["required"].split(",")
        if (host_key := self.accepted_key()) is not None:
            chosen["host_key"] = host_key
        return chosen

    def secret(self) -> dict[str, str] | None:
        """Return the credentials that were typed; None: those that are saved stay."""
        data = self.cleaned_data
        if data["sign_in"] == "password":
            return {"password": data["password"]} if data["password"] else None
        if data["sign_in"] == "own":
            is_made = self.initial.get("sign_in") == "own"
            return None if is_made else make_own_key(data["name"])
        if not data["private_key"]:
            return None
        key = data["private_key"].replace("\r\n", "\n").strip() + "\n"
        return {"private_key": key, "passphrase": data["passphrase"]}

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

    def _needs_secret(self) -> bool:
        """Tell whether no credentials are saved for what is chosen."""
        return self.feed is None or self.initial.get("sign_in") == "own"

    def _is_elsewhere(self, data: Mapping[str, Any]) -> bool:
        """Tell whether saved credentials would go to a server they were not meant for.

        A person who may change a feed could otherwise have its password sent to a server of theirs.
        """
        feed, parts = self.feed, ("host", "port", "username")
        return any(part in data and data[part] != getattr(feed, part) for part in parts)


def offered_key(host: str, port: int, host_key: str) -> str:
    """Return a host key so that only `FeedForm.accepted_key` believes it."""
    return signing.dumps({"host": host, "port": port, "key": host_key}, salt=OFFERED_KEY)


def initial_of(feed: Feed, *, means: str) -> Mapping[str, Any]:
    """Return what the form of an existing feed begins with; credentials never come back."""
    initial = {column: getattr(feed, column) for column in ("name", *AS_THEY_STAND)}
    texts = {"required": ",".join(feed.required), "recipients": ", ".join(feed.recipients)}
    return initial | texts | {"sign_in": means}
