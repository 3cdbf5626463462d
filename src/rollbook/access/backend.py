"""Whose password is checked: that of the account with the address that was typed, and no other."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from rollbook.access.models import User


class AddressBackend(AuthenticationBackend):  # type: ignore[misc]  # allauth has no types
    """allauth keeps addresses in a table of its own too; what is in it decides nothing."""

    def _authenticate_by_email(self, email: str, password: str) -> Any:
        return self._check_password(User.objects.filter(email=email.lower()).first(), password)
