"""Time zones: which there are, and what people call them."""

import re
from typing import Final
from zoneinfo import ZoneInfo

ZONES: Final = {
    "America/New_York": "Eastern Time (New York)",
    "America/Indiana/Indianapolis": "Eastern Time (Indianapolis)",
    "America/Chicago": "Central Time (Chicago)",
    "America/Denver": "Mountain Time (Denver)",
    "America/Phoenix": "Arizona Time (Phoenix)",
    "America/Los_Angeles": "Pacific Time (Los Angeles)",
    "America/Anchorage": "Alaska Time (Anchorage)",
    "America/Adak": "Aleutian Time (Adak)",
    "Pacific/Honolulu": "Hawaii Time (Honolulu)",
    "America/Puerto_Rico": "Atlantic Time (Puerto Rico)",
    "Pacific/Guam": "Chamorro Time (Guam)",
    "Pacific/Pago_Pago": "Samoa Time (Pago Pago)",
}
"""The zones of US school districts, by what people call them."""


NO_PLACE: Final = re.compile(r"posixrules|localtime|Factory|(posix|right)/.*")
"""Files beside the zones that are none: what this machine takes for its own time, clocks that count
leap seconds."""
LONGEST_NAME: Final = 50
"""Characters. The longest zone has 32."""


def zone_fault(zone: str) -> str:
    """Return what is wrong with the name of a zone, "" where there is one of this name."""
    if len(zone) > LONGEST_NAME:
        return "There is no time zone with such a long name. Choose one such as America/New_York."
    try:
        if NO_PLACE.fullmatch(zone):
            raise KeyError
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):  # a folder of the database, America, is an OSError
        return f"There is no time zone “{zone}”. Choose one such as America/New_York."
    return ""


def zone_title(zone: str) -> str:
    """Return what a zone is called in a list: Pacific Time (Los Angeles)."""
    return ZONES.get(zone, zone.replace("_", " "))


def zone_words(zone: str) -> str:
    """Return what a zone is called beside a time: Pacific Time."""
    return zone_title(zone).partition(" (")[0]


def zone_choices(chosen: str) -> list[tuple[str, str]]:
    """Return the zones to choose from by name, among them the chosen one."""
    own = {} if chosen in ZONES else {chosen: zone_title(chosen)}
    return [*own.items(), *ZONES.items()]
