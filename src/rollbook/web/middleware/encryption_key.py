"""The pages under a key that may be rotated while they are served."""

import os
import time
from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse

from rollbook.access.factors import FactorUnreadable
from rollbook.core.errors import RollbookError
from rollbook.core.secrets.key import session_key
from rollbook.core.secrets.store import KeyUnusable
from rollbook.environ import in_function
from rollbook.records.operations.installation_key import KeyDiffers, KeyMissing, secret_key
from rollbook.web.pages.errors import factor_unreadable

LOOK_EVERY: Final = 15.0
"""Seconds between two looks at the key, of each process."""


def use_key() -> None:
    """Sign sessions with the installation's key of this moment.

    Raises KeyDiffers, KeyMissing, KeyUnusable.
    """
    settings.SECRET_KEY = session_key(secret_key(os.environ))


class OneKey:
    """Takes up a new key; answers with a sentence where this process cannot have it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response
        # A server has looked before it started; a function of AWS starts without its database.
        self._looked_at = float("-inf") if in_function(os.environ) else time.monotonic()
        self._fault = ""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if time.monotonic() - self._looked_at >= LOOK_EVERY:
            self._look()
        if self._fault:
            return _refused(self._fault)
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Say what to do about a key that was replaced, or a factor that opens with none."""
        if isinstance(exception, FactorUnreadable):
            return factor_unreadable(request)
        fault = exception.__cause__ if isinstance(exception, ValidationError) else exception
        return _refused(str(fault)) if _is_of_key(fault) else None

    def _look(self) -> None:
        try:
            use_key()
            self._fault = ""
        except RollbookError as error:
            if _is_of_key(error):
                self._fault = str(error)
            # Where the database does not answer, the page itself tells.
        self._looked_at = time.monotonic()


def _refused(sentence: str) -> HttpResponse:
    return HttpResponse(sentence, status=503, content_type="text/plain; charset=utf-8")


def _is_of_key(error: BaseException | None) -> bool:
    return isinstance(error, KeyDiffers | KeyMissing | KeyUnusable)
