"""Whether a text names a time zone."""

from zoneinfo import ZoneInfo


def zone_fault(zone: str) -> str:
    """Return what is wrong with the name of a zone, "" where there is one of this name."""
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):  # a folder of the database, America, is an OSError
        return f"There is no time zone “{zone}”. Choose one such as America/New_York."
    return ""
