"""The demo's past: a month of nights, good ones and others, through the real import.

Each night is imported under a clock of its own time; everything else is as tonight.
"""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from rollbook.automation.imports import JobResult, run_import, run_requested
from rollbook.core.catalogue.students import Catalogue, student_catalogue
from rollbook.core.events import ignore
from rollbook.core.file_set import ALL
from rollbook.demo import fault_kinds
from rollbook.demo.calendar import (
    CUT_OFF,
    LATE,
    RENAMING,
    TESTED_BY_MCLASS,
    PastNight,
    vendors_terms,
)
from rollbook.demo.district import Nights
from rollbook.demo.district import students as make_students
from rollbook.demo.faults import FaultKind
from rollbook.demo.feeds import add_demo_feed
from rollbook.demo.files import DEMO_CHANGED, write_demo_rows
from rollbook.demo.people import UNTESTED
from rollbook.demo.sftp_server import DemoServer
from rollbook.demo.table_styles import TableStyle
from rollbook.demo.vendors import Row, iready_rows, mclass_rows, period_of, school_year_of
from rollbook.demo.writers import write_rows
from rollbook.records import clock
from rollbook.records.district import NAME, district_zone
from rollbook.records.models.job_input import SCHEDULE
from rollbook.records.operations.decisions import discard_import
from rollbook.records.operations.district import change_settings
from rollbook.records.operations.feeds import change_feed
from rollbook.records.operations.mappings import MappingChange, change_mapping
from rollbook.records.operations.rehearsals import queue_rehearsal
from rollbook.records.operations.scheduling import note_begun
from rollbook.records.operations.terms import add_term
from rollbook.records.queries.feeds import feed_by_name
from rollbook.records.sources import source_of

DISTRICT: Final = "Alder Valley School District"
PERSON: Final = "dana.reyes@alder-valley.example"
"""Who decides in the demo's past; the address leads nowhere, and there is no such account."""

SIS: Final = "sis"
SIS_FILE: Final = "student_data_export.csv"
IREADY: Final = {"reading": "iready-reading", "math": "iready-math"}
IREADY_FILES: Final = {
    "reading": "diagnostic_results_ela.csv", "math": "diagnostic_results_math.csv",
}  # fmt: skip
MCLASS: Final = "mclass"
RENAMED: Final = (("Tardies YTD", "Times Tardy This Year"),)
UNKNOWN: Final = (
    ("Homeroom", ("12B", "14A", "7C", "Portable 2"), "UNKNOWN_COLUMN"),
    ("Bus Route", ("7", "12", "31"), "UNKNOWN_COLUMN"),
)
"""Columns of the SIS that nobody has said anything about yet."""
STYLE: Final = TableStyle(more_columns=UNKNOWN)

TESTED: Final = {2: 6, 1: 9, 0: 10}
"""How many weeks ago i-Ready's files came, and of how many students in ten they had tests."""

REHEARSED: Final = 8
"""Hours before its run."""

_WEEKDAYS: Final = {"is_on": True, "days": [0, 1, 2, 3, 4]}
_OFF: Final = {"is_on": False}

Tell = Callable[[datetime, str, JobResult], None]
"""Takes when it was, the feed's name, and what the import came to."""


