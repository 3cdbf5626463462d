"""How allauth signs people in here: there is no sign-up, and failures are on record."""

import time
from typing import Any, Final

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.app_settings import REAUTHENTICATION_TIMEOUT
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from allauth.core import context
from allauth.core.exceptions import ReauthenticationRequired
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from rollbook.access.client_address import client_address
from rollbook.access.notices import queue_notice
from rollbook.access.unfinished import remember_ended
from rollbook.notify.sign_in import PASSWORD
from rollbook.records.operations import audit

CONFIRM: Final = "reauthenticate"
CONFIRM_PAGE: Final = "account_reauthenticate"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Accounts are made by an administrator or by a one-time link."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": "Your account is turned off. Ask an administrator at your district.",
        "email_password_mismatch": "The email address or password isn't right.",
        "enter_current_password": "That isn't your current password.",
        "incorrect_password": "The password isn't right.",
        "invalid_password_reset": "This link was already used or has expired. Ask for a new one.",
        "rate_limited": "Too many attempts. Wait five minutes and try again.",
        "too_many_login_attempts": "Too many attempts. Wait five minutes and try again. If you "
        "forgot your password, an administrator at your district can help.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request) or "unknown"

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        super().authentication_failed(request, **credentials)
        typed = str(credentials.get("email") or "")[:200]
        audit.record("nobody", "sign_in.failed", subject=typed)

    def set_password(self, user: Any, password: str) -> None:
        with transaction.atomic():
            super().set_password(user, password)
            audit.record(user.email, "person.password_changed", subject=user.email)
            queue_notice(user.email, PASSWORD)

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Our own page is always one of them: it asks for the password, the provider, or says what
        to do where a person has neither."""
        found: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        if user.is_authenticated and all(each["id"] != CONFIRM for each in found):
            own = {"id": CONFIRM, "description": "Another way", "url": reverse(CONFIRM_PAGE)}
            found.append(own)
        return found

    def is_reauthentication_required(self, *, app: str, **options: Any) -> bool:
        """allauth asks nothing of people without password and second factor; here they prove it at
        the identity provider."""
        request, is_asked = context.request, super().is_reauthentication_required(app=app)
        if is_asked and not get_reauthentication_flows(request.user):
            records = get_authentication_records(request, request.user)
            proofs = [each["at"] for each in records if each.get("reauthenticated")]
            if not proofs or time.time() - proofs[-1] >= REAUTHENTICATION_TIMEOUT:
                raise ReauthenticationRequired
        return bool(is_asked)

    def is_safe_url(self, url: str) -> bool:
        """No one is sent off this site: a path alone, as every browser reads it."""
        is_path = url.startswith("/") and url.isprintable() and "\\" not in url
        return is_path and url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Every mail leaves through the outbox, and this would not."""
        raise NotImplementedError(template_prefix)

    def reauthenticate(self, user: Any, password: str) -> bool:
        """Check the password of the account's own address, within the limits on guessing."""
        found = self.authenticate(self.request, email=user.email, password=password)
        return found is not None and found.pk == user.pk

    def logout(self, request: HttpRequest) -> None:
        """What another tab then sends is kept for this person, as after too long a silence."""
        person = request.user.pk
        super().logout(request)
        if person is not None:
            remember_ended(request, person)

    def login(self, request: HttpRequest, user: Any) -> None:
        how = _with_what(get_authentication_records(request, user))  # before the session is new
        super().login(request, user)
        audit.record(user.email, "sign_in.succeeded", subject=user.email, after=how)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        # By account and address together: with the account alone, anybody who knows an
        # administrator's address could keep that person out from anywhere.
        by_account = super()._get_login_attempts_cache_key(request, **credentials)
        return f"{by_account}:{self.get_client_ip(request)}"


def _with_what(records: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Return what a person signed in with, from allauth's records; None after a one-time link."""
    steps = {"socialaccount": "provider", "mfa": "type"}
    told = [str(each.get(steps.get(each["method"], ""), each["method"])) for each in records]
    return {"with": ", ".join(dict.fromkeys(told))} if told else None
