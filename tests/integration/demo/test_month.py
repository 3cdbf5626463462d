"""The demo's past, small: every page has something to show, and each thing its time."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from rollbook.demo.calendar import CUT_OFF, LATE, RENAMING, TESTED_BY_MCLASS, past_nights
from rollbook.demo.sftp_server import demo_server
from tests.integration.cli.commands import CommandLine

STUDENTS = 150
NOW = datetime.now(UTC)
ZONE = ZoneInfo("America/Los_Angeles")
AGO = (20, LATE, TESTED_BY_MCLASS, CUT_OFF, RENAMING, 2, 1)
"""The nights on which something happens, and few others: each import takes its time."""


@pytest.fixture
def past(records: str, rollbook: CommandLine, tmp_path: Path) -> Iterator[tuple[Any, list[Any]]]:
    """A month that has happened, and its imports as they were told."""
    from rollbook.demo.month import Month

    told: list[Any] = []
    served = tmp_path / "served"
    served.mkdir()
    environ = rollbook.environment()
    with demo_server(served) as server:
        past = Month(server, served, STUDENTS, 48, environ, lambda *each: told.append(each))
        past.run([night for night in past_nights(NOW, ZONE) if night.ago in AGO], NOW)
        yield past, told


def test_it_has_good_nights_and_every_kind_of_other_one(past: tuple[Any, list[Any]]) -> None:
    from rollbook.core.catalogue.students import student_catalogue
    from rollbook.demo.month import IREADY, MCLASS, SIS
    from rollbook.records.models import AuditEvent, Feed, FeedVersion, FieldOwner, Job
    from rollbook.records.operations.audit_seals import seal_all
    from rollbook.records.outcome import Outcome
    from rollbook.records.queries.advance_decisions import advance_of
    from rollbook.records.queries.audit_chain import verify
    from rollbook.records.queries.jobs import job_by_number
    from rollbook.records.queries.standings import feed_standings
    from rollbook.records.standing import FeedStatus

    month, told = past
    ended = [(name, ran.report.status) for _, name, ran in told]
    assert ended.count((SIS, "completed")) == len(AGO)
    assert ended.count((SIS, "failed")) == 1
    assert (MCLASS, "completed") in ended
    held = [name for name, status in ended if status == "held"]
    assert held.count(SIS) == 2
    assert held.count(IREADY["math"]) == 1

    # What the month decided: nothing of the SIS waits, i-Ready's last file does.
    standing = {each.feed.name: each.standing.status for each in feed_standings(NOW)}
    assert standing[SIS] in (FeedStatus.FRESH, FeedStatus.MISSED)  # its file of tonight is to come
    assert standing[IREADY["math"]] is FeedStatus.HELD
    assert standing[IREADY["reading"]] is FeedStatus.FRESH
    sis = Feed.objects.get(name=SIS)
    assert [*sis.headers.values()] == ["tardies_ytd"]
    assert FeedVersion.objects.filter(feed=sis).count() == 1
    owners = {each.feed.name for each in FieldOwner.objects.select_related("feed")}
    assert owners == {SIS, MCLASS, *IREADY.values()}
    assert "fall_2025_iready_math_score" in student_catalogue().by_name

    # Each thing is of its own time.
    for at, _, ran in told:
        row = Job.objects.get(pk=ran.job)
        for moment in (row.created_at, row.completed_at):
            assert timedelta(0) <= moment.replace(tzinfo=UTC) - at < timedelta(hours=8)
    for added in Feed.objects.exclude(host=""):
        assert added.created_at < NOW - timedelta(days=25)
    times = [*AuditEvent.objects.order_by("pk").values_list("at", flat=True)]
    assert times == sorted(times)
    assert NOW - timedelta(days=33) < times[0] < times[-1] < NOW
    seal_all()
    assert verify(now=NOW).events == len(times)

    # The rehearsal at its end has something to decide.
    rehearsed = job_by_number(month.rehearse(datetime.now(UTC)))
    assert (rehearsed.outcome, rehearsed.feed) == (Outcome.NEEDS_REVIEW, IREADY["reading"])
    advance = advance_of(rehearsed)
    assert advance is not None and advance.state == "open"
