"""What is wrong with the text of a setting of the district: "" for a good one."""

from collections.abc import Callable
from datetime import date
from typing import Final

from rollbook.core.catalogue.instruments import grades_in
from rollbook.core.scheduling.parsing import USUAL_DAYS, read_calendar
from rollbook.core.scheduling.school_days import CalendarRefused
from rollbook.core.scheduling.typed_days import day_fault as fault_of_day
from rollbook.core.scheduling.typed_days import read_day

LONGEST_KEPT: Final = 36_500
LONGEST_NAME: Final = 100


def name_fault(text: str) -> str:
    """Return what is wrong with a name: one printable line."""
    good = text.isprintable() and len(text) <= LONGEST_NAME
    return "" if good else f"Enter one line of at most {LONGEST_NAME} characters."


def grades_fault(text: str) -> str:
    """Return what is wrong with grades as people write them."""
    if grades_in(text) is not None:
        return ""
    return "Enter grades from PK, TK, K and 1 to 12, like “K-5, 8”, or “none”."


def day_fault(text: str) -> str:
    """Return what is wrong with a day, as 2027-08-11 is kept; none is fine."""
    try:
        is_day = not text or date.fromisoformat(text).isoformat() == text
    except ValueError:
        is_day = False
    return "" if is_day else f"{fault_of_day(text)} Enter a date, like 8/11/2027.".lstrip()


def kept_day(text: str) -> str:
    """Return a day as it is kept, 2027-08-11; what is no day as it is, to be refused."""
    try:
        return read_day(text).isoformat()
    except ValueError:
        return text.strip()


def calendar_fault(weekdays: str = USUAL_DAYS, days_off: str = "") -> str:
    """Return what is wrong with a calendar as people write it; without days there is none."""
    try:
        read_calendar(weekdays or USUAL_DAYS, days_off)
    except CalendarRefused as refused:
        return " ".join(refused.faults.values())
    return ""


def days_from(least: int) -> Callable[[str], str]:
    """Return the judge of a whole number of days."""

    def fault(text: str) -> str:
        if text.isascii() and text.isdigit() and least <= int(text) <= LONGEST_KEPT:
            return ""
        return f"Enter a whole number of days, from {least:,} to {LONGEST_KEPT:,}."

    return fault
