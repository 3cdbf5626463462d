"""What the new school year brings, and what is to be done before it is switched to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import connection

from rollbook.core.catalogue.grades import GRADES
from rollbook.core.catalogue.school_year import EARLIEST_SWITCH, SchoolYear, is_turning
from rollbook.core.catalogue.students import Catalogue
from rollbook.core.catalogue.terms import years_later
from rollbook.core.limits.by_school import DAYS_AROUND
from rollbook.core.statements import Statements
from rollbook.records.district import district_zone
from rollbook.records.models import Feed
from rollbook.records.queries.feeds import active_feeds, read_catalogue
from rollbook.records.queries.results import grade, is_active
from rollbook.records.queries.school_years import Switch, last_switch, school_year
from rollbook.records.school_calendar import district_calendar

_SQL: Final = Statements(__package__, "new_year.sql")


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be done, and where."""

    what: str
    advice: str
    term: str = ""
    """The term to be added."""
    page: str = ""
    """The name of the page's address; "" where there is none."""
    feed: str = ""
    """The feed whose page it is."""

    @property
    def term_parts(self) -> list[str]:
        """Season and year of the term."""
        return self.term.split()


@dataclass(frozen=True, slots=True)
class Promotion:
    """The active students of a grade, and the next one; "" where there is none."""

    grade: str
    students: int
    to: str


@dataclass(frozen=True, slots=True)
class Expected:
    """From when to when the files of a roster feed may bring a promotion without being held."""

    feed: str
    first: date
    last: date
    is_announced: bool
    """By the feed's setting; otherwise by the days of the school year."""


@dataclass(frozen=True, slots=True)
class Preparation:
    """How far the turn to the school year of the settings is."""

    year: SchoolYear | None
    last: Switch | None
    """The last switch, to that year or to an earlier one."""
    tasks: Sequence[Task]
    promotions: Sequence[Promotion] = ()
    """Before the switch."""
    expected: Sequence[Expected] = ()
    leavers: int | None = None
    """Students who are gone since the switch to this year; None before it."""
    opens: date | None = None
    """From when on it can be switched to; None where that day has come."""

    def as_object(self) -> dict[str, Any]:
        """Return what programs read, as JSON has it."""
        year, last = self.year, self.last
        return {
            "school_year": year.name if year else None,
            "first_day": f"{year.first}" if year else None,
            "last_day": f"{year.last}" if year else None,
            "switched_to": f"{last.first}" if last else None,
            "switch": last.number if last else None,
            "to_do": [{"what": each.what, "advice": each.advice} for each in self.tasks],
            "promotions": {each.grade: each.students for each in self.promotions},
            "promotions_expected": [
                {"feed": each.feed, "first_day": f"{each.first}", "last_day": f"{each.last}"}
                for each in self.expected
            ],
            "leavers": self.leavers,
        }


def preparation(now: datetime) -> Preparation:
    """Return what is to be done, and what is to be expected."""
    year, last, today = school_year(), last_switch(), now.astimezone(district_zone()).date()
    if year is None:
        task = Task("The days of the school year aren't set.", "Set its first and last day.")
        return Preparation(year, last, [task])
    if today > year.last:
        what = f"The school year {year.name} is over."
        return Preparation(year, last, [Task(what, "Set the days of the next one.")])
    feeds, catalogue = active_feeds(), read_catalogue()
    old = _old_mappings(year, feeds, catalogue)
    expected = expected_promotions(year, feeds, today)
    terms = [
        Task(f"The term {name} isn't set up.", "Add it before files bring its scores.", term=name)
        for name in year.missing_terms(catalogue.terms)
    ]
    tasks = [*terms, *_calendar(year), *old]
    if last is not None and last.is_to(year.first):
        return Preparation(year, last, tasks, (), expected, leavers(last.at))
    opens = year.first - EARLIEST_SWITCH
    return Preparation(
        year, last, tasks, promotions(), expected, opens=opens if today < opens else None
    )


def _calendar(year: SchoolYear) -> list[Task]:
    calendar = district_calendar()
    if calendar is None:
        advice = "Set the days of the week with school, the holidays and the breaks."
        return [Task("No school calendar is set.", advice, page="calendar")]
    if not any(year.first <= off.first <= year.last for off in calendar.days_off):
        what = f"The calendar has no day off in the school year {year.name}."
        return [Task(what, "Add its holidays and breaks.", page="calendar")]
    return []


def _old_mappings(year: SchoolYear, feeds: Sequence[Feed], catalogue: Catalogue) -> list[Task]:
    """Return mappings that would bring the new year's scores as those of an earlier one.

    A header that names its year is found in the new year, too (`Catalogue.mapped_before`).
    """
    terms = {term.key: term for term in catalogue.terms if term.school_year < year.first.year}
    found = []
    for feed in feeds:
        for header, name in sorted(feed.headers.items()):
            field = catalogue.by_name.get(name)
            term = None if field is None else terms.get(field.term or "")
            if field is not None and term and years_later(header, term, 1) == header:
                what = f"The feed {feed.name} reads the column “{header}” as {field.header}."
                advice = f"Say what it is in {year.name}."
                found.append(Task(what, advice, page="mapping", feed=feed.name))
    return found


def promotions() -> list[Promotion]:
    """Return the grades with active students, the lowest first."""
    with connection.cursor() as cursor:
        parts = {"grade": grade(), "is_active": is_active()}
        _SQL.run(cursor, "by_grade", parts=parts)
        found = dict(cursor.fetchall())
    ends = ["K" if each == "PK" else GRADES[at + 1] for at, each in enumerate(GRADES[:-1])]
    following = dict(zip(GRADES, [*ends, ""], strict=True))
    return [Promotion(each, found[each], following[each]) for each in GRADES if each in found]


def leavers(since: datetime) -> int:
    """Return how many students no roster feed has any more since a moment."""
    with connection.cursor() as cursor:
        _SQL.run(cursor, "leavers", at=since)
        return int(cursor.fetchone()[0])


def expected_promotions(year: SchoolYear, feeds: Sequence[Feed], today: date) -> list[Expected]:
    """Return from when to when each roster feed may bring a promotion; of days to come alone."""
    first = last = year.first
    while is_turning(first - timedelta(1), year):
        first -= timedelta(1)
    while is_turning(last + timedelta(1), year):
        last += timedelta(1)
    found = []
    for feed in feeds:
        if feed.is_roster and feed.host:
            found.append(_expected(feed, first, last))
    return [each for each in found if each.last >= today]


def _expected(feed: Feed, first: date, last: date) -> Expected:
    announced = date.fromisoformat(feed.promotion_on) if feed.promotion_on else None
    if announced is None or announced + timedelta(DAYS_AROUND) < first:
        return Expected(feed.name, first, last, is_announced=False)
    around = timedelta(DAYS_AROUND)
    return Expected(feed.name, announced - around, announced + around, is_announced=True)
