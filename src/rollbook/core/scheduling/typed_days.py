"""Days, holidays and breaks as people of an American district write them, and as we keep them.

Typed: "12/21/2026", "12-21-26", "Dec 21, 2026", a break as "12/21/2026 to 1/3/2027 Winter break",
all shown as 12/21/2026. Kept: 2026-12-21.
"""

import calendar
import re
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from rollbook.core.quantities import typed_day
from rollbook.core.scheduling.schedule import Pause

CENTURY: Final = 2000
"""Of a year of two digits."""

_MONTHS: Final = tuple(name.lower() for name in calendar.month_name)
_NAMED = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_KEPT = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_YEAR = r"(?:[0-9]{4}|[0-9]{2})(?![0-9])"
_WORDS = rf"{_NAMED}\s*[0-9]{{1,2}}(?:st|nd|rd|th)?(?:\s*,\s*|\s+)[0-9]{{4}}(?![0-9])"
_DASH = r"[-\u2010-\u2014\u2212]+"
_TO = rf"(?:\.\.+|…|{_DASH}|(?:to|through|thru|until|till)\b)"
_WEEKDAY = r"(?:mon|tues?|wed|thu(?:rs?)?|fri|sat|sun)(?:day)?\b\.?"


def _day(name: str) -> str:
    numbers = rf"[0-9]{{1,2}}(?P<{name}>[/-])[0-9]{{1,2}}(?P={name}){_YEAR}"
    return rf"(?:{_KEPT}|{numbers}|{_WORDS})"


_KEPT_DAY: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_NUMBERED_DAY: Final = re.compile(r"([0-9]{1,2})([/-])([0-9]{1,2})\2([0-9]{4}|[0-9]{2})")
_NAMED_DAY: Final = re.compile(
    rf"({_NAMED})\s*([0-9]{{1,2}})(?:st|nd|rd|th)?(?:\s*,\s*|\s+)([0-9]{{4}})", re.IGNORECASE
)
_PERIOD: Final = re.compile(
    rf"(?P<first>{_day('a')})(?:\s*{_TO}\s*(?P<last>{_day('b')}))?(?P<rest>.*)", re.IGNORECASE
)
_MORE_DAYS: Final = re.compile(
    rf"^[\s:,]*(?:(?:to|through|thru|until|till)\b"
    rf"|(?:\.\.+|…|{_DASH})\s*(?:[0-9]|{_NAMED}\b|{_WEEKDAY}|$))"
    rf"|^/|\b(?!1/2 days?\b)[0-9]{{1,4}}/[0-9]{{1,2}}\b"
    rf"|[0-9]{{1,4}}([-.])[0-9]{{1,2}}\1[0-9]{{1,4}}"
    rf"|(?:,|&|\band\b)\s*[0-9]{{1,2}}\b"
    rf"|\b{_NAMED}\s*[0-9]{{1,2}}\b|\b{_WEEKDAY}\s*{_TO}|{_TO}\s*{_WEEKDAY}",
    re.IGNORECASE,
)
"""In the name of days off as they are kept: another day, perhaps the last of a period.

What earlier versions have stored stays readable: it is not held to `_is_name_of`."""

_A_NUMBER = r"(?<![\d/.:-])1?\d"
_KNOWN_NUMBERS: Final = re.compile(
    "|".join(
        (
            r"(?<![\d/.-])1/2[- ]days?\b",
            r"(?<![\d/.-])20\d\d(?:[-\u2013/](?:20)?\d\d)?(?![\d/.:-]*\d)",  # a year, a school year
            r"(?<![\d/.:-])(?:3[2-9]|[4-9]\d|[1-9]\d\d)(?![\d/.:-]*\d)",  # no day has it
            r"(?<![\d/.-])\d{1,2}:[0-5]\d(?:\s*[ap]\.?m\b)?",
            rf"{_A_NUMBER}(?:st|nd|rd|th)[ -](?:grad\w*|quarter|trimester|semester|term)\b",
            r"(?<!\d)4th of July\b",
            rf"\b(?:grades?|gr\.)\s*{_A_NUMBER}\b(?:\s*(?:[-\u2013&,]|to\b|and\b)\s*1?\d\b)?",
            rf"\b(?:PD|PS|day|week|quarter|trimester|semester|term|group|cohort)\s*{_A_NUMBER}\b",
            rf"{_A_NUMBER}\s*[-\u2013]\s*1?\d\s+(?:only|conferences?|grad\w*|students?|staff)\b",
            rf"{_A_NUMBER}[- ](?:month|hour|hr|minute)s?\b",
            rf"\b(?!{_NAMED}\d)[a-z]{{1,3}}1?\d\b",  # Q1
        )
    ),
    re.IGNORECASE,
)
"""The numbers that a name may have. Any other may be a day."""

_RETURN: Final = re.compile(
    rf"\b(?:returns?|returning|resumes?|resuming|reopens?|back)\b[^\d,;&+]{{0,20}}?"
    rf"(?:{_NAMED}\s*\d{{1,2}}(?:st|nd|rd|th)?|\d{{1,2}}/\d{{1,2}}(?:/{_YEAR})?)\b",
    re.IGNORECASE,
)
"""In the name of a period: when school is on again."""

_GOES_ON: Final = re.compile(
    rf"^[\s:,]*(?:(?:to|through|thru|until|till|and|plus)\b|(?:\.\.+|…|{_DASH})\s*{_NAMED}(?!\w))"
    rf"|\b(?:to|through|thru|until|till)\s*{_NAMED}(?!\w)",
    re.IGNORECASE,
)
"""A name that goes on counting days."""

