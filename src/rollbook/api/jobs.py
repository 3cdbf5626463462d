"""Imports as programs read them: a list, one, and its issues, log, changes and fix-it file."""

from enum import StrEnum
from typing import Annotated, Any, Final

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from ninja import Query, Router

from rollbook.access.scopes import Scope
from rollbook.api.caller import caller_of
from rollbook.api.cursors import cursor_after, place_of
from rollbook.api.problems import Problem
from rollbook.api.questions import Cursor, Limit, Moment, TrueOrFalse
from rollbook.api.rules import needs
from rollbook.api.schemas import (
    ChangesOut,
    EventPage,
    IssuePage,
    JobPage,
    JobWithIssues,
)
from rollbook.api.views import (
    ISSUES_OF_A_JOB,
    change_views,
    disclose,
    issue_views,
    job_object,
    job_objects,
    readable,
)
from rollbook.core.issues import Severity
from rollbook.core.report import fix_it_name, fix_it_rows, nothing_to_fix
from rollbook.records.operations.disclosures import DOWNLOADED
from rollbook.records.queries.advance_decisions import advance_of
from rollbook.records.queries.change_lines import ChangeFilter, Place
from rollbook.records.queries.changes import change_record
from rollbook.records.queries.issues import (
    IssueFilter,
    has_rejected_rows,
    issues_after,
    issues_of,
    rejected_rows,
    row_errors,
)
from rollbook.records.queries.job_list import JobsAsked, Status, jobs_before
from rollbook.records.queries.jobs import job_events
from rollbook.transfers.csv_files import csv_response

router = Router(tags=["Imports"])

FIX_IT_FILE: Final = {
    "description": "The file.",
    "content": {"text/csv": {"schema": {"type": "string"}}},
}
ELSEWHERE: Final = {
    "description": "On AWS: the file is at the address in Location, for a minute.",
    "headers": {"Location": {"schema": {"type": "string"}}},
}


class SeverityIn(StrEnum):
    ERROR = "error"
    WARNING = "warning"


@router.get(
    "/jobs",
    **needs(Scope.READ, for_viewers=True),
    response=JobPage,
    operation_id="list_jobs",
    summary="List imports, the newest first",
)
def list_jobs(
    request: HttpRequest,
    feed: Annotated[str | None, Query(None, max_length=100)] = None,
    status: Annotated[Status | None, Query(None)] = None,
    dry_run: Annotated[TrueOrFalse | None, Query(None)] = None,
    since: Annotated[
        Moment | None, Query(None, description="ISO 8601; without a zone it is UTC.")
    ] = None,
    limit: Limit = 25,
    cursor: Cursor = "",
) -> Any:
    caller, place = caller_of(request), place_of(cursor, parts=1)
    asked = JobsAsked(feed=feed, status=status, dry_run=dry_run, since=since)
    found = jobs_before(place[0] if place else None, asked, limit=limit + 1)
    more = cursor_after(found[limit - 1].number) if len(found) > limit else None
    return {"items": job_objects(caller, found[:limit]), "next_cursor": more}


@router.get(
    "/jobs/{int:job}",
    **needs(Scope.READ, for_viewers=True),
    response=JobWithIssues,
    operation_id="get_job",
    summary="One import with its first issues",
)
def get_job(request: HttpRequest, job: int) -> Any:
    caller = caller_of(request)
    found = readable(caller, job)
    issues = issue_views(caller, found, issues_of(found.number, limit=ISSUES_OF_A_JOB))
    advance = advance_of(found)
    why = advance.obstacle if advance is not None else None
    return job_object(caller, found) | {"in_advance_obstacle": why, "issue_list": issues}