@dataclass(slots=True)
class Month:
    """The past of a district with so many students, served by the demo's server from `served`."""

    server: DemoServer
    served: Path
    students: int
    seed: int
    environ: Mapping[str, str]
    tell: Tell
    _style: TableStyle = STYLE
    _tests: tuple[Catalogue, Sequence[Row]] = field(init=False)

    def run(self, nights: Sequence[PastNight], now: datetime) -> Nights:
        """Let these nights before `now` happen; return the district's, of which tonight's is next.

        The last of them is the last school night.
        """
        district = Nights(
            student_catalogue(), count=self.students, seed=self.seed, changed_percent=DEMO_CHANGED
        )
        weekly = {"is_on": True, "days": [nights[-1].weekday], "times": ["01:00"]}
        self._set_up(nights[0].at - timedelta(hours=12), weekly)
        for night in nights:
            if night.weeks_ago in TESTED:
                self._iready(night, TESTED[night.weeks_ago])
            self._sis(night, district.next())
            if night.ago == TESTED_BY_MCLASS:
                self._mclass(night.at + timedelta(hours=7))
        for name in (SIS, *IREADY.values()):
            note_begun(feed_by_name(name), now)
        return district

    def write_tonight(self, rows: Sequence[Row], written_at: datetime) -> int:
        """Write the SIS's file as it is by now; return its records."""
        return self._write_sis([[*row] for row in rows], written_at)

    def rehearse(self, now: datetime) -> int:
        """Rehearse the next run of a feed whose file would be held; return the job's number."""
        catalogue, students = self._tests
        name = IREADY["reading"]
        rows = iready_rows(catalogue, self._tested(students, 10), "reading")
        self._write(IREADY_FILES["reading"], _without_numbers([*rows]), now)
        run = now.astimezone(district_zone()) + timedelta(hours=REHEARSED)
        schedule = {"is_on": True, "times": [f"{run:%H}:00"], "rehearse_hours": REHEARSED + 1}
        change_feed(
            name,
            settings={"schedule": schedule},
            secret=None,
            environ=self.environ,
            actor=PERSON,
        )
        number = queue_rehearsal(feed_by_name(name), now)
        assert number is not None
        run_requested(number, listener=ignore, environ=self.environ)
        return number

    def _set_up(self, at: datetime, weekly: Mapping[str, object]) -> None:
        terms = vendors_terms(at.astimezone(district_zone()).date())
        catalogue = student_catalogue(terms)
        rows = make_students(catalogue, count=self.students, seed=self.seed)
        self._tests = catalogue, [*rows]
        with clock.beginning_at(at):
            change_settings({NAME.key: DISTRICT}, actor=PERSON)
            for term in terms:
                add_term(term, actor=PERSON)
            self._add_feed(SIS, "student_data_*.csv", _WEEKDAYS)
            for subject, name in IREADY.items():
                self._add_feed(name, IREADY_FILES[subject], weekly)
            self._add_feed(MCLASS, "dibels8_BM_*.csv", _OFF, files=ALL)

    def _add_feed(
        self, name: str, pattern: str, schedule: Mapping[str, object], *, files: str = "newest"
    ) -> None:
        add_demo_feed(
            self.server,
            name,
            pattern=pattern,
            files=files,
            schedule=schedule,
            environ=self.environ,
            now=clock.now(),
        )

    def _sis(self, night: PastNight, rows: list[list[str]]) -> None:
        """Import the SIS's file of one night, with what went wrong then and how it was mended."""
        if night.ago == LATE:
            (self.served / SIS_FILE).unlink()
            self._import(SIS, night.at)
            night = _later(night, hours=1)
        elif night.ago == CUT_OFF:
            self._write_sis(rows[: len(rows) // 2], night.at)
            held = self._import(SIS, night.at)
            why = "The export was incomplete. The SIS team has made it again."
            self._discard(held, night.at + timedelta(hours=6), why)
            night = _later(night, hours=7)
        elif night.ago == RENAMING:
            self._style = replace(self._style, renamed=RENAMED)
            self._write_sis(rows, night.at)
            held = self._import(SIS, night.at)
            self._map_columns(night.at + timedelta(hours=5))
            why = "It is imported again with the renamed column mapped."
            self._discard(held, night.at + timedelta(hours=5, minutes=2), why)
            night = _later(night, hours=6)
        self._write_sis(rows, night.at, kinds=fault_kinds.REALISTIC[night.ago % 5 :])
        self._import(SIS, night.at)

    def _iready(self, night: PastNight, tested: int) -> None:
        """Import i-Ready's files of so many students in ten; the last one lacks numbers."""
        catalogue, students = self._tests
        found = self._tested(students, tested)
        for minute, (subject, feed) in enumerate(IREADY.items()):
            rows = [*iready_rows(catalogue, found, subject)]
            if night.weeks_ago == 0 and subject == "math":
                rows = _without_numbers(rows)
            at = night.at - timedelta(minutes=60 - minute)
            self._write(IREADY_FILES[subject], rows, at)
            self._import(feed, at)

    def _mclass(self, at: datetime) -> None:
        """Import mCLASS's files, one for each period, by hand."""
        catalogue, students = self._tests
        for term in catalogue.terms:
            name = f"dibels8_BM_{school_year_of(term)}_{period_of(term)}.csv"
            self._write(name, mclass_rows(catalogue, students, term), at)
        self._import(MCLASS, at, by=PERSON)

    def _tested(self, students: Sequence[Row], tested: int) -> list[Row]:
        catalogue, _ = self._tests
        school = [each.name for each in catalogue.fields].index("school")
        return [row for row in students if row[school] != UNTESTED and int(row[0]) % 10 < tested]

    def _write_sis(
        self,
        rows: list[list[str]],
        at: datetime,
        kinds: Sequence[FaultKind] = fault_kinds.REALISTIC,
    ) -> int:
        return write_demo_rows(
            self.served / SIS_FILE,
            rows,
            count=len(rows),
            kinds=kinds,
            style=self._style,
            written_at=_an_hour_before(at),
        ).records

    def _write(self, name: str, rows: Iterable[Row], at: datetime) -> None:
        write_rows(self.served / name, rows)
        os.utime(self.served / name, (_an_hour_before(at),) * 2)

    def _import(self, name: str, at: datetime, *, by: str = SCHEDULE) -> JobResult:
        feed = feed_by_name(name)
        with clock.beginning_at(at):
            ran = run_import(
                feed,
                source_of(feed, self.environ),
                dry_run=False,
                force=False,
                no_wait=True,
                started_by=by,
                listener=ignore,
                environ=self.environ,
            )
        self.tell(at, name, ran)
        return ran

    def _discard(self, held: JobResult, at: datetime, why: str) -> None:
        if held.job is not None and held.report.status == "held":
            with clock.beginning_at(at):
                discard_import(held.job, actor=PERSON, reason=why)

    def _map_columns(self, at: datetime) -> None:
        change = MappingChange(headers={new: _field_of(header) for header, new in RENAMED})
        why = "The SIS's report has had another header since yesterday."
        with clock.beginning_at(at):
            change_mapping(SIS, change, actor=PERSON, reason=why)


def _later(night: PastNight, *, hours: int) -> PastNight:
    return replace(night, at=night.at + timedelta(hours=hours))


def _field_of(header: str) -> str:
    found = student_catalogue().find(header)
    assert found is not None, header
    return found.name


def _without_numbers(rows: list[Row]) -> list[Row]:
    """Return i-Ready's rows as of an export in which every fourth student has no number."""
    at = [rows[0].index(header) for header in ("Student ID", "Student State ID")]
    return [
        ["" if place in at else cell for place, cell in enumerate(row)] if number % 4 == 3 else row
        for number, row in enumerate(rows)
    ]


def _an_hour_before(at: datetime) -> float:
    return (at.astimezone(UTC) - timedelta(hours=1)).timestamp()
