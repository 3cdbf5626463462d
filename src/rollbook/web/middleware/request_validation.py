"""What no browser sends, refused before any view meets it: 400 with a page, nothing looked up."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, QueryDict

from rollbook.transfers.uploads import is_utf_8

LONGEST_PART: Final = 200
"""Characters of a name or token in an address. No row and no key of a cache is longer."""


class RefuseHostile:
    """Refuses NUL and what is no text, in addresses, fields and cookies."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Look at what came, once its form has been read. Raises BadRequest, Http404."""
        if any(isinstance(part, str) and len(part) > LONGEST_PART for part in kwargs.values()):
            raise Http404
        texts: list[Any] = [request.path, *request.COOKIES.values(), *_texts(request.GET)]
        if request.method == "POST":
            if not is_utf_8(request):
                raise BadRequest
            texts += _texts(request.POST)
            _check_credential(request.POST.get("credential"))
            texts += [file.name for name in request.FILES for file in request.FILES.getlist(name)]
        if not all(map(_is_text, texts)):
            raise BadRequest
        return None


LARGEST_CREDENTIAL: Final = 1 << 16
"""Characters of what a security key answers; it has some hundreds."""


def _check_credential(text: str | None) -> None:
    """Let only what a security key could answer reach its library, which trips over the rest."""
    if not text:
        return
    if len(text) > LARGEST_CREDENTIAL or not text.lstrip().startswith("{"):
        raise BadRequest
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise BadRequest from None
    is_whole = isinstance(found.get("response"), Mapping) and all(
        isinstance(found.get(name), str) for name in ("id", "rawId", "type")
    )
    if not is_whole:
        raise BadRequest


def _texts(given: QueryDict) -> Iterable[str]:
    for name, values in given.lists():
        yield name
        yield from (value for value in values if isinstance(value, str))


def _is_text(text: Any) -> bool:
    """Tell whether PostgreSQL can hold it: no NUL, and no half of a pair of UTF-16."""
    return isinstance(text, str) and "\0" not in text and not _has_surrogate(text)


def _has_surrogate(text: str) -> bool:
    return not text.isascii() and any("\ud800" <= sign <= "\udfff" for sign in text)
