"""The form of sign-in with an identity provider."""

from typing import Any

from django import forms

from rollbook.access.identity_provider.kinds import IdentityProvider, Kind


class SignInForm(forms.Form):
    kind = forms.ChoiceField(
        choices=[
            (Kind.GOOGLE, "Google Workspace"),
            (Kind.MICROSOFT, "Microsoft 365 (Entra ID)"),
            (Kind.OTHER, "Another OpenID Connect provider"),
        ],
        initial=Kind.GOOGLE,
        widget=forms.RadioSelect,
        label="Provider",
    )
    tenant = forms.CharField(
        required=False,
        max_length=100,
        label="Directory (tenant) ID",
        help_text="Microsoft only: on the overview page of your app registration.",
    )
    issuer = forms.CharField(
        required=False,
        max_length=500,
        label="Issuer",
        help_text="Another provider only, such as https://login.example.org.",
    )
    client_id = forms.CharField(required=False, max_length=500, label="Client ID")
    client_secret = forms.CharField(
        required=False,
        max_length=500,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        label="Client secret",
        help_text="Stored encrypted and never shown again.",
    )
    domains = forms.CharField(
        required=False,
        max_length=2000,
        label="Domains",
        help_text="Only people with an address at one of these can sign in, such as example.org. "
        "Separate several with commas.",
    )

    def __init__(self, sent: Any, *, stored: IdentityProvider | None) -> None:
        super().__init__(sent, initial=_initial(stored))
        if stored is not None:
            self.fields["client_secret"].help_text = "Leave blank to keep the one that is stored."


def _initial(stored: IdentityProvider | None) -> dict[str, str]:
    if stored is None:
        return {}
    return {
        "kind": stored.kind,
        "tenant": stored.tenant,
        "issuer": stored.issuer if stored.kind is Kind.OTHER else "",
        "client_id": stored.client_id,
        "domains": ", ".join(stored.domains),
    }
