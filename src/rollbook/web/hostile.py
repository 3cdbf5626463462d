"""What no browser sends, refused before any view meets it: 400 with a page, nothing looked up."""

from collections.abc import Callable, Iterable
from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, QueryDict


class RefuseHostile:
    """Refuses NUL and what is no text, in addresses, fields and cookies."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Look at what came, once its form has been read. Raises BadRequest."""
        texts: list[Any] = [request.path, *request.COOKIES.values(), *_texts(request.GET)]
        if request.method == "POST":
            texts += _texts(request.POST)
            texts += [file.name for name in request.FILES for file in request.FILES.getlist(name)]
        if not all(map(_is_text, texts)):
            raise BadRequest
        return None


def _texts(given: QueryDict) -> Iterable[str]:
    for name, values in given.lists():
        yield name
        yield from (value for value in values if isinstance(value, str))


def _is_text(text: Any) -> bool:
    """Tell whether PostgreSQL can hold it: no NUL, and no half of a pair of UTF-16."""
    return isinstance(text, str) and "\0" not in text and not _has_surrogate(text)


def _has_surrogate(text: str) -> bool:
    return not text.isascii() and any("\ud800" <= sign <= "\udfff" for sign in text)
