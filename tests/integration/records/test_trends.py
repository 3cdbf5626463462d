"""The last 30 days, and the two rates that the district is promised."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

NOW = datetime(2026, 11, 24, 20, tzinfo=UTC)
ZONE = ZoneInfo("America/Los_Angeles")


@pytest.fixture
def ended(records: str) -> Any:
    from rollbook.core.report import Counts, Report
    from rollbook.records.models import JOB_TYPE, Job

    def write(
        hours: float,
        total: int = 0,
        rejected: int = 0,
        *,
        updated: object = 0,
        inserted: int = 0,
        reason: str | None = None,
        dry_run: bool = False,
    ) -> None:
        at = NOW - timedelta(hours=hours)
        report = Report(status="failed" if reason else "completed", reason=reason)
        report.stored = reason is None and not dry_run
        report.counts = Counts(total=total, rejected=rejected, inserted=inserted)
        Job.objects.create(
            job_type=JOB_TYPE,
            status=report.status,
            created_at=at,
            completed_at=at,
            input_data={"feed": "sis", "feed_id": 1, "dry_run": dry_run},
            output_data={"report": _with_updated(report.as_object(None), updated)},
        )

    return write


def _with_updated(report: Any, updated: object) -> Any:
    report["counts"]["updated"] = updated
    return report


def test_days_are_those_of_the_districts_clock(ended: Any) -> None:
    from rollbook.records.queries.trends import trend

    ended(13, 100)  # 11 PM of the day before, in Los Angeles
    ended(2, 120, 3)
    ended(1, 90)
    days = trend(NOW, ZONE)
    assert len(days) == 30
    assert (days[-1].records, days[-1].rejected, days[-1].completed) == (120, 3, 2)
    assert (days[-2].records, days[-3].records) == (100, None)


def test_new_and_updated_students_of_a_day_are_those_of_all_stored_imports(ended: Any) -> None:
    from rollbook.records.queries.trends import trend

    ended(1, 100, updated=25, inserted=5)
    ended(2, 100, updated=12)
    ended(3, 100, updated=500, dry_run=True)
    ended(30, 100, updated="many")  # another program may have written anything
    ended(54, 100, updated=-(10**30))
    ended(78, reason="bad_credentials")
    days = trend(NOW, ZONE)
    assert [day.updated for day in days[-5:]] == [None, None, 0, None, 42]


def test_rates_count_neither_checks_nor_what_was_stopped(ended: Any) -> None:
    from rollbook.records.queries.trends import error_rate, success_rate, trend

    ended(1, 1_000, 5)
    ended(2, 1_000, 0)
    ended(3, reason="bad_credentials")
    ended(4, reason="cancelled")
    ended(5, 1_000, 500, dry_run=True)
    ended(24 * 40, 1_000, 900)
    days = trend(NOW, ZONE)
    success, error = success_rate(days), error_rate(days)
    assert (success.part, success.whole) == (2, 3)
    assert (error.part, error.whole, error.percent) == (5, 2_000, 0.25)


def test_without_imports_there_is_no_rate(records: str) -> None:
    from rollbook.records.queries.trends import error_rate, success_rate, trend

    assert success_rate(trend(NOW, ZONE)).percent is None
    assert error_rate(trend(NOW, ZONE)).percent is None
