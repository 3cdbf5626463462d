"""The dashboard's numbers in words."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

pytestmark = pytest.mark.usefixtures("django_ready")

ZONE = ZoneInfo("America/Los_Angeles")
NOON = datetime(2026, 11, 27, 12, tzinfo=ZONE)  # a Friday


def report(changed: int = 0, new: int = 0, **changes: Any) -> Any:
    from rollbook.core.report import Counts, Report

    return Report(counts=Counts(updated=changed, inserted=new), changes=changes)


@pytest.mark.parametrize(
    ("day", "words"),
    [(26, "yesterday"), (27, "today"), (28, "tomorrow"), (30, "Mon, Nov 30"), (1, "Sun, Nov 1")],
)
def test_a_day_as_people_say_it(day: int, words: str) -> None:
    from rollbook.web.pages.dashboard_tiles import day_words

    assert day_words(datetime(2026, 11, day, 2, tzinfo=ZONE), NOON.astimezone(UTC)) == words


def test_what_an_import_changed_in_one_sentence() -> None:
    from rollbook.web.pages.dashboard_tiles import changed_sentence

    headers = {"absences_ytd": "Absences YTD", "school": "School"}
    fields = {"absences_ytd": 60, "school": 7, "grade": 5, "tardies_ytd": 1}
    both = report(67, 1, fields=fields, updated={"North": 40, "South": 27}, inserted={"East": 1})
    told: list[tuple[Any, str]] = [
        (
            both,
            "changed 67 students at 2 schools: Absences YTD (60), School (7) and 2 more fields. "
            "It added 1 new student.",
        ),
        (report(1, fields={"grade": 1}, updated={"North": 1}), "changed 1 student: grade (1)."),
        (report(0, 30), "added 30 new students."),
        (report(2), "changed 2 students."),
        (report(), "changed nothing: every value was already saved."),
    ]
    for each, words in told:
        assert changed_sentence("sis", each, headers) == f"The last import of sis {words}"


def test_how_much_waits_for_a_person() -> None:
    from rollbook.web.pages.dashboard_tiles import needs_tile, students_tile

    assert needs_tile(0, 0).detail == "all caught up"
    assert needs_tile(1, 3).value == "4"
    assert needs_tile(1, 3).detail == "1 feed, 3 new columns or codes"
    assert students_tile(2_000, None).value == "2,000"


def test_without_an_import_or_a_schedule_the_tiles_say_so() -> None:
    from rollbook.web.pages.dashboard_tiles import last_tile, next_tile

    assert (last_tile(None, NOON, ZONE).value, last_tile(None, NOON, ZONE).address) == ("none", "")
    assert next_tile([], NOON, ZONE, leads=True).detail == "no schedule is on"


@pytest.mark.parametrize(
    ("hour", "at", "day"),
    [(2, "2:00 AM", "tonight"), (13, "1:00 PM", "today"), (9, "9:00 AM", "tomorrow")],
)
def test_the_next_run_is_named_as_the_schedule_names_it(hour: int, at: str, day: str) -> None:
    from dataclasses import replace
    from datetime import time

    from rollbook.records.models import Feed
    from rollbook.records.queries.standings import FeedStanding
    from rollbook.records.standing import judge
    from rollbook.web.pages.dashboard_tiles import next_tile
    from tests.unit.records.test_standing import NIGHTLY, facts

    schedule = replace(NIGHTLY, zone=ZONE.key, times=(time(hour),))
    standing = judge(facts(schedule=schedule), NOON.astimezone(UTC))
    feed = FeedStanding(Feed(name="sis", host="sftp", host_key="x"), standing)
    tile = next_tile([feed], NOON, ZONE, leads=False)
    assert (tile.value, tile.detail) == (at, f"{day}, sis")
