"""Import history: filters in the URL, paged, as CSV."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from rollbook.access.permissions import for_members, is_administrator
from rollbook.records.district import district_zone
from rollbook.records.outcome import Outcome
from rollbook.records.queries.feeds import active_feeds
from rollbook.records.queries.for_viewers import for_viewers
from rollbook.records.queries.history import JobFilter, every_job, find_jobs
from rollbook.records.queries.job_notes import resolved_of
from rollbook.records.queries.jobs import JobView
from rollbook.transfers.csv_files import csv_response
from rollbook.web.pages.result_words import result_words
from rollbook.web.query_parameters import day_of, filters_set, page_of, text_of, without_page

COLUMNS = (
    "import", "kind", "started", "ended", "feed", "started by", "result", "reason", "file", "rows",
    "new", "updated", "unchanged", "rejected", "duplicates", "missing from file", "errors",
    "warnings",
)  # fmt: skip
WOULD_BE_HELD = "would_be_held"
"""As a result that is filtered by: rehearsals of files that their runs would hold."""


@require_safe
@for_members
def history(request: HttpRequest) -> HttpResponse:
    asked = asked_of(request)
    page = find_jobs(asked, zone=district_zone(), page=page_of(request.GET))
    context = {
        "page": replace(page, items=[_readable(request, job) for job in page.items]),
        "resolved": resolved_of([job.number for job in page.items]),
        "asked": asked,
        "outcomes": list(Outcome),
        "feeds": active_feeds(),
        "filters_set": filters_set(request.GET),
        "query": without_page(request.GET),
    }
    is_part = request.headers.get("HX-Target") == "results"
    return render(request, "history/_results.html" if is_part else "history/page.html", context)


@require_safe
@for_members
def history_csv(request: HttpRequest) -> HttpResponseBase:
    asked, zone = asked_of(request), district_zone()

    def rows() -> Any:
        yield COLUMNS
        yield from (_row(_readable(request, job)) for job in every_job(asked, zone=zone))

    return csv_response(rows(), "import-history.csv")


def asked_of(request: HttpRequest) -> JobFilter:
    """Return the filter of a URL; what cannot be understood is not asked.

    Nor is a file's name by who may not read it: the answer would tell it.
    """
    query = request.GET
    result, feed = query.get("result", ""), query.get("feed", "")
    return JobFilter(
        outcome=Outcome(result) if result in set(Outcome) else None,
        would_be_held=result == WOULD_BE_HELD,
        feed_id=int(feed) if feed.isascii() and feed.isdigit() and len(feed) < 10 else None,
        started_by=text_of(query, "by"),
        since=day_of(query.get("since", "")),
        until=day_of(query.get("until", "")),
        file_name=text_of(query, "file", limit=200) if is_administrator(request) else "",
        has_problems=query.get("problems") == "1",
    )


def _readable(request: HttpRequest, job: JobView) -> JobView:
    return job if is_administrator(request) else for_viewers(job)


def _kind(job: JobView) -> str:
    """What a run was: an import of a file, a fix of some rows of one, or neither."""
    if job.rehearses is not None:
        return "rehearsal"
    if job.report.dry_run:
        return "check"
    return "fix" if job.is_fix_it else "import"


def _row(job: JobView) -> tuple[Any, ...]:
    """Return a line; what was saved is blank where nothing was, so that sums are right."""
    report, counts = job.report, job.report.counts
    is_saved = report.stored and job.outcome is not Outcome.UNDONE
    saved = (
        counts.inserted,
        counts.updated,
        counts.unchanged,
        counts.rejected,
        counts.duplicates,
        counts.missing_from_file,
    )
    return (
        job.number,
        _kind(job),
        job.started_at,
        job.ended_at,
        job.feed,
        job.started_by,
        result_words(job),
        job.message.what,
        report.file.get("name"),
        counts.total,
        *(saved if is_saved else [None] * len(saved)),
        report.errors,
        report.warnings,
    )
