"""The schedules mean what the product's own rules mean."""

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

import pytest

from infra.parts.schedule import DEFINITION, starts
from infra.settings import Settings
from infra.tests.conftest import DISTRICT
from infra.tests.template import Template, plain
from rollbook.core.scheduling.due import due, next_runs
from rollbook.core.scheduling.schedule import Schedule

YEARS = (2026, 2032)


def fires_at(expression: str, zone: str, day: date) -> list[datetime]:
    """Return when EventBridge Scheduler fires on a day: not at a time that the clock skips."""
    found = re.fullmatch(r"cron\((\d+) ([\d,]+) \* \* \? \*\)", expression)
    assert found, expression
    moments = []
    for hour in found[2].split(","):
        wall = datetime.combine(day, time(int(hour), int(found[1])))
        moment = wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
        if moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == wall:
            moments.append(moment)
    return moments


def expressions(template: Template) -> dict[str, str]:
    return {
        name: each["Properties"]["ScheduleExpression"]
        for name, each in template.of("AWS::Scheduler::Schedule").items()
    }


def test_the_night_begins_at_the_products_own_hour_in_the_districts_zone(own: Template) -> None:
    found = own.of("AWS::Scheduler::Schedule").values()
    assert {each["Properties"]["ScheduleExpressionTimezone"] for each in found} == {
        "America/Los_Angeles"
    }
    (default,) = Schedule(zone="America/Los_Angeles").times
    assert sorted(expressions(own).values()) == [
        f"cron({default.minute} {default.hour} * * ? *)",
        "cron(15 3 * * ? *)",
        "cron(30 7,12,17 * * ? *)",
    ]


def test_on_every_night_of_years_what_is_due_is_begun_at_a_start_of_that_night(
    own: Template,
) -> None:
    zone = "America/Los_Angeles"
    schedule = Schedule(zone=zone, is_on=True)
    day, last_planned = date(YEARS[0], 1, 1), datetime(YEARS[0], 1, 1, tzinfo=UTC)
    by_second_start = []
    while day.year < YEARS[1]:
        night = sorted(
            (moment, expression)
            for expression in expressions(own).values()
            if "30 7" not in expression
            for moment in fires_at(expression, zone, day)
        )
        (planned,) = next_runs(schedule, last_planned, count=1)
        begun = [each for each in night if due(schedule, last_planned, now=each[0]) == planned]
        assert begun, day
        assert begun[0][0] - planned < timedelta(minutes=16)
        if "15 3" in begun[0][1]:
            by_second_start.append(day)
        last_planned, day = planned, day + timedelta(days=1)
    # The nights on which the clock skips two o'clock.
    assert [f"{each:%m-%d}" for each in by_second_start][:3] == ["03-08", "03-14", "03-12"]


TWO_HOURS_AT_ONCE = {"Antarctica/Troll"}
"""A research station; its noon start makes the night up."""


@pytest.mark.parametrize("hour", range(24))
def test_no_zone_skips_both_starts_of_a_night(hour: int) -> None:
    settings = Settings(**DISTRICT, hour=hour)
    wanted = [time(settings.hour, 0), time(settings.clock_change_hour, 15)]
    for zone in sorted(available_timezones() - TWO_HOURS_AT_ONCE):
        for day in _days_of_change(zone):
            # The second of an hour before midnight is on the next day.
            later = day if settings.clock_change_hour else day + timedelta(days=1)
            walls = [datetime.combine(day, wanted[0]), datetime.combine(later, wanted[1])]
            assert any(_exists(wall, zone) for wall in walls), (zone, day)


def test_the_longest_pause_between_starts_is_shorter_than_the_silence_that_rings() -> None:
    from infra.parts.alarms import SILENCE_HOURS

    at = sorted(
        int(hour) * 60 + start.minute
        for start in starts(Settings(**DISTRICT))
        for hour in start.hours.split(",")
    )
    pauses = [later - earlier for earlier, later in zip(at, [*at[1:], at[0] + 1440], strict=True)]
    # Two hours for the retries of a start that then ends well.
    assert max(pauses) + 120 < SILENCE_HOURS * 60


def test_each_start_goes_to_the_state_machine_and_what_is_lost_to_the_queue(
    template: Template,
) -> None:
    (machine,) = template.of("AWS::StepFunctions::StateMachine")
    (queue,) = template.of("AWS::SQS::Queue")
    for each in template.of("AWS::Scheduler::Schedule").values():
        target = each["Properties"]["Target"]
        assert target["Arn"] == {"Ref": machine}
        assert plain(target["DeadLetterConfig"]["Arn"]) == f"<{queue}.Arn>"
        assert target["RetryPolicy"] == {
            "MaximumEventAgeInSeconds": 3600,
            "MaximumRetryAttempts": 10,
        }


def test_the_state_machine_is_the_file_that_the_product_is_tested_with(
    template: Template,
) -> None:
    machine = template.only("AWS::StepFunctions::StateMachine")
    assert machine["DefinitionString"] == DEFINITION.read_text()
    names = machine["DefinitionSubstitutions"]
    assert set(names) == set(re.findall(r"\$\{(\w+)\}", DEFINITION.read_text()))
    assert plain(names["Importer"]).startswith("<Importer")


def _exists(wall: datetime, zone: str) -> bool:
    moment = wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == wall


@cache
def _days_of_change(zone: str) -> list[date]:
    """Return the days in two years on which the clock of a zone goes forward."""
    found = []
    day = date(YEARS[0], 1, 1)
    before = _offset(day, zone)
    while day.year < YEARS[0] + 2:
        after = _offset(day + timedelta(days=1), zone)
        if after > before:
            found.append(day)
        before, day = after, day + timedelta(days=1)
    return found


def _offset(day: date, zone: str) -> timedelta:
    found = datetime.combine(day, time(0), ZoneInfo(zone)).utcoffset()
    assert found is not None
    return found
