"""What every page says of the district: its name and its time zone."""

from zoneinfo import ZoneInfo

from rollbook.records.district import NAME, TIME_ZONE
from rollbook.records.models import Setting


def name_and_zone() -> tuple[str, ZoneInfo]:
    """Return the district's name, "" where it has none, and its zone, in one statement."""
    found = Setting.objects.filter(key__in=(NAME.key, TIME_ZONE.key))
    rows = {row.key: row.value for row in found}
    name, zone = (
        each.default if each.fault(text) else text
        for each in (NAME, TIME_ZONE)
        for text in (rows.get(each.key, each.default),)
    )
    return name, ZoneInfo(zone)
