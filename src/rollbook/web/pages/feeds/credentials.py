"""The credentials in a feed's form: a password, a key, or both; what is typed completes the saved.

Secrets are write-only: empty means unchanged.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django import forms

from rollbook.core.sources.key_pair import KEY_PARTS, make_own_key, public_line
from rollbook.records.models import Feed

AND_PASSWORD = "_and_password"  # noqa: S105 - the end of a name
SIGN_IN = {
    "password": "A password",
    "key": "A private key of yours",
    "own": "A key that Rollbook makes",
    f"key{AND_PASSWORD}": "Your own key and a password",
    f"own{AND_PASSWORD}": "A key from Rollbook and a password",
}
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

    feed: Feed | None = None

    def __init__(self, *args: Any, saved: Mapping[str, str], **options: Any) -> None:
        """`saved` is the secret of `feed`, {} where it cannot be read."""
        self.saved = saved
        super().__init__(*args, **options)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        means = data.get("sign_in", "")
        uses_key, uses_password = means.startswith("key"), means.endswith("password")
        if uses_key and data.get("private_key") and "PRIVATE KEY" not in data["private_key"]:
            self.add_error(
                "private_key", "This is no private key: it must hold a line “BEGIN … PRIVATE KEY”."
            )
        if uses_password and not data.get("password"):
            if self._needs("password"):
                self.add_error("password", "Type the password that the server expects.")
            elif self._is_elsewhere(data):
                self.add_error(
                    "password",
                    "The saved password is not sent to another server or for another user. Type "
                    "the password that is meant for this one.",
                )
        if uses_key and not data.get("private_key") and self._needs("private_key"):
            self.add_error("private_key", "Paste the private key that the server knows.")
        return data

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
        if data["sign_in"].startswith("key") and data["private_key"]:
            key = data["private_key"].replace("\r\n", "\n").strip() + "\n"
            return {"private_key": key, "passphrase": data["passphrase"]}
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


def means_of(secret: Mapping[str, str]) -> str:
    """Return the choice that saved credentials are of."""
    if not secret.get("private_key"):
        return "password"
    key = "own" if public_line(secret) else "key"
    return f"{key}{AND_PASSWORD}" if secret.get("password") else key
