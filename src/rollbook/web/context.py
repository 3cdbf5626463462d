"""What every template knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from rollbook.web.navigation import entries_for
from rollbook.web.zone import district_zone

THEMES = ("light", "dark")

SECTIONS = {
    "feed_new": "feeds",
    "feed": "feeds",
    "feed_remove": "feeds",
    "mapping": "feeds",
    "job": "history",
    "job_rows": "history",
    "job_cancel": "history",
}
"""Under which entry of the navigation a page stands that is not one itself."""


def page(request: HttpRequest) -> dict[str, Any]:
    """The theme that was chosen, the navigation, and whether mail can be sent.

    Also makes the district's time zone the current one, so that a page asks for it once.
    """
    timezone.activate(district_zone())
    theme = request.COOKIES.get("theme", "")
    user = getattr(request, "user", None)
    here = request.resolver_match.view_name if request.resolver_match else ""
    return {
        "theme": theme if theme in THEMES else "",
        "navigation": entries_for(user) if user is not None else (),
        "has_mail": settings.HAS_MAIL,
        "here": SECTIONS.get(here, here),
    }
