"""Staying signed in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from rollbook.access import sessions
from rollbook.access.permissions import for_people


@require_POST
@for_people
def stay(request: HttpRequest) -> HttpResponse:
    """Count the person who asks as active."""
    sessions.stay(request)
    return HttpResponse(status=204) if request.headers.get("HX-Request") else redirect("dashboard")
