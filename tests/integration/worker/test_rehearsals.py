"""A run is rehearsed, decided on in advance, and carried out so for exactly this file."""

import json
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.doubles.feeds import add_feed
from tests.integration.api.conftest import JOBS, Program, program
from tests.integration.cli.commands import CommandLine, student, write_csv
from tests.integration.pages.conftest import pages, person
from tests.integration.servers import asyncssh_server

__all__ = ["pages", "person", "program"]  # fixtures

ADA, BOB = "ada@example.org", "bob@example.org"
ALL = range(1, 61)
FEWER = range(1, 41)
"""Of 60 students 20 are missing: a third, and the limit is 20 %."""


@dataclass
class Nights:
    """A feed of a real server, with runs that are planned, rehearsed and carried out."""

    feed: Any
    folder: Path
    run: datetime = field(default_factory=lambda: datetime.now(UTC))

    def serve(self, students: range, *, absences: int = 3) -> None:
        self.stamp = getattr(self, "stamp", 1_700_000_000) + 60
        path = self.folder / "students.csv"
        write_csv(path, *(student(number, absences=absences) for number in students))
        os.utime(path, (self.stamp, self.stamp))

    def plan(self) -> datetime:
        """Plan another run, some hours from now, and let none be due."""
        from rollbook.records.district import district_zone
        from rollbook.records.models import Feed
        from rollbook.records.queries.schedules import next_planned

        now, self.minutes = datetime.now(UTC), getattr(self, "minutes", 240) + 1
        at = (now + timedelta(minutes=self.minutes)).astimezone(district_zone())
        schedule = {"is_on": True, "times": [f"{at:%H:%M}"], "rehearse_hours": 8}
        Feed.objects.filter(pk=self.feed.pk).update(schedule=schedule, planned_at=now)
        self.feed.refresh_from_db()
        run = next_planned(self.feed, now)
        assert run is not None
        self.run = run
        return run

    def rehearse(self) -> Any:
        """Do the rehearsal that is due now; return it as people see it."""
        from rollbook.records.operations.rehearsals import feeds_to_rehearse, queue_rehearsal

        now = datetime.now(UTC)
        [feed] = feeds_to_rehearse(now)
        number = queue_rehearsal(feed, now)
        assert number is not None
        assert feeds_to_rehearse(now) == [] and queue_rehearsal(feed, now) is None
        return carried_out(number)

    def carry_out(self, listener: Callable[[Any], None] | None = None) -> Any:
        """Do the planned run, in its hour."""
        from rollbook.records.operations.scheduling import queue_planned

        number = queue_planned(self.feed, self.run)
        assert number is not None
        return carried_out(number, listener)


@pytest.fixture
def nights(records: str, tmp_path: Path) -> Iterator[Nights]:
    with ExitStack() as opened:
        server = opened.enter_context(asyncssh_server(tmp_path))
        feed = add_feed(server=server, unchanged_for=0, recipients=[ADA], missing_limit=20)
        found = Nights(feed, tmp_path)
        found.serve(ALL)
        found.plan()
        assert found.carry_out().report.stored
        yield found


def carried_out(number: int, listener: Callable[[Any], None] | None = None) -> Any:
    from rollbook.automation.after_run import finish_run
    from rollbook.automation.imports import run_requested
    from rollbook.core.events import ignore
    from rollbook.records.queries.jobs import job_by_number

    run_requested(number, listener=listener or ignore, environ=os.environ)
    finish_run(number, os.environ)
    return job_by_number(number)


def decide(rehearsal: Any, verdict: str = "apply", actor: str = ADA) -> Any:
    """Decide as an administrator, who is added where needed."""
    from rollbook.access.models import Role, User
    from rollbook.records.operations.advance_decisions import decide_in_advance

    User.objects.get_or_create(email=actor, defaults={"role": Role.ADMINISTRATOR})
    return decide_in_advance(rehearsal.number, verdict=verdict, actor=actor, reason="A school left")


def mails() -> list[tuple[str, str]]:
    from rollbook.records.models import Mail

    return list(Mail.objects.order_by("pk").values_list("kind", "subject"))


def told_webhook() -> list[tuple[str, bool]]:
    """Types of the messages, and whether each says of which run it is."""
    from rollbook.records.models import WebhookMessage

    bodies = WebhookMessage.objects.order_by("pk").values_list("body", flat=True)
    found = [json.loads(each) for each in bodies]
    return [(each["type"], bool(each["data"].get("planned_at"))) for each in found]


