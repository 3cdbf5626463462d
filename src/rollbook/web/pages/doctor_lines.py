"""What is to be looked at before a night: a line each, with the page on which it is mended."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.urls import reverse

from rollbook.doctor.finding import Finding, State

RECIPIENTS: Final = "#id_import.notification_emails"
TIME_ZONE: Final = "#id_district.time_zone"
"""Fields of the settings' page."""


@dataclass(frozen=True, slots=True)
class Line:
    """A finding and, where a page of ours helps, the words and the address of its button."""

    finding: Finding
    label: str = ""
    address: str = ""


def lines_to_see(found: Iterable[Finding]) -> list[Line]:
    """Return a line for each finding that is not as it should be, what failed first."""
    to_see = [each for each in found if each.state is not State.OK]
    return [
        Line(each, *_remedy(each))
        for each in sorted(to_see, key=lambda each: each.state is not State.FAILED)
    ]


def _remedy(finding: Finding) -> tuple[str, str]:
    match finding.name:
        case "feed" | "roster" if finding.feed:
            return f"Open {finding.feed}", reverse("feed_settings", args=[finding.feed])
        case "feed":
            return "Add a feed", reverse("feed_new")
        case "roster":
            return "Choose the roster feed", reverse("feeds")
        case "recipients":
            return "Choose who gets email", reverse("settings") + RECIPIENTS
        case "time_zone":
            return "Choose the time zone", reverse("settings") + TIME_ZONE
    return "", ""
