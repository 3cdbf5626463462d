"""What is said of the rehearsal of the next run."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

pytestmark = pytest.mark.usefixtures("django_ready")

ZONE = ZoneInfo("America/Los_Angeles")
NOW = datetime(2026, 11, 27, 18, tzinfo=ZONE)
RUN = datetime(2026, 11, 28, 12, 10, tzinfo=UTC)
"""4:10 AM of the next day."""


def found(what: str, **more: Any) -> Any:
    from rollbook.records.queries.rehearsals import NextRehearsal, Rehearsed

    return NextRehearsal("sis", RUN, Rehearsed(what), **more)


def failed(**more: Any) -> Any:
    from rollbook.core.errors import Message
    from rollbook.core.report import Report
    from rollbook.records.queries.jobs import JobView

    report = Report(status="failed", message=Message("The server did not answer."))
    return JobView(7, "sis", "schedule", RUN - timedelta(hours=1), None, report, **more)


def decision(verdict: str) -> Any:
    from rollbook.records.models import AdvanceDecision

    return AdvanceDecision(job_id=7, verdict=verdict)


def test_a_moment_in_the_middle_of_a_sentence() -> None:
    from rollbook.core.quantities import moment_words

    assert moment_words(NOW, NOW) == "6:00 PM today"
    assert moment_words(RUN.astimezone(ZONE), NOW) == "4:10 AM tomorrow"
    assert moment_words(NOW - timedelta(days=1), NOW) == "6:00 PM yesterday"
    assert moment_words(NOW + timedelta(days=3), NOW) == "6:00 PM on Mon, Nov 30"


def test_each_way_a_rehearsal_goes_is_said_and_only_what_needs_a_person_is_counted() -> None:
    from rollbook.records.queries.advance_decisions import Obstacle
    from rollbook.records.rehearsal_words import TOO_NEAR, rehearsal_words

    lost = {"decision": decision("apply"), "obstacle": Obstacle.SETTINGS}
    for each, said, short, needs in (
        (found("ahead", at=RUN - timedelta(hours=1)), "Rehearsal at 3:10 AM tomorrow.", "", False),
        (found("too_late"), TOO_NEAR, "not rehearsed", False),
        (found("under_way"), "being rehearsed", "", False),
        (
            found("again", at=RUN, job=failed()),
            "tried again at 4:10 AM",
            "not rehearsed yet",
            False,
        ),
        (found("not_done", job=failed()), "3:10 AM couldn't see", "not rehearsed", False),
        (found("fine"), "would be imported", "", False),
        (found("refused"), "would be rejected", "would be rejected", True),
        (found("held"), "No one has decided yet", "would be held", True),
        (found("held", decision=decision("apply")), "is applied.", "decided in advance", False),
        (found("held", decision=decision("discard")), "is discarded.", "decided in advance", False),
        (found("held", **lost), "won't count: the settings have changed", "would be held", True),
    ):
        assert said in rehearsal_words(each, NOW)
        assert (each.short_words, each.needs_person) == (short, needs)
    assert "The server did not answer." in rehearsal_words(found("not_done", job=failed()), NOW)
