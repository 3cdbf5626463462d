"""What no one can look up later, such as a link or a token, on a page of its own after the form.

Kept for ten minutes, encrypted, for the person who made it: loading its page again shows it again,
and makes no second one.
"""

import json
import os
import secrets
from collections.abc import Mapping
from typing import Any, Final

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from rollbook.core.errors import RollbookError
from rollbook.core.secrets.sealed import seal, unseal
from rollbook.records.operations.sealed_texts import key_to_seal_with
from rollbook.records.operations.secrets import secret_key

KEPT: Final = 600.0
"""Seconds."""
GONE: Final = "It was shown for ten minutes. If you didn't copy it, make another one."


def show_on(request: HttpRequest, page: str, shown: Mapping[str, str]) -> HttpResponse:
    """Lead to the page of that name, which shows it."""
    number = secrets.token_urlsafe(16)
    sealed = seal(json.dumps(shown), key_to_seal_with(os.environ), purpose=_purpose(request, page))
    cache.set(_name(number), sealed, KEPT)
    return redirect(page, number)


def shown_on(request: HttpRequest, page: str, number: str) -> dict[str, Any] | None:
    """Return what the page shows; None where it is too late, or another person's."""
    sealed = cache.get(_name(number[:100]))
    if sealed is None:
        return None
    try:
        purpose = _purpose(request, page)
        shown: dict[str, Any] = json.loads(unseal(sealed, secret_key(os.environ), purpose=purpose))
    except RollbookError:
        return None
    return shown


def _purpose(request: HttpRequest, page: str) -> str:
    return f"shown briefly to person {request.user.pk} on {page}"


def _name(number: str) -> str:
    return f"shown_briefly:{number}"
