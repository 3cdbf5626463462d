"""The school year as a line: its days, today, the switch; and the sentence that leads its page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from rollbook.core.catalogue.school_year import EARLIEST_SWITCH, LATEST_SWITCH, SchoolYear
from rollbook.core.quantities import counted, date_text
from rollbook.core.scheduling.school_days import SchoolCalendar

LENGTH = 1000
"""Of the line, in units of its drawing."""


@dataclass(frozen=True, slots=True)
class Stop:
    """A day on the line: `when` is past, today or ahead."""

    day: date
    words: str
    when: str


@dataclass(frozen=True, slots=True)
class YearLine:
    """Parts of the line as its place and length; the stops under it in their order."""

    school: tuple[int, int]
    gone: tuple[int, int] | None
    """Of the school year: what is over."""
    breaks: Sequence[tuple[int, int]]
    today: int
    stops: Sequence[Stop]


@dataclass(frozen=True, slots=True)
class Leading:
    """What leads the page: `tone` is ok, warn or info."""

    tone: str
    sentence: str
    detail: str = ""
    offers_switch: bool = False


def leading(year: SchoolYear | None, *, switched: date | None, today: date) -> Leading:
    """Return what is said first; `switched` is the day of the switch to this year, None before."""
    if year is None:
        return Leading(
            "warn", "The school year isn't set.", "Enter its first and its last day below."
        )
    if today > year.last:
        what = f"The school year {year.name} is over."
        return Leading("warn", what, "Enter the days of the next one below.")
    sentence = f"{year.name} {_where(year, today)}."
    if switched is not None:
        done = f"Last year's attendance and behavior were cleared on {date_text(switched)}."
        return Leading("ok", sentence, done)
    if today < year.first - EARLIEST_SWITCH:
        opens = date_text(year.first - EARLIEST_SWITCH)
        return Leading("info", sentence, f"You can switch to it from {opens}.")
    if today > year.first + LATEST_SWITCH:
        return Leading("ok", sentence, "Attendance and behavior count from its first day.")
    why = "Switch, so June's absences don't show in September."
    return Leading("warn", f"{sentence} You haven't switched yet.", why, offers_switch=True)


def _where(year: SchoolYear, today: date) -> str:
    """Say where in the year today is, at the latest its last day."""
    left, ahead = (year.last - today).days, (year.first - today).days
    if ahead > 1:
        return f"starts in {counted(ahead, 'day')}"
    if ahead == 1:
        return "starts tomorrow"
    return (
        f"is under way: {counted(left, 'day')} left"
        if left
        else ("is under way: today is its last day")
    )


def year_line(
    year: SchoolYear, *, switched: date | None, today: date, calendar: SchoolCalendar | None
) -> YearLine:
    """Return the line from the first to the last of all days that count."""
    opens, closes = year.first - EARLIEST_SWITCH, year.first + LATEST_SWITCH
    named = {year.first: "First day of school", year.last: "Last day of school"}
    if switched is not None:
        named |= _added(named, switched, "Switched to this year")
    elif today <= closes:
        named |= _added(named, opens, "Switch opens")
        named |= _added(named, closes, "Switch closes")
    named |= _added(named, today, "Today")
    days = sorted(named)
    first, span = days[0], max(1, (days[-1] - days[0]).days + 1)

    def at(day: date) -> int:
        return round(LENGTH * (day - first).days / span)

    def part(begin: date, end: date) -> tuple[int, int]:
        return at(begin), max(2, at(end + timedelta(1)) - at(begin))

    gone = part(year.first, min(today, year.last)) if today >= year.first else None
    return YearLine(
        part(year.first, year.last),
        gone,
        [part(*each) for each in _breaks(year, calendar)],
        min(LENGTH - 4, at(today)),
        [Stop(day, named[day], _when(day, today)) for day in days],
    )


def _added(named: dict[date, str], day: date, words: str) -> dict[date, str]:
    """Return the words of a day beside those that it has already."""
    before = named.get(day)
    return {day: f"{before}, {words[0].lower()}{words[1:]}" if before else words}


def _when(day: date, today: date) -> str:
    return "today" if day == today else "past" if day < today else "ahead"


def _breaks(year: SchoolYear, calendar: SchoolCalendar | None) -> Iterable[tuple[date, date]]:
    for off in calendar.days_off if calendar else ():
        begin, end = max(off.first, year.first), min(off.last, year.last)
        if begin <= end:
            yield begin, end
