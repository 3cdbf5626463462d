"""Second factors: their secrets are encrypted in the database, with the installation's key."""

import os
from typing import Final

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError

from rollbook.access.models import User
from rollbook.access.operations.factors import PURPOSE
from rollbook.core.secrets.sealed import SealedTextUnreadable, is_sealed, seal, unseal
from rollbook.records.operations.secrets import secret_key

PROOFS: Final = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
"""What a second factor is; recovery codes only stand in for one."""


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """Seals what allauth stores in the clear. What was stored before is read as it is."""

    def encrypt(self, text: str) -> str:
        return seal(text, secret_key(os.environ), purpose=PURPOSE)

    def decrypt(self, encrypted_text: str) -> str:
        if not is_sealed(encrypted_text):
            return encrypted_text
        try:
            return unseal(encrypted_text, secret_key(os.environ), purpose=PURPOSE)
        except SealedTextUnreadable:
            raise ValidationError(
                "This second factor cannot be read: it was stored with another key. Ask an "
                "administrator to remove it, or use a passkey."
            ) from None


def has_factor(user: User) -> bool:
    """Tell whether somebody proves more than a password."""
    return bool(Authenticator.objects.filter(user_id=user.pk, type__in=PROOFS).exists())
