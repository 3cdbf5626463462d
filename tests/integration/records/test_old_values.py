"""Which values are old: for one student as for all, on pages as in the view of other programs."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest

from tests.doubles.feeds import add_feed

NOW = datetime(2026, 11, 18, 15, tzinfo=UTC)
STUDENTS, IMPORTS, NIGHTS = 16, 9, 40
FIELDS = ("absences_ytd", "tardies_last_30_days", "incident_count_ytd")


def write(cursor: Any, table: str, **values: object) -> None:
    marks = ", ".join(["%s"] * len(values))
    statement = f"insert into {table} ({', '.join(values)}) values ({marks})"
    cursor.execute(statement, list(values.values()))


def any_history(random: Random) -> None:
    """Make students, two feeds and imports of every kind: whole, fix-it, undone."""
    from django.db import connection

    feeds = [add_feed("sis").pk, add_feed("behavior", is_roster=False).pk]
    days = [NOW - timedelta(days=random.uniform(0, NIGHTS)) for _ in range(IMPORTS)]
    with connection.cursor() as cursor:
        for number in range(1, STUDENTS + 1):
            write(cursor, "public.students", student_id=f"{number:07}", grade="3")
            known = {name: 1 for name in FIELDS if random.random() < 0.8}
            write(cursor, "public.student_data_snapshots", student_id=number, grade="3", **known)
            for feed in feeds:
                missing = random.choice((None, None, random.choice(days) + timedelta(seconds=1)))
                if random.random() < 0.8:
                    write(
                        cursor,
                        "rollbook.presence",
                        feed_id=feed,
                        student_id=number,
                        missing_since=missing,
                    )
        for job, made_at in enumerate(sorted(days), start=1):
            everyone = range(1, STUDENTS + 1)
            some = random.choice((None, None, random.sample(everyone, 4)))
            write(
                cursor,
                "rollbook.import_changes",
                job_id=job,
                feed_id=random.choice([*feeds, 0]),
                fields=[*random.sample(FIELDS, random.choice((1, 2, 3))), "grade"],
                is_stored=random.random() < 0.9,
                undone_at=random.choice((None,) * 8 + (NOW,)),
                made_at=made_at,
                named=some,
            )
            for row, number in enumerate(random.sample(some or everyone, 3), start=1):
                write(
                    cursor,
                    "rollbook.student_changes",
                    job_id=job,
                    row_number=row,
                    student_id=number,
                    is_new=False,
                    had_data=True,
                )


def one_by_one(now: datetime) -> Mapping[int, list[str]]:
    from rollbook.records.queries.as_of import dates_of
    from rollbook.records.queries.lineage import lineage_by_number

    found = {}
    for number in range(1, STUDENTS + 1):
        student = lineage_by_number(number)
        assert student is not None
        if old := [name for name, each in dates_of(student, now).items() if each.is_old]:
            found[number] = old
    return found


@pytest.mark.usefixtures("records")
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_of_all_students_the_same_values_are_old_as_of_each_of_them(seed: int) -> None:
    from django.db import connection

    from rollbook.records.old_limit import OldLimits
    from rollbook.records.operations.district import change_settings
    from rollbook.records.queries.as_of import old_values

    any_history(Random(seed))
    change_settings({"quality.old_days": "9", "calendar.weekdays": "mon-fri"}, actor="test")
    counts = set()
    for now in (NOW, NOW + timedelta(days=4), NOW + timedelta(days=60)):
        wanted = one_by_one(now)
        assert dict(old_values(range(1, STUDENTS + 1), now)) == wanted
        counts.add(sum(map(len, wanted.values())))
        with connection.cursor() as cursor:
            before = OldLimits.read().before(now)
            cursor.execute("select * from rollbook.list_old_values(%s, null)", [before])
            assert dict(cursor.fetchall()) == wanted
    assert len(counts) > 1
    assert min(counts) > 0


@pytest.mark.usefixtures("records")
def test_other_programs_read_what_is_old_today_and_null_where_no_worker_has_planned_it() -> None:
    from django.db import connection

    from rollbook.records.operations.district import change_settings
    from rollbook.records.operations.old_limits import DAYS_AHEAD, plan_old_limits

    def told() -> set[tuple[str, ...] | None]:
        cursor.execute("select old_values from rollbook.current_students")
        return {None if names is None else tuple(names) for (names,) in cursor.fetchall()}

    now = datetime.now(UTC)
    with connection.cursor() as cursor:
        feed = add_feed().pk
        write(cursor, "public.students", student_id="0000001", grade="3")
        write(cursor, "public.student_data_snapshots", student_id=1, absences_ytd=3, grade="3")
        write(cursor, "rollbook.presence", feed_id=feed, student_id=1)
        at, fields = now - timedelta(days=20), ["absences_ytd", "grade"]
        import_changes = {"job_id": 1, "feed_id": feed, "fields": fields, "is_stored": True}
        write(cursor, "rollbook.import_changes", **import_changes, made_at=at)
        assert told() == {None}
        assert plan_old_limits(now)
        assert told() == {("absences_ytd",)}
        assert not plan_old_limits(now)
        change_settings({"quality.old_days": "30"}, actor="test")
        assert told() == {()}
        change_settings({"quality.old_days": "0"}, actor="test")
        assert told() == {()}
        assert plan_old_limits(now + timedelta(days=1))
        plan_old_limits(now - timedelta(days=DAYS_AHEAD + 2))
        assert told() == {None}


def test_the_view_knows_every_field_that_gets_old() -> None:
    from rollbook.records.migrations import sql
    from rollbook.records.queries.as_of import BY_THE_YEAR

    text = sql("old_values.sql")
    names = re.findall(r"\((\d+), '(\w+)'\)", text)
    assert {name for _, name in names} == BY_THE_YEAR
    assert re.findall(r"\(\(n\.(\w+) is not null\)::integer << (\d+)\)", text) == [
        (name, place) for place, name in names
    ]
