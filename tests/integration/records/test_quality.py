"""Data quality: which students count, what is a result, and the rates beside their targets."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

NOW = datetime(2026, 11, 27, 20, tzinfo=UTC)
TODAY = date(2026, 11, 27)
Put = Callable[..., int]


@pytest.fixture
def put(records: str) -> Put:
    """Store a student with these values of Fall 2025."""
    from django.db import connection

    def student(school: str | None = "North", grade: str | None = "3", **values: Any) -> int:
        names = ["school", "grade", *(f"fall_2025_{name}" for name in values)]
        with connection.cursor() as cursor:
            cursor.execute(
                "insert into public.students (student_id, created_at, updated_at)"
                " select 's' || count(*), now(), now() from public.students returning id"
            )
            (number,) = cursor.fetchone()
            cursor.execute(
                "insert into public.student_data_snapshots (student_id, imported_at, created_at,"
                f" updated_at, {', '.join(names)}) values (%s, now(), now(), now(),"
                f" {', '.join(['%s'] * len(names))})",
                [number, school, grade, *values.values()],
            )
        return int(number)

    return student


WHOLE = {"iready_reading_score": 500, "iready_math_score": 500, "dibels_orf_wc_score": 90}


def total(today: date = TODAY) -> Any:
    from rollbook.records.queries.coverage import coverage

    return coverage(today).total("fall_2025")


def numbers(line: Any) -> list[tuple[int, int]]:
    return [(rate.part, rate.whole) for rate in (line.whole, *line.parts)]


def test_a_student_is_covered_with_a_result_of_each_assessment_of_the_grade(put: Put) -> None:
    put(**WHOLE)
    put(iready_reading_score=500, iready_math_score=500)
    put(dibels_lnf_level="At Benchmark", iready_math_level="Tested Out")
    put()
    assert numbers(total()) == [(1, 4), (2, 4), (3, 4), (2, 4)]


def test_a_level_that_says_not_assessed_is_no_result_nor_is_the_no_beside_it(put: Put) -> None:
    put(iready_math_level="Not Assessed", iready_math_met_standard=False)
    put(iready_math_level="not assessed")
    put(iready_math_met_standard=False)
    put(iready_math_score=400, iready_math_level="Not Assessed")
    assert numbers(total())[2] == (2, 4)


def test_grades_that_do_not_take_an_assessment_are_no_gap(put: Put) -> None:
    from rollbook.records.operations.district import change_settings
    from rollbook.records.queries.coverage import coverage

    put(grade="11")
    put(grade=None)
    put(grade="5", iready_reading_score=500, iready_math_score=500)
    assert numbers(total()) == [(0, 1), (1, 1), (1, 1), (0, 1)]
    change_settings({"quality.dibels_grades": "K-3"}, actor="test")
    assert numbers(total()) == [(1, 1), (1, 1), (1, 1), (0, 0)]
    change_settings({"quality.dibels_grades": "none"}, actor="test")
    found = coverage(TODAY)
    assert (found.active, found.without_grade) == (3, 1)
    assert numbers(found.total("fall_2025"))[3] == (0, 0)


def test_settings_take_grades_alone(put: Put) -> None:
    from rollbook.records.operations.district import SettingsRefused, change_settings

    with pytest.raises(SettingsRefused):
        change_settings({"quality.dibels_grades": "all of them"}, actor="test")


def test_the_roster_says_who_is_active(put: Put) -> None:
    from django.db import connection

    from rollbook.records.models import Feed

    here, gone, _never_named = put(**WHOLE), put(), put()
    assert numbers(total())[0] == (1, 3)  # no roster has named anybody yet
    roster = Feed.objects.create(
        name="sis", pattern="*.csv", required=["student_id"], is_roster=True
    )
    tests = Feed.objects.create(
        name="tests", pattern="*.csv", required=["student_id"], is_roster=False
    )
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into rollbook.presence (feed_id, student_id, missing_since)"
            " values (%s, %s, %s)",
            [(roster.pk, here, None), (roster.pk, gone, NOW), (tests.pk, gone, None)],
        )
    assert numbers(total())[0] == (1, 1)
    Feed.objects.filter(pk=roster.pk).update(removed_at=NOW)
    assert numbers(total())[0] == (1, 3)


def test_a_roster_from_a_server_says_who_has_left_whatever_was_imported_by_hand_before(
    put: Put,
) -> None:
    from django.db import connection

    from rollbook.records.models import Feed
    from rollbook.records.queries.coverage import coverage
    from rollbook.records.queries.results import active_students

    def names(feed: Feed, student: int, missing_since: datetime | None = None) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "insert into rollbook.presence (feed_id, student_id, missing_since)"
                " values (%s, %s, %s)",
                [feed.pk, student, missing_since],
            )

    here, gone, _never_named = put(), put(), put()
    assert (coverage(TODAY).active, coverage(TODAY).has_roster) == (3, False)
    files = Feed.objects.get(host="", is_roster=True)
    sis = Feed.objects.create(name="sis", host="sftp.example.org", required=[], is_roster=True)
    names(files, here)
    names(files, gone)
    assert (coverage(TODAY).active, coverage(TODAY).has_roster) == (2, True)
    names(sis, here)
    names(sis, gone, NOW)
    assert coverage(TODAY).active == active_students() == 1
    Feed.objects.filter(pk=sis.pk).update(removed_at=NOW)
    assert coverage(TODAY).active == active_students() == 2


def test_schools_are_told_apart_by_their_letters_and_the_least_covered_comes_first(
    put: Put,
) -> None:
    from rollbook.records.queries.coverage import coverage

    put("North Elementary", **WHOLE)
    put("North Elementary", "K", **WHOLE)
    put("NORTH  elementary")
    put("South", **WHOLE)
    put("High", "11")
    put(None)
    found = coverage(TODAY)
    lines = found.by_school("fall_2025")
    assert [(line.name, *numbers(line)[0]) for line in lines] == [
        ("", 0, 1), ("North Elementary", 2, 3), ("South", 1, 1),
    ]  # fmt: skip
    grades = found.by_grade("fall_2025", "North Elementary")
    assert [(line.name, *numbers(line)[0]) for line in grades] == [("K", 1, 1), ("3", 1, 2)]
    assert [line.name for line in found.by_grade("fall_2025")] == ["K", "3"]


def test_grades_in_which_nobody_has_a_result_are_named(put: Put) -> None:
    from rollbook.records.queries.coverage import coverage

    put(grade="2", **WHOLE)
    put(grade="7", iready_reading_score=500, iready_math_score=500)
    assert coverage(TODAY).untested("fall_2025") == {"DIBELS": ("7",)}


def test_last_years_scores_are_not_current_and_an_open_term_is_under_way(put: Put) -> None:
    from rollbook.core.catalogue.terms import Term
    from rollbook.records.operations.terms import add_term
    from rollbook.records.queries.coverage import coverage
    from rollbook.records.queries.quality import State, covered

    put(**WHOLE)
    assert covered(coverage(date(2025, 11, 27))).state is State.MET
    assert covered(coverage(TODAY)).state is State.MISSED
    add_term(Term("Fall 2026", date(2026, 11, 20), date(2026, 12, 20)), actor="test")
    metric = covered(coverage(TODAY))
    assert (metric.state, metric.value, metric.before) == (State.UNDER_WAY, 0.0, 100.0)
    assert covered(coverage(date(2026, 12, 21))).state is State.MISSED


def test_between_two_school_years_last_springs_scores_are_current_until_the_fall_begins(
    put: Put,
) -> None:
    from rollbook.core.catalogue.terms import Term
    from rollbook.records.operations.terms import add_term
    from rollbook.records.queries.coverage import coverage
    from rollbook.records.queries.quality import State, covered

    put(**WHOLE)
    add_term(Term("Summer 2026"), actor="test")
    assert covered(coverage(date(2026, 8, 19))).state is State.MET
    assert covered(coverage(date(2026, 9, 15))).state is State.MISSED
    add_term(Term("Fall 2026", date(2026, 9, 20)), actor="test")
    found = coverage(date(2026, 9, 19))
    assert found.coming is not None
    assert (covered(found).state, found.coming.term.name) == (State.MET, "Fall 2026")
    assert covered(coverage(date(2026, 9, 20))).state is State.UNDER_WAY
    assert covered(coverage(date(2026, 11, 2))).state is State.MISSED


def test_thousands_of_schools_are_told_apart_once() -> None:
    from time import process_time

    from rollbook.core.catalogue.current_term import begun_terms
    from rollbook.core.catalogue.terms import Term
    from rollbook.records.queries.coverage import Coverage, Group

    terms = begun_terms([Term("Fall 2025")], TODAY)
    groups = [
        Group(f"Room {n}", f"room{n}", grade, 1, {"fall_2025": (1, 1, 1, 1)})
        for n in range(3_000)
        for grade in ("3", "4", "5")
    ]
    schools: dict[str, list[Group]] = {}
    for group in groups:
        schools.setdefault(group.key, []).append(group)
    grades = dict.fromkeys(("iready_reading", "iready_math", "dibels"), ("3", "4"))
    found = Coverage(terms, None, grades, True, groups, schools)
    begun = process_time()
    lines = found.by_school("fall_2025")
    by_grade = [found.by_grade("fall_2025", each.name) for each in lines]
    assert process_time() - begun < 5  # minutes where each school looks at all of them
    assert len(lines) == 3_000
    assert {tuple(line.name for line in each) for each in by_grade} == {("3", "4")}
    assert found.by_grade("fall_2025", "no such school") == []


def test_without_a_term_nothing_is_judged(put: Put) -> None:
    from rollbook.records.models import TermRow
    from rollbook.records.queries.quality import State, quality

    put(**WHOLE)
    TermRow.objects.all().delete()
    found = quality(NOW, schools=True)
    assert {each.state for each in found.metrics} == {State.NOTHING}
    assert (found.coverage.current, found.coverage.active) == (None, 1)


@pytest.fixture
def ended(records: str) -> Any:
    from rollbook.core.report import Counts, Report
    from rollbook.records.models import JOB_TYPE, Job

    def write(
        days: float,
        *,
        rejected: int = 0,
        fails: bool = False,
        took: Any = 60.0,
        feed: int = 1,
        **codes: Any,
    ) -> int:
        at = NOW - timedelta(days=days)
        report = Report(status="failed" if fails else "completed", stored=not fails)
        report.reason = "bad_credentials" if fails else None
        report.counts = Counts(total=1_000, rejected=rejected)
        object_ = report.as_object(None)
        object_["seconds"], object_["issues"]["by_code"] = {"total": took}, codes
        row = Job.objects.create(
            job_type=JOB_TYPE,
            status=report.status,
            created_at=at,
            completed_at=at,
            input_data={"feed": "sis", "feed_id": feed, "dry_run": False},
            output_data={"report": object_},
        )
        return int(row.pk)

    return write


def metrics(now: datetime = NOW) -> dict[str, Any]:
    from rollbook.records.queries.quality import quality

    return {each.name: each for each in quality(now, schools=False).metrics}


def test_each_rate_has_its_target_and_the_thirty_days_before(ended: Any) -> None:
    for day in range(1, 25):
        ended(day, rejected=5, took=100.0)
    ended(0, fails=True)
    ended(40, rejected=20, took=140.0)
    ended(41, rejected=20, took=160.0)
    found = metrics()
    success = found["success_rate"]
    assert (success.part, success.whole, success.value, success.before) == (24, 25, 96.0, 100.0)
    assert (success.state, success.target) == ("missed", 99.0)
    errors = found["error_rate"]
    assert (errors.value, errors.before, errors.state) == (0.5, 2.0, "met")
    took = found["import_time"]
    assert (took.value, took.before, took.state) == (100.0, 150.0, "met")


def test_in_the_first_thirty_days_fewer_imports_are_asked_to_succeed(ended: Any) -> None:
    for day in range(1, 25):
        ended(day)
    ended(29, fails=True)
    success = metrics()["success_rate"]
    assert (success.value, success.target, success.state) == (96.0, 95.0, "met")
    success = metrics(NOW + timedelta(days=1.5))["success_rate"]
    assert (success.target, success.before) == (99.0, 0.0)


def test_every_import_counts_toward_the_average_time_however_many_there_are(records: str) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "insert into public.jobs (job_type, status, created_at, completed_at, input_data,"
            " output_data) select 'student_data_import', 'completed', at, at,"
            """ '{"feed": "sis", "feed_id": 1, "dry_run": false}', jsonb_build_object('report',"""
            " jsonb_build_object('status', 'completed', 'stored', true, 'seconds',"
            " jsonb_build_object('total', case when n <= 2000 then 10 else 190 end)))"
            " from generate_series(1, 4000) n,"
            " lateral (select %s - n * interval '10 minutes') t(at)",
            [NOW.replace(tzinfo=None)],
        )
    assert metrics()["import_time"].value == 100.0


def test_problems_are_those_of_the_last_imports_of_each_feed_in_use(ended: Any) -> None:
    from rollbook.records.models import Feed, Job
    from rollbook.records.queries.nights import MOST_IMPORTS
    from rollbook.records.queries.quality import quality

    for day in range(MOST_IMPORTS + 5, 0, -1):
        last = ended(day, BAD_GRADE=day)
    outdated = Job.imports.get(pk=ended(0.5, MISSING_ID=1))
    outdated.output_data = (outdated.output_data or {}) | {"is_outdated": True}
    outdated.save()
    [grade] = quality(NOW, schools=False).problems
    assert (grade.code, grade.last, grade.jobs) == ("BAD_GRADE", 1, [last])
    assert grade.of_imports == MOST_IMPORTS
    Feed.objects.filter(pk=1).update(removed_at=NOW)
    assert quality(NOW, schools=False).problems == []


def test_feeds_on_schedule_are_counted_among_those_that_have_one(ended: Any) -> None:
    from rollbook.records.models import Feed
    from rollbook.records.queries.quality import quality
    from rollbook.records.queries.quality_objects import quality_object, quality_rows

    for name, set_at in (("kept", NOW - timedelta(minutes=1)), ("missed", NOW - timedelta(days=9))):
        Feed.objects.create(
            name=name,
            host="sftp.example.org",
            required=[],
            schedule={"is_on": True},
            schedule_set_at=set_at,
        )
    ended(0.01, feed=Feed.objects.get(name="kept").pk)
    ended(9, feed=Feed.objects.get(name="missed").pk)
    ended(0.01)  # by hand, without a schedule
    found = quality(NOW, schools=False)
    assert len(found.feeds) == 3
    assert (found.planned, found.on_schedule) == (2, 1)
    written = quality_object(found, schools=False)
    assert (written["planned"], written["on_schedule"]) == (2, 1)
    assert ("feeds", "on_schedule", 1, 2) in [
        (*row[:2], *row[-3:-1]) for row in quality_rows(found, schools=False)
    ]


def test_a_target_that_is_just_not_reached_is_missed(ended: Any) -> None:
    ended(1, rejected=10, took=120.0)
    found = metrics()
    assert (found["error_rate"].value, found["error_rate"].state) == (1.0, "missed")
    assert found["import_time"].state == "missed"


@pytest.mark.parametrize("took", ["60", None, True, -1, 1e300, {"a": 1}])
def test_what_another_program_wrote_as_a_duration_is_none(ended: Any, took: Any) -> None:
    ended(1, took=took)
    assert metrics()["import_time"].value is None


def test_weeks_end_today_by_the_districts_clock(ended: Any) -> None:
    from rollbook.records.queries.quality import quality

    ended(0.1)
    ended(6)
    ended(7, fails=True)
    weeks = quality(NOW, schools=False).weeks
    assert [(week.imports, week.success) for week in weeks[:3]] == [(2, 100.0), (1, 0.0), (0, None)]
    assert weeks[0].last == NOW.astimezone(ZoneInfo("America/Los_Angeles")).date()


def test_problems_are_beside_what_is_usual_and_new_ones_are_named(ended: Any) -> None:
    from rollbook.records.queries.quality import quality

    for day in range(2, 10):
        ended(day, BAD_GRADE=10, TOO_LONG=2)
    ended(1, BAD_GRADE=10, NOT_WHOLE=0)
    last = ended(0.5, BAD_GRADE=40, NOT_WHOLE=3, MADE_UP=9, OUT_OF_RANGE="many")
    ended(45, MISSING_ID=99)
    found = {each.code: each for each in quality(NOW, schools=False).problems}
    assert list(found) == ["BAD_GRADE", "TOO_LONG", "NOT_WHOLE"]
    grade = found["BAD_GRADE"]
    assert (grade.last, grade.usual, grade.trend, grade.imports) == (40, 10.0, "more", 10)
    assert (grade.is_new, grade.jobs) == (False, [last])
    assert (found["TOO_LONG"].trend, found["NOT_WHOLE"].trend) == ("gone", "new")