def state(rehearsal: Any) -> str:
    from rollbook.records.queries.advance_decisions import advance_of

    found = advance_of(rehearsal)
    assert found is not None
    return str(found.state)


def test_what_was_decided_in_advance_is_applied_once(nights: Nights) -> None:
    from rollbook.records.models import AdvanceDecision, AuditEvent, Job, StoredFile
    from rollbook.records.operations import advance_decisions
    from rollbook.records.queries.standings import standings

    nights.serve(FEWER)
    run, before = nights.plan(), standings(datetime.now(UTC))
    rehearsal = nights.rehearse()
    assert (rehearsal.outcome, rehearsal.rehearses) == ("needs_review", run)
    assert rehearsal.started_by == "schedule" and not StoredFile.objects.exists()
    assert standings(datetime.now(UTC)) == before, "the feed is what it was"
    [(kind, subject)] = mails()
    assert (kind, subject) == (
        "rehearsal_held",
        "Rollbook: Next sis import would be held for review",
    )
    assert state(rehearsal) == "open"
    decide(rehearsal)
    assert state(rehearsal) == "decided"
    for verdict in ("apply", "discard"):
        with pytest.raises(advance_decisions.DecidedAlready, match=f"{ADA} already decided"):
            decide(rehearsal, verdict, BOB)
    done = nights.carry_out()
    assert done.report.stored and done.report.counts.missing_from_file == 20
    approved = Job.objects.get(pk=done.number).asked.approved
    assert approved is not None and approved.accepted["missing"] == 20
    used = AdvanceDecision.objects.get()
    assert (used.used_by, state(rehearsal)) == (done.number, "used")
    with pytest.raises(advance_decisions.NotDecidedYet):
        advance_decisions.take_back(rehearsal.number, actor=BOB)
    with pytest.raises(advance_decisions.DecidedAlready):
        decide(rehearsal)
    events = AuditEvent.objects.filter(action__startswith="rehearsal.").order_by("pk")
    assert [(each.action, each.actor) for each in events] == [
        ("rehearsal.decided", ADA), ("rehearsal.decision_used", ADA)
    ]  # fmt: skip
    assert len(mails()) == 1


def test_a_file_or_settings_that_have_changed_are_checked_as_if_nobody_had_decided(
    nights: Nights,
) -> None:
    from rollbook.records.models import AdvanceDecision, Feed
    from rollbook.records.operations.checked_files import SettingsChanged

    nights.serve(FEWER)
    nights.plan()
    rehearsal = nights.rehearse()
    decide(rehearsal)
    nights.serve(FEWER, absences=4)
    done = nights.carry_out()
    assert done.outcome == "needs_review" and state(rehearsal) == "expired"
    assert any("doesn't count" in note for note in done.report.file["notes"])

    nights.plan()
    second = nights.rehearse()
    decide(second)
    Feed.objects.update(missing_limit=19)
    done = nights.carry_out()
    assert done.outcome == "needs_review" and state(second) == "expired"
    assert not AdvanceDecision.objects.exclude(used_by=None).exists()

    nights.plan()
    third = nights.rehearse()
    Feed.objects.update(missing_limit=18)
    with pytest.raises(SettingsChanged):
        decide(third)


def test_a_file_that_is_discarded_in_advance_is_not_stored_and_nobody_is_told_again(
    nights: Nights,
) -> None:
    nights.serve(FEWER)
    nights.plan()
    rehearsal = nights.rehearse()
    decide(rehearsal, "discard")
    told = mails()
    done = nights.carry_out()
    assert (done.outcome, done.report.reason) == ("stopped", "discarded")
    assert not done.report.stored and state(rehearsal) == "used"
    assert mails() == told
    assert (nights.folder / "students.csv").exists()


def test_a_decision_lets_through_no_more_than_was_seen(nights: Nights) -> None:
    from rollbook.records.models import AdvanceDecision
    from rollbook.records.operations.queueing import request_import

    nights.serve(range(1, 48))
    nights.plan()
    rehearsal = nights.rehearse()
    assert rehearsal.report.measures["missing"].part == 13
    decide(rehearsal)
    nights.serve(range(1, 65))
    assert carried_out(request_import(nights.feed, started_by=BOB)).report.stored
    nights.serve(range(1, 48))
    done = nights.carry_out()
    assert done.outcome == "needs_review" and done.report.measures["missing"].part == 17
    assert AdvanceDecision.objects.get().used_by == done.number


