"""What every template knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from rollbook.access.permissions import lacks_factor
from rollbook.access.sessions import seconds_left, seconds_to_end
from rollbook.core.scheduling.zone import zone_words
from rollbook.records.queries.district_name import name_and_zone
from rollbook.web.navigation import entries_for

THEMES = ("light", "dark")

SECTIONS = {
    "first_steps_district": "dashboard",
    "first_steps_email": "dashboard",
    "feed_new": "feeds",
    "feed": "feeds",
    "feed_settings": "feeds",
    "feed_test": "feeds",
    "feed_inbox": "feeds",
    "feed_limits": "feeds",
    "feed_versions": "feeds",
    "feed_version": "feeds",
    "webhook": "feeds",
    "feed_remove": "feeds",
    "feed_fields": "feeds",
    "mapping": "feeds",
    "mapping_bring": "feeds",
    "layouts": "feeds",
    "layout": "feeds",
    "layout_remove": "feeds",
    "schedule": "feeds",
    "invite": "people",
    "person_change": "people",
    "job": "history",
    "student": "students",
    "protect": "students",
    "protected": "students",
    "protected_release": "students",
    "calendar": "settings",
    "doctor": "settings",
    "terms": "settings",
    "schools": "settings",
    "school_year": "settings",
    "school_year_switch": "settings",
    "school_year_undo": "settings",
    "calendar_file": "settings",
    "tokens": "settings",
    "token_revoke": "settings",
    "api_reference": "settings",
    "job_rows": "history",
    "job_row_fix": "history",
    "job_rows_import": "history",
    "job_changes": "history",
    "job_cancel": "history",
    "job_decide": "history",
    "job_undo": "history",
}
"""The navigation entry of each page that has none of its own."""


def page(request: HttpRequest) -> dict[str, Any]:
    """The theme that was chosen, the navigation, the district, and whether mail can be sent.

    Also makes the district's time zone the current one, so that a page asks for it once.
    """
    name, zone = name_and_zone()
    timezone.activate(zone)
    user = getattr(request, "user", None)
    here = request.resolver_match.view_name if request.resolver_match else ""
    return {
        "theme": theme_of(request),
        "navigation": entries_for(user) if user is not None else (),
        "has_mail": settings.HAS_MAIL,
        "district_name": name,
        "zone_words": zone_words(zone.key),
        "is_demo": settings.IS_DEMO,
        "sends_links": settings.HAS_MAIL and settings.PUBLIC_URL,
        "outgoing_address": settings.OUTGOING_ADDRESS,
        "session_seconds": seconds_left(request) if hasattr(request, "session") else 0,
        "session_lasts": settings.IDLE_SECONDS,
        "session_end": seconds_to_end(request) if hasattr(request, "session") else 0,
        "must_enroll": bool(user and user.is_authenticated and lacks_factor(user)),
        "here": SECTIONS.get(here, here),
    }


def theme_of(request: HttpRequest) -> str:
    """Return the theme that was chosen; without one the system's is followed."""
    theme = request.COOKIES.get("theme", "")
    return theme if theme in THEMES else ""
