"""The fields of a form: as they were just sent, or as they were sent before a sign-in ended."""

from django.http import HttpRequest, QueryDict


def sent_fields(request: HttpRequest) -> QueryDict | None:
    """Return the fields to fill a form with; None for a form that nobody has filled in."""
    if request.method == "POST" or is_filled_again(request):
        return request.POST
    return None


def fill_again(request: HttpRequest, fields: QueryDict) -> None:
    """Let the page show these fields as typed. The request stays a GET, so nothing is done."""
    request.POST = fields  # type: ignore[assignment]  # where every page looks for them
    request.is_filled_again = True  # type: ignore[attr-defined]


def is_filled_again(request: HttpRequest) -> bool:
    """Tell whether the page shows what was typed before the sign-in."""
    return bool(getattr(request, "is_filled_again", False))
