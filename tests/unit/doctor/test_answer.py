"""The page before a night begins with its answer: whether the imports can run."""

from datetime import UTC, datetime, timedelta

import pytest

from rollbook.doctor.answer import answer
from rollbook.doctor.finding import Finding, State

NOW = datetime(2026, 11, 28, 16, 0, tzinfo=UTC)
SIS = ("sis", NOW + timedelta(hours=10))
TESTS = ("tests", NOW + timedelta(hours=11))
OK, WARNING, FAILED = State.OK, State.WARNING, State.FAILED


def finding(state: State, name: str = "disk", feed: str = "") -> Finding:
    return Finding(name, state, "x", feed=feed)


@pytest.mark.parametrize(
    ("found", "runs", "state", "sentence", "detail"),
    [
        ([finding(OK)], [SIS], OK, "Tonight's imports can run.",
         "Everything is fine. Next is sis, 2:00 AM tomorrow."),
        ([finding(WARNING)], [SIS], WARNING, "Tonight's imports can run.",
         "1 thing to look at. Next is sis, 2:00 AM tomorrow."),
        ([finding(FAILED)], [SIS], FAILED, "Tonight's imports can't run.", "1 thing to look at."),
        ([finding(FAILED, "mail")], [SIS], WARNING, "Tonight's imports can run.",
         "1 thing to look at. Next is sis, 2:00 AM tomorrow."),
        ([finding(FAILED, "feed", "sis")], [SIS, TESTS], FAILED,
         "Tonight's import of sis can't run.", "1 thing to look at."),
        ([finding(FAILED, "feed", "sis"), finding(FAILED, "feed", "tests")], [SIS, TESTS], FAILED,
         "Tonight's imports can't run.", "2 things to look at."),
        ([finding(FAILED, "feed", "other")], [SIS], WARNING, "Tonight's imports can run.",
         "1 thing to look at. Next is sis, 2:00 AM tomorrow."),
        ([finding(OK)], [], WARNING, "No import is scheduled.", "Everything is fine."),
        ([finding(FAILED)], [], FAILED, "The next imports can't run.", "1 thing to look at."),
    ],
)  # fmt: skip
def test_the_answer_says_whether_they_can_run_and_how_much_there_is_to_look_at(
    found: list[Finding],
    runs: list[tuple[str, datetime]],
    state: State,
    sentence: str,
    detail: str,
) -> None:
    told = answer(found, runs, NOW)
    assert (told.state, told.sentence, told.detail) == (state, sentence, detail)


@pytest.mark.parametrize(
    ("hours", "which"),
    [(2, "Tonight's"), (16, "Tonight's"), (17, "The next"), (20, "The next"), (34, "The next")],
)
def test_only_what_runs_in_this_night_is_tonights(hours: int, which: str) -> None:
    runs = [("sis", NOW + timedelta(hours=hours))]
    assert answer([], runs, NOW).sentence == f"{which} imports can run."
