"""What a caller reads of a job and its issues: no more than the pages show that person."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.http import HttpResponse
from ninja import Status

from rollbook.api.caller import Caller
from rollbook.core.issues import Issue
from rollbook.core.report import issue_objects
from rollbook.records.operations.disclosures import VIEWED, record_disclosure
from rollbook.records.outcome import Outcome
from rollbook.records.queries.change_lines import Change
from rollbook.records.queries.for_viewers import for_viewers
from rollbook.records.queries.jobs import JobView, job_by_number
from rollbook.records.queries.rehearsals import with_states
from rollbook.records.queries.schedules import next_attempts

WITHOUT_VALUES: Final[dict[str, Any]] = {"student_id": None, "column": None, "value": None}
WITHOUT_CHANGES: Final[dict[str, Any]] = {"student_id": None, "before": None, "after": None}
ISSUES_OF_A_JOB: Final = 20


def readable(caller: Caller, number: int) -> JobView:
    """Return as much of the job as the caller may read. Raises NoSuchJob."""
    found = job_by_number(number)
    return found if caller.sees_values else for_viewers(found)


def job_objects(caller: Caller, jobs: Sequence[JobView]) -> list[dict[str, Any]]:
    """Return the objects of a list of jobs."""
    promised = next_attempts([each.number for each in jobs if each.outcome is Outcome.FAILED])
    return [_job_object(caller, each, promised.get(each.number)) for each in with_states(jobs)]


def job_object(caller: Caller, job: JobView) -> dict[str, Any]:
    """Return the object of `--json`, without its issues, and what a list of jobs needs besides."""
    return job_objects(caller, [job])[0]


def _job_object(caller: Caller, job: JobView, next_attempt_at: datetime | None) -> dict[str, Any]:
    view = job if caller.sees_values else for_viewers(job)
    return view.report.as_object(view.number) | {
        "feed": view.feed,
        "outcome": view.outcome.value,
        "started_by": view.started_by,
        "started_at": view.started_at,
        "ended_at": view.ended_at,
        "next_attempt_at": next_attempt_at,
        "rehearses": view.rehearses,
        "in_advance": view.in_advance or None,
    }


def begun(response: HttpResponse, job: int) -> "Status[dict[str, Any]]":
    """Return the answer that an import waits for a worker, with where it is read."""
    response["Location"] = f"/api/admin/import/jobs/{job}"
    return Status(202, {"job": job, "status": "pending"})


def issue_views(caller: Caller, job: JobView, issues: Iterable[Issue]) -> list[dict[str, Any]]:
    """Return issues as `issue_list` writes them, and record it where there are values in them."""
    found = [dict(each) for each in issue_objects(issues, _file(caller, job))]
    if not caller.sees_values:
        return [each | WITHOUT_VALUES for each in found]
    if found:
        disclose(caller, f"job {job.number}", what="rows with problems")
    return found


def _file(caller: Caller, job: JobView) -> Mapping[str, Any]:
    """Return what the report says of the file; its names are for those who see values."""
    return job.report.file if caller.sees_values else {}


def change_views(caller: Caller, job: JobView, lines: Sequence[Change]) -> list[dict[str, Any]]:
    """Return lines of a change record, and record it where there are values in them."""
    found = [line.as_object(_file(caller, job)) for line in lines]
    if not caller.sees_values:
        return [each | WITHOUT_CHANGES for each in found]
    if found:
        disclose(caller, f"job {job.number}", what="what changed")
    return found


def disclose(
    caller: Caller,
    subject: str,
    *,
    what: str,
    action: str = VIEWED,
    students: Sequence[int] = (),
) -> None:
    """Record, before they are sent, that the caller is shown students' values."""
    record_disclosure(caller.actor, action, subject=subject, what=what, students=students)
