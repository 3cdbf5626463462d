"""Second factors: their secrets are encrypted in the database, with the installation's key."""

import os
from typing import Final

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError

from rollbook.access.models import User
from rollbook.core.errors import RollbookError
from rollbook.core.secrets.sealed import (
    SECOND_FACTOR,
    SealedTextUnreadable,
    is_sealed,
    seal,
    unseal,
)
from rollbook.records.operations.sealed_texts import key_to_seal_with
from rollbook.records.operations.secrets import secret_key

PROOFS: Final = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
"""What a second factor is; recovery codes only replace one."""


class FactorUnreadable(ValidationError):
    """What a form says of a factor that opens with no key; outside of forms a page says it."""


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """Seals what allauth stores in the clear. What was stored before is read as it is."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "That code is wrong or was already used. Nothing was changed. Enter "
        "the code your app shows now. If it fails again, check your phone's "
        "clock."
    }

    def encrypt(self, text: str) -> str:
        return seal(text, key_to_seal_with(os.environ), purpose=SECOND_FACTOR)

    def decrypt(self, encrypted_text: str) -> str:
        if not is_sealed(encrypted_text):
            return encrypted_text
        try:
            return unseal(encrypted_text, secret_key(os.environ), purpose=SECOND_FACTOR)
        except SealedTextUnreadable:
            raise FactorUnreadable(
                "This second factor can't be read: it was stored with another key. Ask an "
                "administrator to remove it, or use a passkey."
            ) from None
        except RollbookError as error:
            raise ValidationError(str(error)) from error


def has_factor(user: User) -> bool:
    """Tell whether a person proves more than a password."""
    return bool(Authenticator.objects.filter(user_id=user.pk, type__in=PROOFS).exists())
