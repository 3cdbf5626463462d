"""A run whose sign of life does not get through ends itself, before another takes its place."""

import signal
import time
from collections.abc import Iterator
from io import BytesIO

import pytest

from rollbook.core.events import Phase, Progress
from rollbook.core.issues import Findings, SpooledIssues
from rollbook.core.report import Report

pytestmark = pytest.mark.usefixtures("records")


class Ended(BaseException):
    """The process was told to end."""


@pytest.fixture
def told_to_end() -> Iterator[None]:
    def end(signum: int, frame: object) -> None:
        raise Ended

    before = signal.signal(signal.SIGTERM, end)
    yield
    signal.signal(signal.SIGTERM, before)


def started() -> int:
    from rollbook.records.database import connect
    from rollbook.records.models import JobInput
    from rollbook.records.operations.jobs import start_job
    from rollbook.records.queries.feeds import feed_by_name

    with connect(autocommit=True) as connection:
        feed = feed_by_name("files")
        return start_job(connection, feed, JobInput.for_feed(feed, started_by="test"))


def test_a_number_larger_than_the_table_holds_does_not_silence_a_run() -> None:
    from rollbook.automation.progress_reporter import Heartbeat
    from rollbook.records.queries.progress import progress_of

    job = started()
    with Heartbeat(job, Report(), Findings(SpooledIssues(BytesIO()))) as heartbeat:
        heartbeat.listen(Progress(Phase.DOWNLOADING, 1 << 70, (1 << 64) - 1))
        deadline = time.monotonic() + 60
        while (found := progress_of(job)) is None or not found.total:
            assert time.monotonic() < deadline
            time.sleep(0.05)
    assert found.total == (1 << 63) - 1


def test_what_cannot_be_shown_meanwhile_does_not_silence_a_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from rollbook.automation import progress_reporter as module
    from rollbook.records.queries.progress import progress_of

    def broken(causes: object) -> tuple[()]:
        raise KeyError

    monkeypatch.setattr(module, "most_telling", broken)
    job = started()
    with module.Heartbeat(job, Report(), Findings(SpooledIssues(BytesIO()))) as heartbeat:
        heartbeat.listen(Progress(Phase.DOWNLOADING, 5, 10))
        deadline = time.monotonic() + 60
        while (found := progress_of(job)) is None or found.done != 5:
            assert time.monotonic() < deadline
            time.sleep(0.05)


def test_what_another_version_has_counted_is_not_known() -> None:
    from rollbook.records.found_so_far import FoundSoFar

    rows = {"good": 1, "with_warnings": 2, "rejected": 3}
    assert FoundSoFar.from_object({"rows": {"counted": 7}, "students": {}}) == FoundSoFar()
    assert FoundSoFar.from_object({"rows": rows | {"later": 7}}).rows is not None


def test_a_run_that_cannot_give_its_sign_of_life_ends(
    told_to_end: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rollbook.automation import progress_reporter as module
    from rollbook.records.database import connect

    monkeypatch.setattr(module, "LOST", 0.0)
    job = started()
    with connect() as connection:
        connection.execute("drop table rollbook.job_progress")
    findings = Findings(SpooledIssues(BytesIO()))
    with pytest.raises(Ended), module.Heartbeat(job, Report(), findings):
        time.sleep(60)
