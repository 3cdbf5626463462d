"""Whose password is checked: that of the account with the address that was typed, and no other."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from rollbook.access.models import User
from rollbook.core.folding import address_folded


class AddressBackend(AuthenticationBackend):  # type: ignore[misc]  # allauth has no types
    """allauth keeps addresses in a table of its own too; what is in it decides nothing."""

    def _authenticate_by_email(self, email: str, password: str) -> Any:
        found = User.objects.filter(email=address_folded(email)).first()
        return self._check_password(found, password)
