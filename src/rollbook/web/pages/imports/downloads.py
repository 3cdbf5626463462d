"""What is downloaded of one import: its problems, its rejected rows to be corrected, its log."""

from datetime import datetime
from itertools import chain
from typing import Final
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from rollbook.access.permissions import for_administrators, for_members
from rollbook.core.report import fix_it_name, fix_it_rows, issue_objects, nothing_to_fix
from rollbook.records.district import district_zone
from rollbook.records.log_words import log_words
from rollbook.records.queries.issues import (
    every_issue,
    has_rejected_rows,
    rejected_rows,
    row_errors,
)
from rollbook.records.queries.jobs import job_events
from rollbook.transfers.csv_files import csv_response
from rollbook.web.pages.imports.shortcuts import job_or_404

ISSUE_COLUMNS: Final = (
    "row", "student_id", "column", "field", "code", "severity", "value", "message",
)  # fmt: skip


@require_safe
@for_administrators
def job_problems_csv(request: HttpRequest, number: int) -> HttpResponseBase:
    file = job_or_404(number).report.file
    columns = (*ISSUE_COLUMNS, "file") if file.get("files") else ISSUE_COLUMNS
    found = (issue_objects([issue], file)[0] for issue in every_issue(number))
    rows = (tuple(issue.get(column) for column in columns) for issue in found)
    return csv_response(chain([columns], rows), f"import-{number}-problems.csv")


@require_safe
@for_administrators
def job_fix_it(request: HttpRequest, number: int) -> HttpResponseBase:
    """The rejected rows with their reasons, to be corrected and uploaded."""
    found = job_or_404(number)
    if not has_rejected_rows(found):
        messages.info(request, nothing_to_fix(number))
        return redirect("job", number)
    rows = fix_it_rows(
        found.report.header, rejected_rows(number), row_errors(number), found.report.file
    )
    return csv_response(rows, fix_it_name(number))


@require_safe
@for_members
def job_log(request: HttpRequest, number: int) -> HttpResponse:
    job_or_404(number)
    zone = district_zone()
    lines = (
        f"{_log_time(event.at, zone)}  {log_words(event.message)}" for event in job_events(number)
    )
    response = HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="import-{number}.log"'
    return response


def _log_time(moment: datetime, zone: ZoneInfo) -> str:
    """Return the district's time with its zone: when clocks change, an hour comes twice."""
    return f"{moment.astimezone(zone):%m/%d/%Y %I:%M:%S %p %Z}"
