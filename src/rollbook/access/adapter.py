"""How allauth signs people in here: there is no sign-up, and failures are on record."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.db import transaction
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from rollbook.access.client_address import client_address
from rollbook.access.notices import queue_notice
from rollbook.notify.sign_in import PASSWORD
from rollbook.records.operations import audit


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Accounts are made by an administrator or by a one-time link."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "The address or the password is not right.",
        "incorrect_password": "The password is not right.",
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

    def login(self, request: HttpRequest, user: Any) -> None:
        super().login(request, user)
        audit.record(user.email, "sign_in.succeeded", subject=user.email)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        # By account and address together: with the account alone, anybody who knows an
        # administrator's address could keep that person out from anywhere.
        by_account = super()._get_login_attempts_cache_key(request, **credentials)
        return f"{by_account}:{self.get_client_ip(request)}"
