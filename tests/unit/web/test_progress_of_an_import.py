"""The steps of a running and of an ended import, and the bar over all of them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from rollbook.core.report import Report
from rollbook.records.found_so_far import FoundSoFar

pytestmark = pytest.mark.usefixtures("django_ready")

FETCHED = {"connecting": 1.0, "downloading": 2.0}
ALL = {**FETCHED, "parsing": 0.1, "validating": 3.0, "importing": 4.0}


def states(running: str, seconds: Mapping[str, float], **report: Any) -> str:
    from rollbook.records.queries.jobs import JobView
    from rollbook.web.pages.imports.progress import stages_of
    from rollbook.web.pages.imports.sentences import PHASES

    job = JobView(1, "sis", "x", None, None, Report(seconds=dict(seconds), **report))
    found = stages_of(job, PHASES, phase=running, seconds=seconds, usual={})
    return " ".join(stage.state for stage in found)


@pytest.mark.parametrize(
    ("phase", "seconds", "report", "expected"),
    [
        ("", {}, {"status": "pending"}, "later later later later later"),
        ("connecting", {}, {}, "current later later later later"),
        ("waiting", FETCHED, {}, "done done current later later"),
        ("importing", ALL, {}, "done done done done current"),
        ("importing", ALL, {"status": "completed", "phase": "importing"}, "done " * 5),
        (
            "downloading",
            FETCHED,
            {"status": "completed", "reason": "file_unchanged", "phase": "downloading"},
            "done done skipped skipped skipped",
        ),
        (
            "connecting",
            {"connecting": 1.0},
            {"status": "failed", "reason": "refused", "phase": "connecting"},
            "failed later later later later",
        ),
        (
            "validating",
            dict.fromkeys(("connecting", "downloading", "parsing", "validating"), 1.0),
            {"status": "failed", "reason": "no_students", "phase": "validating"},
            "done done done failed later",
        ),
        ("importing", ALL, {"status": "held", "reason": "held", "phase": "importing"},
         "done done done done held"),
        (
            "parsing",
            {**FETCHED, "parsing": 1.0},
            {"status": "failed", "reason": "cancelled", "phase": "parsing"},
            "done done stopped later later",
        ),
        ("downloading", {}, {"status": "failed", "reason": "interrupted"},
         "later failed later later later"),
    ],
)  # fmt: skip
def test_only_a_step_that_ran_is_done_and_the_failed_one_says_so(
    phase: str, seconds: Mapping[str, float], report: dict[str, Any], expected: str
) -> None:
    assert states(phase, seconds, **report) == expected.strip()


def at(phase: str, done: int = 0, total: int | None = None) -> Any:
    from rollbook.records.queries.progress import JobProgress

    return JobProgress(phase, done, total, {}, datetime.now(UTC), False)


@pytest.mark.parametrize("is_of_server", [True, False])
def test_the_bar_over_all_steps_never_goes_back(is_of_server: bool) -> None:
    from rollbook.web.pages.imports.progress import percent_of_all
    from rollbook.web.pages.imports.sentences import PHASES, PHASES_OF_A_SERVER

    names = list(PHASES_OF_A_SERVER if is_of_server else PHASES)
    names.insert(names.index("parsing"), "waiting")
    shown = [percent_of_all("", None, is_of_server=is_of_server)]
    for place, name in enumerate(names):
        before = names[:place]
        for done in (0, 50, 100, 130):
            found = at(name, done, 100) if name != "waiting" else at(name)
            found = replace(found, seconds={"arriving": 100.2} if "arriving" in before else {})
            shown.append(percent_of_all(name, found, is_of_server=is_of_server))
    assert shown == sorted(shown)
    assert (shown[0], shown[-1]) == (0, 99)
    assert len(set(shown)) > 10


def test_a_step_that_begins_once_more_takes_nothing_from_the_bar() -> None:
    from rollbook.records.queries.progress import JobProgress
    from rollbook.web.pages.imports.progress import percent_of_all

    again = JobProgress(
        "arriving", 1, 10, {}, datetime.now(UTC), False, found=FoundSoFar(furthest=0.9)
    )
    assert percent_of_all("arriving", again, is_of_server=True) == percent_of_all(
        "arriving", at("arriving", 9, 10), is_of_server=True
    )


def test_a_wait_of_a_minute_is_most_of_the_bar_and_one_that_is_cut_short_takes_nothing_back() -> (
    None
):
    from rollbook.web.pages.imports.progress import percent_of_all

    waiting = percent_of_all("arriving", at("arriving", 42, 60), is_of_server=True)
    assert 45 <= waiting <= 70
    skipped = replace(at("downloading", 0, 100), seconds={"arriving": 42.0})
    assert percent_of_all("downloading", skipped, is_of_server=True) >= waiting
    assert percent_of_all("downloading", at("downloading"), is_of_server=True) == 5


def test_how_far_the_running_step_is_is_said_of_how_much() -> None:
    from rollbook.web.pages.imports.progress import done_so_far

    assert done_so_far(at("validating", 500_000, 2_000_000)) == "500 KB of 2.0 MB read and checked."
    assert done_so_far(at("downloading", 9_000)) == "9,000 bytes downloaded."
    assert done_so_far(at("arriving", 1, 5)) == "Watched for 1 second."
    assert done_so_far(at("importing", 1, 5)) == "Part 2 of 5."
    assert done_so_far(at("importing", 5, 5)) == "Part 5 of 5."
    assert done_so_far(at("parsing", 1, 5)) == done_so_far(None) == ""


def test_each_step_has_words_in_the_log_wherever_the_file_came_from() -> None:
    from rollbook.core.events import Phase
    from rollbook.records.log_words import log_words

    assert all(log_words(phase.value) != phase.value for phase in Phase)
    assert log_words("File found: 9 KB.") == "File found: 9 KB."


def test_a_file_that_is_only_checked_is_called_a_check_from_its_start_to_its_end() -> None:
    from rollbook.records.queries.jobs import JobView
    from rollbook.web.pages.imports.sentences import announcement
    from rollbook.web.pages.result_words import kind_words

    checked = JobView(1, "sis", "x", None, None, Report(dry_run=True))
    asked: dict[str, Any] = {"step": 0, "steps": 5, "title": "", "percent": None}
    assert kind_words(replace(checked, rehearses=datetime.now(UTC))) == "Rehearsal"
    assert (kind_words(checked), kind_words(replace(checked, report=Report()))) == (
        "Check",
        "Import",
    )
    over = replace(checked, report=Report(dry_run=True, status="completed"))
    assert announcement(over, **asked) == "The check has ended."
