"""Times of day, sizes and counts as people here write them, on every surface."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import ROUND_FLOOR, Decimal
from math import inf, nextafter
from typing import Final

_MOST_PLACES: Final = 4


def clock_text(moment: time | datetime) -> str:
    """Return the time of day: 2:00 AM."""
    half = "AM" if moment.hour < 12 else "PM"
    return f"{moment.hour % 12 or 12}:{moment:%M} {half}"


def date_text(day: date) -> str:
    """Return a day as a sentence has it: August 11, 2027."""
    return f"{day:%B} {day.day}, {day.year}"


def typed_day(day: date) -> str:
    """Return a day as people type it: 12/21/2026."""
    return f"{day.month}/{day.day}/{day.year:04}"


def size_text(size: int) -> str:
    """Return a number of bytes: 9,999 bytes, 812 KB, 1.5 MB."""
    if size < 10_000:
        return counted(size, "byte")
    return f"{size / 1000:,.0f} KB" if size < 1_000_000 else f"{size / 1_000_000:,.1f} MB"


def span_text(span: timedelta) -> str:
    """Return how long it is, in one unit: 40 seconds, 3 minutes, 2 hours, 9 days."""
    seconds = span.total_seconds()
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= 2 * length or (seconds >= length and unit == "minute"):
            return counted(round(seconds / length), unit)
    return counted(round(seconds), "second")


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """Return "1 row" or "1,200 rows"; with `plural`, as "is" and "are", that of any words."""
    words = noun if number == 1 else f"{noun}s" if plural is None else plural
    return f"{number:,} {words}"


def measured_text(value: float, target: float) -> str:
    """Return a measured number with as many places, 1 to 4, as show whether it reaches its target.

    97.996 of 98 is 97.996, for 98.00 would not be missed. What four places do not tell is cut.
    """
    for places in range(1, _MOST_PLACES + 1):
        text = f"{value:.{places}f}"
        if (float(text) >= target) == (value >= target):
            return text
    return str(Decimal(value).quantize(Decimal(10) ** -_MOST_PLACES, rounding=ROUND_FLOOR))


def rate_text(value: float, target: float) -> str:
    """Return a measured percentage beside its target, as `measured_text` does: 96.6%, 98%."""
    return f"{measured_text(value, target).removesuffix('.0')}%"


def share_text(percent: float, limit: int) -> str:
    """Return a share beside its limit, with as many places as show whether it is more: 31.8%."""
    return rate_text(percent, nextafter(limit, inf))


def percent_text(percent: float) -> str:
    """Return a share that has no limit to be compared with: 31.8%, 25%."""
    return f"{percent:.1f}".removesuffix(".0") + "%"


def effect_text(*, added: int, updated: int, missing: int) -> str:
    """Return what an import does to students: `adds 1, updates 41 and marks 100 students missing`.

    What it doesn't do is left out; "" where it does nothing.
    """
    found = (("adds", added, ""), ("updates", updated, ""), ("marks", missing, " missing"))
    done = [each for each in found if each[1]]
    if not done:
        return ""
    *before, (verb, count, rest) = done
    last = f"{verb} {counted(count, 'student')}{rest}"
    return listed([*(f"{verb} {count:,}" for verb, count, _ in before), last])


def listed(parts: Sequence[str]) -> str:
    """Return parts of a sentence as one: `a, b and c`; "" for none."""
    *before, last = parts or [""]
    return f"{', '.join(before)} and {last}" if before else last


def names_text(names: Sequence[str]) -> str:
    """Return names as a sentence has them: "sis", "sis and tests", "sis, tests and mclass"."""
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def moment_words(at: datetime, now: datetime) -> str:
    """Return a moment in the middle of a sentence: 4:10 AM today; both are local."""
    days = (at.date() - now.date()).days
    near = {-1: "yesterday", 0: "today", 1: "tomorrow"}
    return f"{clock_text(at)} {near.get(days) or f'on {at:%a, %b} {at.day}'}"
