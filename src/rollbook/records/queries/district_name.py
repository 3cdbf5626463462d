"""What every page says of the district: its name and its time zone."""

from zoneinfo import ZoneInfo

from rollbook.records.district import NAME, TIME_ZONE, values


def name_and_zone() -> tuple[str, ZoneInfo]:
    """Return the district's name, "" where it has none, and its zone, in one statement."""
    found = values((NAME, TIME_ZONE))
    return found[NAME.key], ZoneInfo(found[TIME_ZONE.key])
