"""allauth's forms, where ours decide otherwise."""

import os
from typing import Any
from urllib.parse import urljoin

from allauth.account.forms import (
    ChangePasswordForm,
    ResetPasswordForm,
    ResetPasswordKeyForm,
    SetPasswordForm,
)
from django.conf import settings
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpRequest
from django.urls import reverse

from rollbook.access.operations.recovery import ask_for_new_password
from rollbook.core.folding import address_folded


class ResetForm(ResetPasswordForm):  # type: ignore[misc]  # allauth has no types
    """Asks for a new password. Whether there is such an account shows nowhere."""

    def clean_email(self) -> str:
        return address_folded(str(self.cleaned_data["email"]))

    def save(self, request: HttpRequest, **_: Any) -> str:
        address = str(self.cleaned_data["email"])
        if settings.HAS_MAIL and settings.PUBLIC_URL:
            ask_for_new_password(address, link_of=_link_of, environ=os.environ)
        return address


class _TypedTwice(Form):
    """Says in our words that the two passwords differ."""

    def add_error(self, field: str | None, error: Any) -> None:
        """What allauth adds itself is no ValidationError, and has one reason."""
        is_of_allauth = field == "password2" and not isinstance(error, ValidationError)
        words = "The two passwords differ. Type the same one twice."
        super().add_error(field, words if is_of_allauth else error)


class ChangeForm(_TypedTwice, ChangePasswordForm):  # type: ignore[misc]
    """allauth's, in our words."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["oldpassword"].label = "Current password"
        _label_new_password(self)


class SetForm(_TypedTwice, SetPasswordForm):  # type: ignore[misc]
    """allauth's, in our words."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        _label_new_password(self)


class FromLinkForm(_TypedTwice, ResetPasswordKeyForm):  # type: ignore[misc]
    """allauth's, in our words."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        _label_new_password(self)


def _label_new_password(form: Any) -> None:
    form.fields["password1"].label = "New password"
    form.fields["password2"].label = "New password again"


def _link_of(key: str) -> str:
    """Return the address under which the password is chosen: ours, whatever name was asked for."""
    number, _, token = key.partition("-")
    arguments = {"uidb36": number, "key": token}
    path = reverse("account_reset_password_from_key", kwargs=arguments)
    return urljoin(settings.PUBLIC_URL, path)
