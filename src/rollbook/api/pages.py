"""The page that shows people the reference of the API."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from rollbook.access.permissions import for_administrators
from rollbook.access.scopes import MEANINGS
from rollbook.api.problems import REASONS
from rollbook.api.reference import operations


@require_safe
@for_administrators
def reference(request: HttpRequest) -> HttpResponse:
    """Show what programs can ask, from the same document that they read."""
    from rollbook.api.routes import openapi  # with all of the API, which no other page needs

    context = {
        "operations": list(operations(openapi())),
        "scopes": MEANINGS.items(),
        "problems": [(status, *words) for status, words in REASONS.items()],
    }
    return render(request, "settings/api_reference.html", context)
