"""The district's time zone: pages show every time in it, and schedules mean it."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from rollbook.records.models import Setting

DEFAULT = "America/Los_Angeles"


def district_zone() -> ZoneInfo:
    """Return the zone of the setting `district.time_zone`, or the default where it is unknown."""
    row = Setting.objects.filter(key="district.time_zone").first()
    try:
        return ZoneInfo(row.value if row else DEFAULT)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo(DEFAULT)
