"""The fields of a form: as they were just sent, or as they were sent before a sign-in ended."""

from typing import Final

from django.http import HttpRequest, QueryDict

from rollbook.access.unfinished import Unfinished

_FOUND: Final = "unfinished"
_IS_SHOWN: Final = "shows_unfinished"


def sent_fields(request: HttpRequest, *, sent_to: str = "") -> QueryDict | None:
    """Return the fields to fill a form with; None for a form that nobody has filled in.

    `sent_to` is the path that the form is sent to, where it is not the page's own. Who calls this
    shows the fields: the page then says that it has filled them in.
    """
    path = sent_to or request.path
    if request.method == "POST":
        return request.POST if request.path == path else None
    fields = _fields(request, path)
    if fields is not None:
        setattr(request, _IS_SHOWN, True)
    return fields


def show_no_form(request: HttpRequest) -> None:
    """Note that the page has no form after all, so that it does not say that it filled one in."""
    setattr(request, _IS_SHOWN, False)


def sent_text(request: HttpRequest, name: str) -> str:
    """Return one text that goes with the form and that nobody has typed; "" where none was sent."""
    fields = request.POST if request.method == "POST" else _fields(request, request.path)
    return "" if fields is None else fields.get(name, "")


def fill_again(request: HttpRequest, found: Unfinished) -> None:
    """Let the page show what was typed before the sign-in. The request stays a GET, so that
    nothing is done."""
    setattr(request, _FOUND, found)


def unfinished_of(request: HttpRequest) -> Unfinished | None:
    """Return what the page may fill in."""
    found: Unfinished | None = getattr(request, _FOUND, None)
    return found


def is_filled_again(request: HttpRequest) -> bool:
    """Tell whether the page shows what was typed before the sign-in."""
    return bool(getattr(request, _IS_SHOWN, False))


def _fields(request: HttpRequest, path: str) -> QueryDict | None:
    found = unfinished_of(request)
    return found.fields or None if found is not None and found.path == path else None
