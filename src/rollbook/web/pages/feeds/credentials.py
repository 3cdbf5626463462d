"""The credentials in a feed's form: a password, a key, or both; what is typed completes the saved.

Secrets are write-only: empty means unchanged.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django import forms

from rollbook.core.sources.key_pair import KEY_PARTS, make_own_key, public_line
from rollbook.core.sources.private_keys import LARGEST_KEY, stored_key, text_of
from rollbook.core.sources.putty import is_putty
from rollbook.core.sources.sign_in_errors import BadPrivateKey, KeyReadersBusy
from rollbook.records.models import Feed
from rollbook.web.error_texts import add_to_form

AND_PASSWORD = "_and_password"  # noqa: S105 - the end of a name
SIGN_IN = {
    "password": "A password",
    "key": "My own key",
    "own": "Create a key for me",
    f"key{AND_PASSWORD}": "My own key and a password",
    f"own{AND_PASSWORD}": "New key and password",
}
IS_PUBLIC = "This is the public half of a key. Choose the file without .pub."
IS_NO_KEY = "This isn't a private key. It must have a line “BEGIN … PRIVATE KEY”."
NOTHING: Mapping[str, str] = MappingProxyType({})


class CredentialsForm(forms.Form):
    """The fields, and what they come to."""

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
    private_key_file = forms.FileField(
        required=False,
        label="Private key file",
        help_text="Often named id_rsa or id_ed25519, or a .ppk of PuTTY; not the .pub file.",
    )
    private_key = forms.CharField(
        required=False,
        label="Or paste the private key",
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false", "autocomplete": "off"}),
        help_text="The whole text of the file.",
    )
    passphrase = forms.CharField(
        required=False,
        label="Key passphrase",
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text="Leave blank if the key has none.",
    )

    feed: Feed | None = None

    def __init__(self, *args: Any, saved: Mapping[str, str], **options: Any) -> None:
        """`saved` is the secret of `feed`, {} where it cannot be read."""
        self.saved = saved
        super().__init__(*args, **options)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        means = data.get("sign_in", "")
        uses_key, uses_password = means.startswith("key"), means.endswith("password")
        if uses_key:
            self._check_key(data)
        if uses_password and not data.get("password"):
            if self._needs("password"):
                self.add_error("password", "Enter the password for this server.")
            elif self._is_elsewhere(data):
                self.add_error(
                    "password",
                    "We don't send a saved password to another server or for another user. Enter "
                    "the password for this one.",
                )
        lacks_key = uses_key and not data.get("private_key") and self._needs("private_key")
        if lacks_key and not self.errors.keys() & {"private_key", "private_key_file"}:
            self.add_error("private_key_file", "Choose or paste the key this server knows.")
        return data

    def _check_key(self, data: dict[str, Any]) -> None:
        """Take the key out of the file, if one was chosen; say what is wrong with a key.

        Read at once, so that a wrong passphrase is not noticed at night.
        """
        file, name = data.get("private_key_file"), "private_key"
        if file is not None:
            name = "private_key_file"
            data["private_key"] = text_of(file.read(4 * LARGEST_KEY))
        key, passphrase = data.get("private_key"), data.get("passphrase", "")
        if key and (fault := key_fault(key)):
            self.add_error(name, fault)
            return
        if not key and passphrase and not public_line(self.saved):
            key = self.saved.get("private_key")  # whose passphrase was wrong, or has changed
        if not key:
            return
        try:
            data["read_key"] = stored_key(key, passphrase)
        except (BadPrivateKey, KeyReadersBusy) as error:
            add_to_form(self, error, names={"private_key": name})

    def secret(self) -> dict[str, str] | None:
        """Return the credentials, completed by the saved ones; None: those that are saved stay."""
        chosen = self._key() | self._password()
        is_same = all(self.saved.get(part) == text for part, text in chosen.items())
        parts = (*KEY_PARTS, "password")
        is_all = all(part in chosen for part in parts if self.saved.get(part))
        return None if not chosen or (is_same and is_all) else chosen

    @property
    def makes_key(self) -> bool:
        """Whether Rollbook makes the key when the form is saved, so that no server knows it yet."""
        return self.cleaned_data["sign_in"].startswith("own") and not public_line(self.saved)

    def _key(self) -> dict[str, str]:
        data = self.cleaned_data
        if self.makes_key:
            return make_own_key(data["name"])
        if data["sign_in"].startswith("key") and "read_key" in data:
            return dict(data["read_key"])
        if data["sign_in"] == "password":
            return {}
        return {part: self.saved[part] for part in KEY_PARTS if part in self.saved}

    def _password(self) -> dict[str, str]:
        data = self.cleaned_data
        if not data["sign_in"].endswith("password"):
            return {}
        password = data["password"] or self.saved.get("password", "")
        return {"password": password} if password else {}

    def _needs(self, part: str) -> bool:
        """Tell whether that part of the credentials is not saved; what is unreadable may be."""
        if self.feed is None:
            return True
        is_own = part == "private_key" and bool(public_line(self.saved))
        return bool(self.saved) and (is_own or not self.saved.get(part))

    def _is_elsewhere(self, data: Mapping[str, Any]) -> bool:
        """Tell whether saved credentials would go to a server they were not meant for.

        A person who may change a feed could otherwise have its password sent to a server of theirs.
        """
        feed, parts = self.feed, ("host", "port", "username")
        return any(part in data and data[part] != getattr(feed, part) for part in parts)


def key_fault(text: str) -> str:
    """Return why a text cannot be a private key, "" where it looks like one."""
    start = text.lstrip("\ufeff \t\r\n")
    if is_putty(text):
        return ""
    if start.startswith(
        ("ssh-", "ecdsa-", "sk-", "---- BEGIN SSH2 PUBLIC KEY", "-----BEGIN PUBLIC")
    ):
        return IS_PUBLIC
    return "" if "PRIVATE KEY" in text and len(text) <= LARGEST_KEY else IS_NO_KEY


def means_of(secret: Mapping[str, str]) -> str:
    """Return the choice that saved credentials are of."""
    if not secret.get("private_key"):
        return "password"
    key = "own" if public_line(secret) else "key"
    return f"{key}{AND_PASSWORD}" if secret.get("password") else key
