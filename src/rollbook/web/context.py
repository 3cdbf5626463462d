"""What every template knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from rollbook.web.navigation import entries_for

THEMES = ("light", "dark")


def page(request: HttpRequest) -> dict[str, Any]:
    """The theme that was chosen, the navigation, and whether mail can be sent."""
    theme = request.COOKIES.get("theme", "")
    user = getattr(request, "user", None)
    return {
        "theme": theme if theme in THEMES else "",
        "navigation": entries_for(user) if user is not None else (),
        "has_mail": settings.HAS_MAIL,
        "here": request.resolver_match.view_name if request.resolver_match else "",
    }