@router.get(
    "/jobs/{int:job}/issues",
    **needs(Scope.READ, for_viewers=True),
    response=IssuePage,
    operation_id="list_issues",
    summary="What is wrong with the file, in its order",
    description="Seeing values of students is on record in the audit log.",
)
def list_issues(
    request: HttpRequest,
    job: int,
    code: Annotated[str, Query("", max_length=50)] = "",
    severity: Annotated[SeverityIn | None, Query(None)] = None,
    limit: Limit = 25,
    cursor: Cursor = "",
) -> Any:
    caller, found = caller_of(request), place_of(cursor, parts=2)
    of = readable(caller, job)
    asked = IssueFilter(code=code, severity=Severity(severity.value) if severity else None)
    place = (found[0], found[1]) if found else None
    issues = issues_after(of.number, asked, place=place, limit=limit + 1)
    more = cursor_after(*issues[limit - 1][0]) if len(issues) > limit else None
    shown = issue_views(caller, of, [issue for _, issue in issues[:limit]])
    return {"items": shown, "next_cursor": more}


@router.get(
    "/jobs/{int:job}/log",
    **needs(Scope.READ, for_viewers=True),
    response=EventPage,
    operation_id="list_log",
    summary="What happened, line by line",
)
def list_log(request: HttpRequest, job: int, limit: Limit = 25, cursor: Cursor = "") -> Any:
    place = place_of(cursor, parts=1)
    number = readable(caller_of(request), job).number
    events = job_events(number, after=place[0] if place else 0, most=limit + 1)
    more = cursor_after(events[limit - 1].pk) if len(events) > limit else None
    items = [{"at": e.at, "kind": e.kind, "message": e.message} for e in events[:limit]]
    return {"items": items, "next_cursor": more}


@router.get(
    "/jobs/{int:job}/changes",
    **needs(Scope.READ, for_viewers=True),
    response=ChangesOut,
    operation_id="get_changes",
    summary="What it changes: how many students by field and school, and which",
    description="`items` are values of known students in the order of the file, and students who "
    "are new, missing or back; of a dry run and a held import, what would have changed. Seeing "
    "values of students is on record in the audit log.",
)
def get_changes(
    request: HttpRequest,
    job: int,
    field: Annotated[str, Query("", max_length=100)] = "",
    limit: Limit = 25,
    cursor: Cursor = "",
) -> Any:
    caller, place = caller_of(request), place_of(cursor, parts=3)
    found = readable(caller, job)
    kinds = ("fields", "updated", "inserted", "overwritten")
    numbers = {kind: found.report.changes.get(kind) or {} for kind in kinds}
    record = change_record(found.number)
    asked, after = ChangeFilter(field=field), Place(*place) if place else None
    lines = record.after(after, asked, limit=limit + 1) if record else []
    more = cursor_after(*lines[limit - 1][0]) if len(lines) > limit else None
    items = change_views(caller, found, [line for _, line in lines[:limit]])
    return {"job": found.number, **numbers, "items": items, "next_cursor": more}


@router.get(
    "/jobs/{int:job}/fixit",
    **needs(Scope.READ, extra={"responses": {200: FIX_IT_FILE, 303: ELSEWHERE}}),
    operation_id="get_fixit",
    summary="The rejected rows as CSV, each with what to fix",
    description="Needs the scope admin or students besides, and is on record in the audit log. On "
    "AWS a file above 4.2 MB is answered with 303 and an address in Location, which hands it out "
    "for a minute: follow it without the token.",
)
def get_fixit(request: HttpRequest, job: int) -> HttpResponseBase:
    caller = caller_of(request)
    if not caller.sees_values:
        caller.check(Scope.ADMIN)
    found = readable(caller, job)
    if not has_rejected_rows(found):
        raise Problem(404, "nothing_to_fix", nothing_to_fix(found.number))
    disclose(caller, f"job {found.number}", what="rejected rows as CSV", action=DOWNLOADED)
    number = found.number
    rows = fix_it_rows(
        found.report.header, rejected_rows(number), row_errors(number), found.report.file
    )
    return csv_response(rows, fix_it_name(number))
