"""The pages that the navigation leads to, in its order."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the navigation. `url` is the name of an address."""

    url: str
    title: str
    icon: str
    for_viewers: bool = True
    for_staff: bool = False


ENTRIES = (
    Entry("dashboard", "Dashboard", "home"),
    Entry("import_now", "Import now", "play-circle", for_viewers=False),
    Entry("history", "Import history", "clock"),
    Entry("students", "Students", "identification", for_viewers=False, for_staff=True),
    Entry("quality", "Data quality", "chart-bar"),
    Entry("feeds", "Feeds", "arrow-down-on-square-stack", for_viewers=False),
    Entry("people", "People", "users", for_viewers=False),
    Entry("settings", "Settings", "cog-6-tooth", for_viewers=False),
    Entry("audit", "Audit log", "clipboard-document-list", for_viewers=False),
)


def entries_for(user: Any) -> tuple[Entry, ...]:
    """Return what this person may open; nothing for a person who has not signed in."""
    if not user.is_authenticated:
        return ()
    if user.is_staff_member:
        return tuple(entry for entry in ENTRIES if entry.for_staff)
    return tuple(entry for entry in ENTRIES if entry.for_viewers or user.is_administrator)
