"""The form of a new passkey, apart from the others: what it needs is slow to load."""

from typing import Any

from allauth.mfa.webauthn.forms import AddWebAuthnForm


class AddKeyForm(AddWebAuthnForm):  # type: ignore[misc]  # allauth has no types
    """allauth's, in our words."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        passkey = self.fields["passwordless"]
        passkey.label = "Make it a passkey"
        passkey.help_text = "It then signs you in alone, with your fingerprint, face or PIN."
