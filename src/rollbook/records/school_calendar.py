"""The district's calendar of school days, out of its settings."""

from collections.abc import Mapping

from rollbook.core.scheduling.parsing import read_calendar
from rollbook.core.scheduling.school_days import SchoolCalendar
from rollbook.records.district import DAYS_OFF, SCHOOL_WEEK
from rollbook.records.models import Setting


def district_calendar() -> SchoolCalendar | None:
    """Return the calendar; None where the district keeps none.

    What another program wrote and cannot be used counts as not written, as of every setting.
    """
    found = Setting.objects.filter(key__in=(SCHOOL_WEEK.key, DAYS_OFF.key))
    rows = dict(found.values_list("key", "value"))
    return calendar_in(rows)


def calendar_in(rows: Mapping[str, str]) -> SchoolCalendar | None:
    """Return the calendar of these settings; None where they keep none."""
    weekdays, days_off = rows.get(SCHOOL_WEEK.key), rows.get(DAYS_OFF.key, "")
    if not weekdays or SCHOOL_WEEK.fault(weekdays):
        return None
    return read_calendar(weekdays, "" if DAYS_OFF.fault(days_off) else days_off)


def stored_days_off() -> str:
    """Return the holidays and breaks as they are stored: without a calendar, and unusable, too."""
    row = Setting.objects.filter(key=DAYS_OFF.key).first()
    return row.value if row else DAYS_OFF.default
