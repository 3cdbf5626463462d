"""The form of sign-in with an identity provider: what the chosen one takes, and nothing else."""

from collections.abc import Mapping
from typing import Any, Final

from django import forms

from rollbook.access.identity_provider.kinds import IdentityProvider, Kind

CHOICES: Final[Mapping[Kind, str]] = {
    Kind.GOOGLE: "Google Workspace",
    Kind.MICROSOFT: "Microsoft 365 (Entra ID)",
    Kind.OTHER: "Another OpenID Connect provider",
}
NAMES: Final[Mapping[Kind, str]] = {
    Kind.GOOGLE: "Google",
    Kind.MICROSOFT: "Microsoft",
    Kind.OTHER: "your provider",
}
"""How sentences call it."""
_OF_ONE: Final = {"tenant": Kind.MICROSOFT, "issuer": Kind.OTHER}
"""Fields that one provider alone needs."""
_SECRET_HELP: Final[Mapping[Kind, str]] = {
    Kind.GOOGLE: "Google shows it only once. If you don't have it anymore, add a new secret there.",
    Kind.MICROSOFT: "The Value, not the Secret ID. Microsoft shows it only once.",
    Kind.OTHER: "Stored encrypted and never shown again.",
}


class SignInForm(forms.Form):
    kind = forms.ChoiceField(
        choices=list(CHOICES.items()),
        widget=forms.HiddenInput,
        label="Provider",
        error_messages={"required": "Choose one.", "invalid_choice": "Choose one of these."},
    )
    client_id = forms.CharField(required=False, max_length=500, label="Client ID")
    tenant = forms.CharField(
        required=False,
        max_length=100,
        label="Directory (tenant) ID",
        help_text="Next to the client ID, on the app's Overview page.",
    )
    issuer = forms.CharField(
        required=False,
        max_length=500,
        label="Issuer",
        help_text="Like https://login.example.org, exactly as your provider writes it.",
    )
    client_secret = forms.CharField(
        required=False,
        max_length=500,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        label="Client secret",
    )
    domains = forms.CharField(
        required=False,
        max_length=2000,
        label="Your district's email domains",
        help_text="Like example.org: what follows the @. Separate several with commas. Other "
        "accounts can't sign in.",
    )

    def __init__(self, sent: Any, *, kind: Kind | None, stored: IdentityProvider | None) -> None:
        super().__init__(sent, initial=_initial(kind, stored))
        for name, owner in _OF_ONE.items():
            if kind is not owner:
                del self.fields[name]
        if kind is Kind.MICROSOFT:
            self.fields["client_id"].label = "Application (client) ID"
        secret = self.fields["client_secret"]
        if stored is not None and stored.kind is kind:
            secret.help_text = "Leave blank to keep the saved one."
        elif kind is not None:
            secret.help_text = _SECRET_HELP[kind]

    @property
    def given(self) -> dict[str, str]:
        """What was entered; what this provider doesn't take is blank."""
        return {"tenant": "", "issuer": "", **self.cleaned_data}


def _initial(kind: Kind | None, stored: IdentityProvider | None) -> dict[str, str]:
    if stored is None or stored.kind is not kind:
        return {"kind": kind.value} if kind else {}
    return {
        "kind": stored.kind,
        "tenant": stored.tenant,
        "issuer": stored.issuer,
        "client_id": stored.client_id,
        "domains": ", ".join(stored.domains),
    }
