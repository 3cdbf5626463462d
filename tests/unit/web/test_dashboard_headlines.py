"""What stands at the top of the dashboard: a line for each thing that needs a person, none lost."""

from collections.abc import Iterable
from datetime import UTC
from typing import Any

import pytest

from rollbook.records.standing import judge
from tests.unit.records.test_standing import (
    DAY,
    DAYS,
    NO_NEWS,
    NOW,
    OFF,
    TONIGHT,
    facts,
    failed,
    good,
    held,
)

pytestmark = pytest.mark.usefixtures("django_ready")

FROZEN = NO_NEWS | {"unchanged": tuple(DAYS[:3]), "stored_at": TONIGHT - 5 * DAY}
OLD = {
    "last": good(5, TONIGHT - 20 * DAY),
    "good": good(5, TONIGHT - 20 * DAY),
    "stored_at": TONIGHT - 20 * DAY,
    "schedule": OFF,
}
FRESH = {"last": good(6), "good": good(6), "stored_at": TONIGHT}


def feed(name: str, **known: Any) -> Any:
    from rollbook.records.models import Feed
    from rollbook.records.queries.standings import FeedStanding

    return FeedStanding(Feed(name=name, host="sftp"), judge(facts(name=name, **known), NOW))


def told(found: Iterable[Any], undone: Iterable[Any] = ()) -> tuple[list[Any], int]:
    from rollbook.web.pages.dashboard_headlines import headlines

    return headlines(list(found), list(undone), (), NOW.astimezone(UTC))


def test_a_feed_that_failed_and_holds_an_import_has_both_lines() -> None:
    lines, left = told([feed("sis", last=failed(8), held=held(7)), feed("tests", **FRESH)])
    assert [line.job for line in lines] == [8, 7]
    assert left == 0


def test_an_export_that_no_longer_changes_is_told_amber_then_red() -> None:
    for limit, tone in ((3, "warn"), (1, "bad")):
        lines, _ = told([feed("sis", **FROZEN | {"unchanged_limit": limit})])
        assert [(line.tone, "no new file" in line.sentence) for line in lines] == [(tone, True)]


def test_where_nothing_needs_a_person_an_old_feed_beside_a_current_one_has_its_line() -> None:
    lines, _ = told([feed("sis", **FRESH), feed("iready", **OLD)])
    assert [line.tone for line in lines] == ["ok", "warn"]
    assert "iready" in lines[1].sentence
    assert told([feed("sis", **FRESH)])[0][0].tone == "ok"


def test_one_missed_run_is_amber_and_two_are_red_also_where_an_import_is_held() -> None:
    for nights, tone in ((1, "warn"), (4, "bad")):
        long_ago = good(4, TONIGHT - nights * DAY)
        known = {"last": long_ago, "good": long_ago, "stored_at": long_ago.ended_at}
        one = judge(facts(**known), NOW)
        assert (one.missed > 1) == (tone == "bad"), one
        lines, _ = told([feed("sis", **known)])
        assert [line.tone for line in lines] == [tone]
        lines, _ = told([feed("sis", **known, held=held(7))])
        assert [line.tone for line in lines] == [tone]


def test_every_line_that_is_left_out_is_counted_whatever_its_kind() -> None:
    broken = [feed(f"f{n}", last=failed(100 + n)) for n in range(9)]
    frozen = [feed(f"u{n}", **FROZEN) for n in range(3)]
    undone = [_undone(n) for n in range(2)]
    lines, left = told([*broken, *frozen], undone)
    assert (len(lines), left) == (10, 4)
    assert sum(each.standing.needs_a_person for each in (*broken, *frozen)) == 12


@pytest.mark.parametrize(
    ("known", "needs"),
    [
        (FRESH, False),
        (FROZEN, True),
        (FRESH | {"held": held(7)}, True),
        ({"last": failed(8)}, True),
        (OLD, False),
        (FRESH | {"rows_left": 1}, True),
        (FRESH | {"discarded": held(7)}, True),
    ],
)
def test_what_needs_a_person(known: dict[str, Any], needs: bool) -> None:
    assert judge(facts(**known), NOW).needs_a_person is needs


def _undone(number: int) -> Any:
    from types import SimpleNamespace

    return SimpleNamespace(number=number, feed=f"undone{number}")


def test_of_a_failed_import_it_is_told_that_a_file_has_another_name() -> None:
    from rollbook.web.pages.dashboard_headlines import headlines

    found = [feed("sis", last=failed(8)), feed("tests", **FRESH)]
    for at, each in enumerate(found, start=1):
        each.feed.pk = at
    for renamed, is_told in ((set(), False), ({1}, True), ({2}, False)):
        [line, *others], _ = headlines(found, [], (), NOW.astimezone(UTC), renamed=renamed)
        assert line.detail.endswith("A file with another name was found.") is is_told
        told = [each.sentence for each in others]
        assert told == ["tests: a newer file came under another name."] * (renamed == {2})


@pytest.mark.parametrize(
    ("known", "lines"),
    [
        ({"rows_left": 1, "stored_job": 6}, ["sis: 1 row wasn't imported."]),
        ({"rows_left": 2, "stored_job": 6}, ["sis: 2 rows weren't imported."]),
        ({"discarded": held(7)}, ["sis: you're using data from Nov 24."]),
        (
            {"discarded": held(7), "rows_left": 1, "stored_job": 6},
            ["sis: you're using data from Nov 24.", "sis: 1 row wasn't imported."],
        ),
        ({}, ["Student data is up to date."]),
    ],
)
def test_data_without_rows_or_after_a_discarded_file_is_not_called_up_to_date(
    known: dict[str, Any], lines: list[str]
) -> None:
    standing = feed("sis", **FRESH | known)
    found, _ = told([standing, feed("tests", **FRESH)])
    assert [line.sentence for line in found] == lines
    assert standing.standing.is_complete is (not known)
    assert all((line.job, line.is_of_rows) in ((6, True), (7, False)) for line in found if known)


def test_a_discarded_file_is_of_today_or_of_its_day() -> None:
    for ended_at, words in ((TONIGHT, "Today's file"), (TONIGHT - DAY, "The file of Nov 23")):
        [line], _ = told([feed("sis", **FRESH | {"discarded": held(7, ended_at)})])
        assert line.detail == f"{words} was discarded."


def test_what_is_worse_is_told_instead_of_rows_that_were_not_imported() -> None:
    lines, _ = told([feed("sis", **FRESH | {"last": failed(8), "rows_left": 3})])
    assert [line.job for line in lines] == [8]