def test_a_decision_counts_for_the_run_that_was_rehearsed_and_for_no_other(nights: Nights) -> None:
    nights.serve(FEWER)
    nights.plan()
    rehearsal = nights.rehearse()
    decide(rehearsal)
    nights.plan()
    assert state(rehearsal) == "expired"
    assert nights.carry_out().outcome == "needs_review"
    assert state(rehearsal) == "expired"


def test_a_decision_that_is_taken_back_does_not_count(nights: Nights) -> None:
    from rollbook.core.events import Phase, PhaseStarted
    from rollbook.records.operations.advance_decisions import TooLateInAdvance, take_back

    nights.serve(FEWER)
    nights.plan()
    rehearsal = nights.rehearse()
    decide(rehearsal)
    take_back(rehearsal.number, actor=BOB)
    assert state(rehearsal) == "open"
    decide(rehearsal, actor=BOB)

    def at_the_last_moment(event: Any) -> None:
        if isinstance(event, PhaseStarted) and event.phase is Phase.IMPORTING:
            take_back(rehearsal.number, actor=ADA)

    done = nights.carry_out(at_the_last_moment)
    assert (done.outcome, done.report.reason) == ("failed", "decision_taken_back")
    assert not done.report.stored and done.report.is_transient
    with pytest.raises(TooLateInAdvance):
        decide(rehearsal)


def test_of_two_people_who_decide_at_once_one_does(nights: Nights) -> None:
    from django.db import connections

    from rollbook.records.models import AdvanceDecision
    from rollbook.records.operations.advance_decisions import DecidedAlready

    nights.serve(FEWER)
    nights.plan()
    rehearsal, refused = nights.rehearse(), []

    def decided_by(actor: str) -> None:
        try:
            decide(rehearsal, actor=actor)
        except DecidedAlready as error:
            refused.append(str(error))
        finally:
            connections.close_all()

    people = [threading.Thread(target=decided_by, args=[who]) for who in (ADA, BOB)]
    for each in people:
        each.start()
    for each in people:
        each.join(60)
    assert AdvanceDecision.objects.count() == 1 and len(refused) == 1


def test_nobody_is_told_where_the_file_would_be_stored_is_the_same_or_is_missing(
    nights: Nights,
) -> None:
    from rollbook.records.models import Feed

    Feed.objects.update(webhook="https://hooks.example.org/rollbook")
    nights.plan()
    assert nights.rehearse().outcome == "no_new_file"
    nights.serve(ALL, absences=5)
    nights.plan()
    rehearsed = nights.rehearse()
    assert rehearsed.report.counts.updated == 60 and not rehearsed.report.stored
    (nights.folder / "students.csv").unlink()
    nights.plan()
    assert nights.rehearse().report.reason == "file_not_found"
    assert mails() == [] and told_webhook() == []
    write_csv(nights.folder / "students.csv", "1", header="Color")
    nights.plan()
    assert nights.rehearse().outcome == "failed"
    [(kind, subject)] = mails()
    assert (kind, subject) == ("rehearsal_failed", "Rollbook: Next sis import would fail")
    nights.plan()
    nights.rehearse()
    assert len(mails()) == 1, "of this file people know"
    assert told_webhook() == [("rehearsal.failed", True)]
    Feed.objects.update(muted_until=datetime.now(UTC) + timedelta(days=1))
    write_csv(nights.folder / "students.csv", "2", header="Color")
    nights.plan()
    nights.rehearse()
    assert len(mails()) == 1
    nights.serve(FEWER)
    nights.plan()
    nights.rehearse()
    assert told_webhook() == [("rehearsal.failed", True)] * 2 + [("rehearsal.held", True)]


@pytest.mark.usefixtures("records")
def test_rehearsals_of_feeds_on_several_servers_are_one_mail() -> None:
    from rollbook.automation.notices import queue_of_import
    from rollbook.notify.rehearsal_messages import would_be_held
    from rollbook.records.models import Mail

    feeds = [
        add_feed(name, host=f"{name}.example.org", recipients=[ADA]) for name in ("one", "other")
    ]
    for number, feed in enumerate(feeds, start=1):
        about: dict[str, Any] = {"planned": "Sunday", "job": number, "link": None}
        notice = would_be_held(feed.name, **about, what=f"{number * 20} students are missing.")
        queue_of_import(feed, notice, {}, job=number, gathers=True)
    mail = Mail.objects.get()
    assert mail.subject == "Rollbook: The next imports of 2 feeds would wait for your decision"
    assert "20 students" in mail.text and "40 students" in mail.text
    assert mail.job_ids == [1, 2]


