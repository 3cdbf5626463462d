"""Days, holidays and breaks as people of an American district write them, and as we keep them.

Typed: "12/21/2026", "12-21-26", "Dec 21, 2026", a break as "12/21/2026 to 1/3/2027 Winter break",
all shown as 12/21/2026. Kept: 2026-12-21.
"""

import calendar
import re
from collections.abc import Iterable
from datetime import date
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
"""In the name of days off: another day, perhaps the last of a period. It would be lost."""


_SEPARATOR: Final = re.compile(rf"^(?:[\s:,]|{_DASH}(?=\s*[^\W\d]))*")
"""Between the days and their name."""


class NoSuchDay(ValueError):
    """A text is written like a day, and there is none such; its text says why in a sentence."""


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
    """Return the days that a line names, and their name. Raises NoSuchDay, ValueError."""
    match = _PERIOD.fullmatch(line)
    if match is None:
        raise ValueError
    first, rest = read_day(match["first"]), match["rest"]
    last = read_day(match["last"]) if match["last"] else first
    # As it is kept, a period has a name of any kind: both of its days are there.
    is_kept = _KEPT_DAY.fullmatch(match["first"]) is not None
    if not (is_kept and match["last"]) and _MORE_DAYS.search(rest):
        raise ValueError
    name = rest.strip(" :,") if is_kept else _SEPARATOR.sub("", rest).rstrip(" :,")
    return Pause(first, last, name)


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
