"""What was sent after a sign-in had ended: nothing of it is done, and its form is filled in again.

The fields are kept for ten minutes, encrypted, for the person whose sign-in ended and for the one
address they were sent to. Passwords, keys and files are never kept.
"""

import json
import os
import re
import secrets
from dataclasses import dataclass
from typing import Any, Final

from django.core.cache import cache
from django.http import HttpRequest, QueryDict

from rollbook.core.errors import RollbookError
from rollbook.core.secrets.sealed import seal, unseal
from rollbook.records.operations.sealed_texts import key_to_seal_with
from rollbook.records.operations.secrets import secret_key

KEPT: Final = 600.0
"""Seconds for which the fields of a form are kept."""
LARGEST: Final = 1 << 18
"""Characters of all fields together, as JSON; more is not kept."""
NOT_KEPT: Final = re.compile(r"pass|secret|key|token|credential|uploaded", re.IGNORECASE)
"""Names of fields that hold what must be typed or chosen again."""

_ENDED: Final = "sign_in_ended_of"
_UNFINISHED: Final = "unfinished"


@dataclass(frozen=True, slots=True)
class Unfinished:
    """What a person had sent. `fields` is None where nothing of it is kept (any more)."""

    path: str
    fields: QueryDict | None
    is_whole: bool
    """False where a password, a key or a file has to be given again."""


def remember_ended(request: HttpRequest, person: int) -> None:
    """Note in the session, which is nobody's by now, whose sign-in has ended."""
    request.session[_ENDED] = person


def keep(request: HttpRequest) -> None:
    """Keep what was sent, if it is known whose sign-in has ended; strangers leave nothing here."""
    person = request.session.get(_ENDED)
    if request.method != "POST" or person is None:
        return
    kept = {name: values for name, values in request.POST.lists() if not NOT_KEPT.search(name)}
    names = (name for name in request.POST if name not in kept and name != "csrfmiddlewaretoken")
    left_out = any(request.POST[name] for name in names)
    text, number = json.dumps(kept), secrets.token_urlsafe(16)
    if len(text) <= LARGEST:
        purpose = _purpose(person, request.path)
        sealed = seal(text, key_to_seal_with(os.environ), purpose=purpose)
        cache.set(_name(number), sealed, KEPT)
    is_whole = not left_out and not request.FILES
    about = {"person": person, "path": request.path, "number": number, "is_whole": is_whole}
    request.session[_UNFINISHED] = about


def take(request: HttpRequest) -> Unfinished | None:
    """Return, once, what the signed-in person had sent; nothing of what another one had."""
    request.session.pop(_ENDED, None)
    about: dict[str, Any] = request.session.pop(_UNFINISHED)
    sealed = cache.get(_name(about["number"]))
    cache.delete(_name(about["number"]))
    if about["person"] != request.user.pk:
        return None
    fields = None if sealed is None else _opened(sealed, about)
    return Unfinished(about["path"], fields, about["is_whole"])


def is_there(request: HttpRequest) -> bool:
    """Tell whether the session knows of something unfinished."""
    return _UNFINISHED in request.session


def _opened(sealed: str, about: dict[str, Any]) -> QueryDict | None:
    try:
        purpose = _purpose(about["person"], about["path"])
        kept = json.loads(unseal(sealed, secret_key(os.environ), purpose=purpose))
    except RollbookError:  # the key was replaced meanwhile: it is typed again
        return None
    fields = QueryDict(mutable=True)
    for name, values in kept.items():
        fields.setlist(name, values)
    return fields


def _purpose(person: int, path: str) -> str:
    return f"unfinished form of person {person} at {path}"


def _name(number: str) -> str:
    return f"unfinished:{number}"