def test_a_rehearsal_that_does_not_end_gives_way_to_its_run(nights: Nights) -> None:
    from rollbook.records.operations.rehearsals import end_late_rehearsals, queue_rehearsal
    from rollbook.records.operations.scheduling import queue_planned
    from rollbook.records.queries.jobs import job_by_number

    run = nights.plan()
    number = queue_rehearsal(nights.feed, datetime.now(UTC))
    assert number is not None
    assert queue_planned(nights.feed, run) is None, "its feed is busy"
    assert end_late_rehearsals(run - timedelta(minutes=6)) == []
    assert end_late_rehearsals(run - timedelta(minutes=5)) == [number]
    assert job_by_number(number).outcome == "stopped"
    assert end_late_rehearsals(run) == []
    assert queue_planned(nights.feed, run) is not None
    assert queue_rehearsal(nights.feed, run) is None


def test_pages_command_and_api_decide_and_take_back(
    nights: Nights,
    rollbook: CommandLine,
    person: Callable[..., Any],
    program: Callable[..., Program],
) -> None:
    nights.serve(FEWER)
    nights.plan()
    rehearsal = nights.rehearse()
    page, ada = f"/imports/{rehearsal.number}/", person()
    shown = ada.get(page).content.decode()
    assert (
        "Rehearsal" in shown and "Import anyway, in advance" in shown and "Apply once" not in shown
    )
    viewed = person("viewer", "v@example.org").get(page).content.decode()
    assert "Decide in advance" in viewed and "Import anyway, in advance" not in viewed

    way = f"{page}in-advance/apply/"
    assert "20" in ada.get(way).content.decode()
    assert "needs a reason" in ada.post(way, {"reason": " "}).content.decode()
    assert ada.post(way, {"reason": "A school left"}).url == page
    shown = ada.get(page).content.decode()
    assert "“A school left”" in shown and "Take it back" in shown
    assert "Any other file is checked as usual." in " ".join(shown.split())
    assert "A school left" not in person("viewer", "w@example.org").get(page).content.decode()
    refused = ada.post(way, {"reason": "Again"}).content.decode()
    assert "ada@example.org already decided" in refused
    assert ada.get(way).url == page
    assert ada.post(f"{page}take-back/").url == page
    assert "Import anyway, in advance" in ada.get(page).content.decode()

    number = str(rehearsal.number)
    assert "Add --apply" in rollbook("jobs", "decide", number, "--reason", "x").err
    assert f"rollbook jobs decide {number} --apply" in rollbook("jobs", "show", number).out
    said = rollbook("jobs", "decide", number, "--discard", "--reason", "Last year's file").out
    assert "discards this file" in said
    assert "command line: discard (decided)" in rollbook("jobs", "show", number).out
    assert "Took back the decision" in rollbook("jobs", "take-back", number).out
    assert "There is no decision" in rollbook("jobs", "take-back", number).err

    admin, address = program("admin"), f"{JOBS}/{number}"
    decided = admin.post(f"{address}/decide-in-advance", {"verdict": "apply", "reason": "ok"})
    assert decided.json()["decided_by"].startswith("ada@example.org")
    assert admin.get(address).json()["rehearses"] == decided.json()["planned_at"]
    assert admin.post(f"{address}/take-back").json()["taken_back_at"]
    again = admin.post(f"{address}/take-back")
    assert (again.status_code, again.json()["reason"]) == (409, "not_decided_yet")
    decide(rehearsal)
    done = nights.carry_out()
    told = ada.get(f"/imports/{done.number}/").content.decode()
    assert "Decided in advance: import this file anyway." in " ".join(told.split())
    assert f"Import {done.number}" in ada.get(page).content.decode()


def test_what_a_night_has_that_is_new_is_news_though_it_was_rehearsed(nights: Nights) -> None:
    from tests.integration.cli.commands import HEADER

    rows = [f"{student(number, absences=4)},Room {number}" for number in ALL]
    write_csv(nights.folder / "students.csv", *rows, header=f"{HEADER},Homeroom")
    nights.plan()
    nights.rehearse()
    assert mails() == []
    assert nights.carry_out().report.stored
    assert [kind for kind, _ in mails()] == ["new_in_file"]
