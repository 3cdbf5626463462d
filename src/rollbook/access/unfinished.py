"""What was sent after a sign-in had ended: nothing of it is done, and its form is filled in again.

The fields are kept for ten minutes, encrypted, for the person the form was shown to and for the
address they were sent to, of the last few addresses each. Passwords, keys and files are never kept.

A form says itself which person saw it, signed: however the sign-in has ended (after too long a
silence, in another tab, by another password, by an administrator), nothing of it may be left then.
"""

import json
import os
import re
import secrets
import time
from dataclasses import dataclass
from typing import Any, Final

from django.core import signing
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
MOST: Final = 5
"""Addresses of which one browser's fields are kept: a form in each of a few tabs."""
NOT_KEPT: Final = re.compile(r"pass|secret|key|token|credential|uploaded", re.IGNORECASE)
"""Names of fields that hold what must be typed or chosen again."""
DIGESTS: Final = frozenset(("key", "code_key"))
"""Names of fields that are no secrets, whatever they are called: of which line of a page it is."""
SHOWN_TO: Final = "shown_to"
"""The field of each form that says which person saw it."""
SHOWN_FOR: Final = 7 * 24 * 3600
"""Seconds after which a form counts as anybody's."""

_ENDED: Final = "sign_in_ended_of"
_UNFINISHED: Final = "unfinished"


@dataclass(frozen=True, slots=True)
class Unfinished:
    """What a person had sent. `fields` is None where nothing of it is kept (any more)."""

    path: str
    fields: QueryDict | None
    is_whole: bool
    """False where a password, a key or a file has to be given again."""


def shown_to(person: int) -> str:
    """Return what a form carries: its person, and when. It is of no use to others."""
    return signing.dumps(person, salt=SHOWN_TO)


def remember_ended(request: HttpRequest, person: int) -> None:
    """Note in the session, which is nobody's by now, whose sign-in has ended."""
    request.session[_ENDED] = person


def sent_by(request: HttpRequest) -> int | None:
    """Return whose form was sent, as it says itself; or else whose sign-in this browser's was."""
    try:
        person = signing.loads(request.POST.get(SHOWN_TO, ""), salt=SHOWN_TO, max_age=SHOWN_FOR)
    except signing.BadSignature:
        person = request.session.get(_ENDED)
    return person if isinstance(person, int) else None


def keep(request: HttpRequest) -> None:
    """Keep what was sent, if it is known whose it is; strangers leave nothing here."""
    if request.method != "POST" or (person := sent_by(request)) is None:
        return
    kept = {name: values for name, values in request.POST.lists() if _is_kept(name)}
    names = (name for name in request.POST if NOT_KEPT.search(name) and not _is_kept(name))
    left_out = any(request.POST[name] for name in names if name != "csrfmiddlewaretoken")
    text, number = json.dumps(kept), secrets.token_urlsafe(16)
    if len(text) <= LARGEST:
        purpose = _purpose(person, request.path)
        sealed = seal(text, key_to_seal_with(os.environ), purpose=purpose)
        cache.set(_name(number), sealed, KEPT)
    is_whole = not left_out and not request.FILES
    about: dict[str, Any] = {
        "person": person,
        "path": request.path,
        "number": number,
        "is_whole": is_whole,
    }
    about["until"] = time.time() + KEPT
    others = [each for each in _kept(request) if each["path"] != request.path]
    _store(request, [*others, about])


def find(request: HttpRequest) -> Unfinished | None:
    """Return what the signed-in person had sent to the address of this page, or to one that led
    here; nothing of what another person had sent, which is forgotten."""
    request.session.pop(_ENDED, None)
    mine = [each for each in _kept(request) if each["person"] == request.user.pk]
    _store(request, mine)
    for about in reversed(mine):
        if request.path in (about["path"], about.get("page")):
            sealed = cache.get(_name(about["number"]))
            fields = None if sealed is None else _opened(sealed, about)
            return Unfinished(about["path"], fields, about["is_whole"])
    return None


def lead(request: HttpRequest, path: str, *, page: str) -> None:
    """Let what was sent to `path`, which has no page of its own, be filled in on another one."""
    found = [each | {"page": page} if each["path"] == path else each for each in _kept(request)]
    _store(request, found)


def forget(request: HttpRequest, path: str) -> None:
    """Forget what was sent to an address: its page has shown it."""
    _store(request, [each for each in _kept(request) if each["path"] != path])


def is_news(request: HttpRequest) -> bool:
    """Tell, once, whether anything was sent that the person has not been told of."""
    found = _kept(request)
    live = [each | {"is_told": True} for each in found if each["until"] > time.time()]
    _store(request, live)
    return not all(each.get("is_told") for each in found)


def is_there(request: HttpRequest) -> bool:
    """Tell whether the session knows of something unfinished."""
    return _UNFINISHED in request.session


def _is_kept(name: str) -> bool:
    return name in DIGESTS or (name != SHOWN_TO and not NOT_KEPT.search(name))


def _kept(request: HttpRequest) -> list[dict[str, Any]]:
    found = request.session.get(_UNFINISHED)
    return found if isinstance(found, list) else []  # earlier versions kept one


def _store(request: HttpRequest, found: list[dict[str, Any]]) -> None:
    """Keep the newest of these alone, and none of the fields of the others."""
    kept = found[-MOST:]
    numbers = {each["number"] for each in kept}
    for each in _kept(request):
        if each["number"] not in numbers:
            cache.delete(_name(each["number"]))
    if kept == _kept(request):
        return
    if kept:
        request.session[_UNFINISHED] = kept
    else:
        request.session.pop(_UNFINISHED, None)


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
