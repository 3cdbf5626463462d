"""Staying signed in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from rollbook.access.rules import for_members
from rollbook.access.sessions import begin


@require_POST
@for_members
def stay(request: HttpRequest) -> HttpResponse:
    """Let the sign-in last its full time anew."""
    begin(request)
    return HttpResponse(status=204) if request.headers.get("HX-Request") else redirect("dashboard")