_NEXT_WEEKDAY: Final = re.compile(
    rf"(?:[,;:&+/]|\b(?:and|plus)\b|{_TO}|\b{_WEEKDAY})\s*(?=({_WEEKDAY}))", re.IGNORECASE
)
"""A day of the week that is named beside something else."""

_OPENING: Final = "(\"'\u201c\u2018*\u00bd"
"""What a name may begin with, beside a letter."""


_SEPARATOR: Final = re.compile(rf"^(?:[\s:,]|{_DASH}(?=\s*[^\W\d]))*")
"""Between the days and their name."""


class NoSuchDay(ValueError):
    """A text is written like a day, and there is none such; its text says why in a sentence."""


class PerhapsMoreDays(NoSuchDay):
    """What follows the day may be another day off."""


def read_day(text: str) -> date:
    """Return a day as people write it: 12/21/2026, Dec 21, 2026, or 2026-12-21.

    Raises NoSuchDay where it is written like one, ValueError for anything else.
    """
    text = text.strip()
    if match := _KEPT_DAY.fullmatch(text):
        year, month, day = (int(part) for part in match.groups())
    elif match := _NUMBERED_DAY.fullmatch(text):
        month, day, year = int(match[1]), int(match[3]), int(match[4])
        year += CENTURY if len(match[4]) == 2 else 0
    elif match := _NAMED_DAY.fullmatch(text):
        name = match[1].lower()[:3]
        month = next(at for at, full in enumerate(_MONTHS) if at and full.startswith(name))
        day, year = int(match[2]), int(match[3])
    else:
        raise ValueError
    return _existing(year, month, day)


def read_period(line: str) -> Pause:
    """Return the days that a line names, and their name.

    Raises NoSuchDay, PerhapsMoreDays, ValueError.
    """
    match = _PERIOD.fullmatch(line)
    if match is None:
        raise ValueError
    first, rest = read_day(match["first"]), match["rest"]
    last = read_day(match["last"]) if match["last"] else first
    # As it is kept, a period has a name of any kind: both of its days are there.
    is_kept = _KEPT_DAY.fullmatch(match["first"]) is not None
    if is_kept:
        if not match["last"] and _MORE_DAYS.search(rest):
            raise PerhapsMoreDays(PerhapsMoreDays.__doc__)
        return Pause(first, last, rest.strip(" :,"))
    found = Pause(first, last, _SEPARATOR.sub("", rest).rstrip(" :,"))
    if not _is_name_of(found, rest, is_period=match["last"] is not None):
        raise PerhapsMoreDays(PerhapsMoreDays.__doc__)
    return found


def _is_name_of(found: Pause, rest: str, *, is_period: bool) -> bool:
    """Tell whether what follows days is only their name: it begins with a letter, and has no number
    but those of _KNOWN_NUMBERS and no other day of the week. Another day would be lost in it."""
    plain = _KNOWN_NUMBERS.sub("x", found.reason)
    if is_period:
        plain = _RETURN.sub("x", plain)
    if not plain and not rest.strip(" :,"):
        return True
    is_text = plain[:1].isalpha() or plain[:1] in tuple(_OPENING)
    if not is_text or any(each.isdigit() for each in plain) or _GOES_ON.search(rest):
        return False
    days = (found.first + timedelta(days=day) for day in range(min(found.days, 7)))
    own = {f"{day:%a}".lower() for day in days}
    return all(each[1].lower()[:3] in own for each in _NEXT_WEEKDAY.finditer(rest))


def day_fault(text: str) -> str:
    """Return why a text is no day in a sentence, "" where none is known or it is one."""
    try:
        read_day(text)
    except NoSuchDay as fault:
        return str(fault)
    except ValueError:
        return ""
    return ""


def kept_period(pause: Pause) -> str:
    """Return days off as one line as it is kept: 2026-12-21 to 2027-01-03 Winter break."""
    return _period_text(pause, f"{pause.first}", f"{pause.last}")


def typed_period(pause: Pause) -> str:
    """Return days off as one line as people type it: 12/21/2026 to 1/3/2027 Winter break.

    As it is kept where its name has another day, which is refused where people type one.
    """
    typed = _period_text(pause, typed_day(pause.first), typed_day(pause.last))
    return typed if _is_read_as(typed, pause) else kept_period(pause)


def kept_periods(pauses: Iterable[Pause]) -> str:
    """Return a line for each, as they are kept."""
    return "\n".join(map(kept_period, pauses))


def typed_periods(pauses: Iterable[Pause]) -> str:
    """Return a line for each, as people type them."""
    return "\n".join(map(typed_period, pauses))


def _period_text(pause: Pause, first: str, last: str) -> str:
    """What `read_period` reads."""
    reason = " ".join(pause.reason.split())
    short = f"{first} {reason}".rstrip()
    if pause.last == pause.first and _is_read_as(short, pause):
        return short
    return f"{first} to {last} {reason}".rstrip()


def _is_read_as(line: str, pause: Pause) -> bool:
    """False where the name reads like a day, such as "to 2027-06-11" or "to 2027-99-99", even if
    that is the same day."""
    try:
        found = read_period(line)
    except ValueError:
        return False
    reason = " ".join(pause.reason.split()).strip(" :,")
    return (found.first, found.last, found.reason) == (pause.first, pause.last, reason)


def _existing(year: int, month: int, day: int) -> date:
    if not 1 <= month <= 12:
        raise NoSuchDay(f"There is no month {month}.")
    if year < 1:
        raise NoSuchDay("There is no year 0.")
    if not 1 <= day <= calendar.monthrange(year, month)[1]:
        raise NoSuchDay(f"{calendar.month_name[month]} {year} has no day {day}.")
    return date(year, month, day)
