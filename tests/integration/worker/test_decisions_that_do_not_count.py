"""A decision in advance that does not count is told as such: before its run, and of the run."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from html import unescape
from typing import Any

from tests.integration.api.conftest import JOBS, Program, program
from tests.integration.cli.commands import CommandLine
from tests.integration.pages.conftest import pages, person
from tests.integration.worker.test_rehearsals import (
    ADA,
    ALL,
    BOB,
    FEWER,
    Nights,
    carried_out,
    decide,
    mails,
    nights,
    state,
)

__all__ = ["nights", "pages", "person", "program"]  # fixtures

TERM = {
    "season": "Winter",
    "year": "2026",
    "starts_on": "2026-01-05",
    "ends_on": "2026-03-20",
}
"""A setting of the district that says what columns of a file mean."""


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())))


def test_a_save_that_voids_a_decision_says_so_and_one_checks_and_decides_again(
    nights: Nights,
    rollbook: CommandLine,
    person: Callable[..., Any],
    program: Callable[..., Program],
) -> None:
    from rollbook.records.models import AdvanceDecision

    nights.serve(FEWER)
    nights.plan()
    rehearsal, ada, admin = nights.rehearse(), person(), program("admin")
    page = f"/imports/{rehearsal.number}/"
    dashboard = text_of(ada.get("/"))
    assert "The next file of sis would be held (" in dashboard and "1 feed" in dashboard
    assert "would be held" in text_of(ada.get("/feeds/sis/schedule/"))
    decide(rehearsal)
    dashboard = text_of(ada.get("/"))
    assert "would be held (" not in dashboard and "all caught up" in dashboard
    assert "sis, decided in advance" in dashboard
    assert "decided in advance" in text_of(ada.get("/feeds/")).lower()
    promised = text_of(ada.get(page))
    assert "imports it, and lets through no more" in promised and "won't count" not in promised
    noted = ada.post(f"{page}notes/", {"text": "A note"}, follow=True)
    assert "no longer counts" not in text_of(noted)

    saved = text_of(ada.post("/settings/terms/", TERM, follow=True))
    assert (
        f"no longer counts: the settings have changed since. Open rehearsal {rehearsal.number}"
        in (saved)
    )
    again = ada.post(f"{page}notes/", {"text": "Another"}, follow=True)
    assert "no longer counts" not in text_of(again), "it is said once"
    told = text_of(ada.get(page))
    assert "Settings have changed since: it won't count." in told and "imports it" not in told
    said = rollbook("jobs", "show", str(rehearsal.number)).out
    assert f"rollbook jobs rehearse {rehearsal.number}" in said
    read = admin.get(f"{JOBS}/{rehearsal.number}").json()
    assert (read["in_advance"], read["in_advance_obstacle"]) == ("decided", "settings")
    assert "The decision won't count: the settings have changed since" in text_of(ada.get("/"))

    number = int(ada.post(f"{page}rehearse-again/").url.split("/")[2])
    second = carried_out(number)
    assert second.rehearses == rehearsal.rehearses and second.outcome == "needs_review"
    assert f"Rehearsal {number} has looked at the file again" in text_of(ada.get(page))
    decide(second, actor=BOB)
    assert AdvanceDecision.objects.get(job_id=rehearsal.number).taken_back_by == BOB
    assert nights.carry_out().report.stored and state(second) == "used"
    assert "no longer scheduled" in rollbook("jobs", "rehearse", str(number)).err
    read = admin.get(f"{JOBS}?limit=10").json()["items"]
    assert {each["job"]: each["in_advance"] for each in read}[number] == "used"


def test_a_held_run_says_which_decision_did_not_count_and_why(
    nights: Nights, person: Callable[..., Any]
) -> None:
    from rollbook.access.models import User
    from rollbook.records.models import Feed
    from rollbook.records.queries.advance_decisions import advance_of, may_decide

    ada = person()
    nights.serve(FEWER)
    nights.plan()
    changes: tuple[tuple[Callable[[], object], str], ...] = (
        (lambda: Feed.objects.update(missing_limit=19), "the settings have changed since"),
        (
            lambda: User.objects.filter(email=BOB).update(role="viewer"),
            "the person who decided is no longer an administrator",
        ),
    )
    for change, why in changes:
        nights.plan()
        rehearsal = nights.rehearse()
        decide(rehearsal, actor=BOB)
        change()
        done = nights.carry_out()
        assert done.outcome == "needs_review"
        told = text_of(ada.get(f"/imports/{done.number}/"))
        assert "A decision in advance didn't count: " in told and why in told
        assert f"rehearsal {rehearsal.number}" in told
        found = advance_of(rehearsal)
        assert found is not None and found.obstacle is not None and why in found.obstacle.words
        assert why in text_of(ada.get(f"/imports/{rehearsal.number}/"))
        [note] = [each for each in done.report.file["notes"] if "doesn't count" in each]
        assert why in note
    assert may_decide("command line") and may_decide("ada@example.org (token nightly)")
    assert not may_decide(f"{BOB} (token nightly)") and not may_decide("gone@example.org")
    listed = text_of(ada.get("/imports/?result=would_be_held"))
    assert "2 imports found" in listed and "Over" in listed
    assert "2 imports found" in text_of(ada.get("/imports/?result=needs_review"))


def test_a_file_by_hand_says_that_a_decision_counts_for_the_run_alone(
    nights: Nights, person: Callable[..., Any]
) -> None:
    from rollbook.records.models import Feed
    from rollbook.records.operations.queueing import request_import

    nights.serve(FEWER)
    nights.plan()
    rehearsal = nights.rehearse()
    decide(rehearsal, "discard")
    by_hand = carried_out(request_import(nights.feed, started_by=ADA))
    assert by_hand.outcome == "needs_review"
    ada = person(email="cy@example.org")
    told = text_of(ada.get(f"/imports/{by_hand.number}/"))
    assert "Decided in advance on this very file: discard it." in told
    assert "counts only for the run at" in told
    assert "A file you import yourself before then is checked as usual." in text_of(
        ada.get(f"/imports/{rehearsal.number}/")
    )
    # Where the file is fetched from is no part of what was decided.
    (nights.folder / "students.csv").rename(nights.folder / "other.csv")
    Feed.objects.update(pattern="other*")
    nights.feed.refresh_from_db()
    assert nights.carry_out().report.reason == "discarded" and state(rehearsal) == "used"


def test_a_rehearsal_that_does_not_reach_the_server_is_tried_again_and_told(
    nights: Nights, person: Callable[..., Any], rollbook: CommandLine
) -> None:
    from rollbook.records.models import Feed, JobAttempt
    from rollbook.records.operations.scheduling import retries_due, retry
    from rollbook.records.queries.jobs import job_by_number

    nights.serve(FEWER)
    run, ada = nights.plan(), person()
    schedule = "/feeds/sis/schedule/"
    assert "Rehearsal at" in text_of(ada.get(schedule))
    port = nights.feed.port
    Feed.objects.update(port=1)
    nights.feed.refresh_from_db()
    down = nights.rehearse()
    assert down.outcome == "failed" and mails() == []
    assert "couldn't see the file" in text_of(ada.get(schedule))
    assert "It is tried again at" in rollbook("feeds", "schedule", "sis").out

    JobAttempt.objects.filter(job_id=down.number).update(retry_at=datetime.now(UTC))
    [attempt] = retries_due(datetime.now(UTC))
    assert retry(attempt, run) is None, "too late: its run begins"
    assert "So nothing is known about the import." in text_of(ada.get(schedule))
    assert "not rehearsed" in text_of(ada.get("/"))

    JobAttempt.objects.filter(job_id=down.number).update(retry_at=datetime.now(UTC))
    Feed.objects.update(port=port)
    nights.feed.refresh_from_db()
    assert retry(attempt, datetime.now(UTC)) == down.number
    again = carried_out(down.number)
    assert again.outcome == "needs_review" and [kind for kind, _ in mails()] == ["rehearsal_held"]
    assert job_by_number(down.number).rehearses == run


def test_a_program_named_like_the_schedule_is_not_the_schedule(nights: Nights) -> None:
    from rollbook.records.operations.queueing import request_import

    nights.serve(FEWER)
    nights.plan()
    carried_out(request_import(nights.feed, started_by="scheduler@example.org"))
    told = len(mails())
    nights.rehearse()
    assert [kind for kind, _ in mails()[told:]] == ["rehearsal_held"]
    nights.serve(ALL)
