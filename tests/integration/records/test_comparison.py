"""An import beside those before it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest


@pytest.fixture
def imported(records: str) -> Any:
    """Write an import that took so many seconds, with issues of these codes; return its view."""
    from rollbook.core.report import Report
    from rollbook.records.models import JOB_TYPE, IssueRow, Job
    from rollbook.records.operations.jobs import now
    from rollbook.records.queries.jobs import job_by_number

    def write(
        seconds: float,
        *codes: str,
        feed_id: int = 7,
        stored: bool = True,
        header: tuple[str, ...] = (),
    ) -> Any:
        report = Report(status="completed", stored=stored)
        report.seconds = {"validating": seconds / 2, "total": seconds}
        row = Job.objects.create(
            job_type=JOB_TYPE,
            status="completed",
            created_at=now(),
            started_at=now(),
            input_data={"feed": "sis", "feed_id": feed_id},
            output_data={"report": report.as_object(None), "header": header},
        )
        for code in codes:
            IssueRow.objects.create(job_id=row.pk, code=code, severity="error", message="So.")
        return job_by_number(row.pk)

    return write


def test_what_is_usual_is_the_median_of_the_feeds_last_ten_imports(imported: Any) -> None:
    from rollbook.records.queries.comparison import usual_seconds

    for seconds in (90.0, 10.0, 12.0, 14.0, 10.0, 12.0, 14.0, 10.0, 12.0, 14.0, 12.0):
        imported(seconds)  # the first is the eleventh from the end
    imported(500.0, feed_id=8)
    imported(500.0, stored=False)
    assert usual_seconds(imported(1.0)) == {"validating": 6.0, "total": 12.0}


def test_what_changed_unusually_is_told_by_field_and_school_beside_the_feeds_last_twenty(
    imported: Any,
) -> None:
    from rollbook.records.models import Feed, Job
    from rollbook.records.queries.unusual import earlier_changes
    from rollbook.records.unusual import unusual_changes

    feed = Feed(pk=7)

    def night(grade: int, **given: Any) -> Any:
        number: int = imported(1.0, **given).number
        row = Job.objects.get(pk=number)
        output = dict(row.output_data or {})
        output["changes"] = {"fields": {"grade": grade}, "updated": {"Oak": grade}}
        Job.objects.filter(pk=number).update(output_data=output)
        return unusual_changes(output["changes"], earlier_changes(feed, number))

    night(5000)  # the twenty-first from the end
    for _ in range(20):
        night(5)
    night(5000, feed_id=8)
    night(5000, stored=False)
    found = night(40)
    assert [(each.name, each.count, each.most) for each in found.fields] == [("grade", 40, 5)]
    assert [each.name for each in found.schools] == ["Oak"]
    assert not night(9)


def test_after_two_imports_nothing_is_usual_yet(imported: Any) -> None:
    from rollbook.records.queries.comparison import usual_seconds

    imported(10.0), imported(10.0)
    assert usual_seconds(imported(10.0)) == {}


def test_no_time_left_is_promised_where_imports_differ_much(imported: Any) -> None:
    from rollbook.records.queries.comparison import seconds_left, usual_seconds

    for seconds in (2.0, 10.0, 10.0):
        imported(seconds)
    job = imported(1.0)
    assert "total" not in usual_seconds(job)
    assert seconds_left(job, usual_seconds(job), datetime.now(UTC)) is None


def test_the_time_left_shrinks_and_is_never_below_nothing(imported: Any) -> None:
    from rollbook.records.queries.comparison import seconds_left

    job = imported(1.0)
    after = job.started_at + timedelta(seconds=20)
    assert seconds_left(job, {"total": 60.0}, after) == pytest.approx(40.0)
    assert seconds_left(job, {"total": 60.0}, after + timedelta(seconds=50)) is None


def test_new_is_what_the_import_before_did_not_have(imported: Any) -> None:
    from rollbook.records.queries.comparison import new_causes

    assert new_causes(imported(1.0, "BAD_GRADE")) is None
    assert new_causes(imported(1.0, "BAD_GRADE", "MISSING_ID")) == {("MISSING_ID", None)}


def test_a_problem_is_not_new_because_a_fix_it_file_came_between(imported: Any) -> None:
    from rollbook.records.queries.comparison import new_causes

    imported(1.0, "BAD_GRADE")
    imported(0.1, header=("Rollbook: row", "Rollbook: what to fix", "Student ID"))
    assert new_causes(imported(1.0, "BAD_GRADE", "MISSING_ID")) == {("MISSING_ID", None)}


def test_who_changed_the_settings_last_is_reported(imported: Any) -> None:
    from rollbook.records.operations import audit
    from rollbook.records.queries.comparison import last_change

    audit.record("ada@example.org", "feed.changed", subject="sis")
    audit.record("bea@example.org", "feed.changed", subject="other")
    job = imported(1.0)
    audit.record("cy@example.org", "feed.changed", subject="sis")
    change = last_change(job)
    assert change is not None and change.actor == "ada@example.org"
