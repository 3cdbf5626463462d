"""One import: what came of it, what to fix, its rows, its downloads."""

from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rollbook.access.permissions import for_administrators, for_members, is_administrator
from rollbook.access.sessions import in_background
from rollbook.core.catalogue.students import Catalogue
from rollbook.core.errors import UsageError
from rollbook.core.issues import Severity
from rollbook.core.report import undone_at
from rollbook.core.sources.errors import FileNotFound
from rollbook.core.sources.renamed_files import RENAMED
from rollbook.records.models import Feed
from rollbook.records.operations import queueing
from rollbook.records.outcome import Outcome
from rollbook.records.queries.changes import effect_of
from rollbook.records.queries.comparison import (
    before_and_after,
    last_change,
    new_causes,
    usual_seconds,
)
from rollbook.records.queries.decisions import decision_on
from rollbook.records.queries.feeds import headers_of, read_catalogue
from rollbook.records.queries.file_names import adopted_name, new_file_names, newest_file_names
from rollbook.records.queries.for_viewers import Listed, problems_for_viewers
from rollbook.records.queries.held_schools import school_lines
from rollbook.records.queries.inbox import inbox_of
from rollbook.records.queries.inbox_items import Inbox
from rollbook.records.queries.issues import (
    IssueFilter,
    find_issues,
    issue_groups,
    problems,
)
from rollbook.records.queries.jobs import JobView, job_events
from rollbook.records.queries.own_levels import digest, unknown_levels
from rollbook.records.queries.row_fixes import fixed_here
from rollbook.records.queries.schedules import attempts, next_attempt_at
from rollbook.records.queries.undone import why_undone
from rollbook.web.pages.imports import advance, progress, result, row_states, sentences
from rollbook.web.pages.imports.again import feed_to_ask, ways_to_import
from rollbook.web.pages.imports.decisions import expected_lines
from rollbook.web.pages.imports.limit_lines import limit_lines
from rollbook.web.pages.imports.note_form import NoteForm
from rollbook.web.pages.imports.note_form import context_of as note_form_context
from rollbook.web.pages.imports.shortcuts import feed_in_use, job_or_404, readable_job
from rollbook.web.query_parameters import page_of, text_of, without_page
from rollbook.web.reason_form import ReasonForm


@require_safe
@for_members
def job(request: HttpRequest, number: int) -> HttpResponse:
    """The page of one import: its progress while it runs, its result afterwards."""
    found = readable_job(request, number)
    if not found.outcome.is_over:
        decision = decision_on(found) if is_administrator(request) else None
        context = {**progress.context_of(found), "decision": decision}
        return render(request, "imports/progress.html", context)
    return job_page(request, found)


def job_page(
    request: HttpRequest, found: JobView, *, note_form: NoteForm | None = None
) -> HttpResponse:
    """The page of an import that is over; `note_form` with a note that was refused."""
    number, catalogue = found.number, read_catalogue()
    headers = headers_of(catalogue)
    listed: Listed = problems(number), new_causes(found)
    levels = unknown_levels(found) if is_administrator(request) else []
    if not is_administrator(request):
        listed = problems_for_viewers(*listed, headers=headers)
    feed, in_advance = feed_in_use(found), advance.context_of(found)
    has_server = feed is not None and bool(feed.host)
    is_by_hand = feed is not None and not has_server
    context = {
        "set_aside": [headers.get(name, name) for name in found.report.columns_set_aside],
        **result.context_of(found, headers=headers, is_administrator=is_administrator(request)),
        "problems": listed[0],
        **result.cause_and_others(found, listed[0]),
        "terms": [term.name.split() for term in catalogue.terms],
        "fields": sentences.changed_fields(found.report.changes, headers),
        "schools": sentences.changed_schools(found.report.changes),
        "overwritten": sum((found.report.changes.get("overwritten") or {}).values()),
        "unusual": sentences.unusual_lines(found, headers),
        "new_causes": listed[1],
        "levels": levels,
        "levels_seen": digest(levels),
        **(_held(found) if found.outcome is Outcome.NEEDS_REVIEW else {}),
        **in_advance,
        "usual": usual_seconds(found),
        "settings": sentences.settings_lines(found.report.rules, is_by_hand=is_by_hand),
        "last_change": last_change(found),
        "fixed_here": fixed_here(found),
        "effects": sentences.effects(found.report),
        "phases": sentences.phases_shown(found),
        "events": job_events(number),
        "attempts": attempts(number),
        **(ways_to_import(found) if is_administrator(request) else {}),
        "feed": feed if is_administrator(request) else None,
        "inbox": _inbox(feed, number, catalogue) if is_administrator(request) else None,
        **(_names(found, feed) if is_administrator(request) else {}),
        "can_import_again": feed_to_ask(found) is not None,
        "has_fields": has_server,
        "undone_at": undone_at(found.report),
        "why_undone": why_undone(number) if found.report.undone else "",
        **(_told_administrators(request, found, note_form) if is_administrator(request) else {}),
    }
    return render(request, "imports/import.html", context)


def _held(job: JobView) -> dict[str, Any]:
    """Return what a person needs to decide on a held import."""
    limits = limit_lines(job.report)
    return {
        "limits": limits,
        "beyond": [line for line in limits if line.is_beyond],
        "rosters": before_and_after(job),
        "school_lines": school_lines(job),
        "expected": expected_lines(job),
        "effect": effect_of(job),
        "reason_form": ReasonForm(),
    }


@in_background
@require_safe
@for_members
def job_progress(request: HttpRequest, number: int) -> HttpResponse:
    """The part of a running import's page that is asked for again and again."""
    found = readable_job(request, number)
    response = render(request, "imports/_progress.html", progress.context_of(found))
    # 286: htmx stops asking.
    response.status_code = 286 if found.outcome.is_over else 200
    return response


@require_safe
@for_administrators
def job_rows(request: HttpRequest, number: int) -> HttpResponse:
    """The rows with problems, with students' values: searchable, paged."""
    found, asked = job_or_404(number), issues_asked(request)
    page = find_issues(number, asked, page=page_of(request.GET))
    context = {
        "job": found,
        "asked": asked,
        "filters_set": bool(asked.code) + bool(asked.severity),
        "page": page,
        **row_states.context_of(found, page.items),
        "groups": issue_groups(number),
        "severities": list(Severity),
        "query": without_page(request.GET),
    }
    if request.headers.get("HX-Target") != "results":
        return render(request, "imports/rows.html", context)
    part = render(request, "imports/_rows.html", context)
    if request.headers.get("HX-Trigger") != "importing":  # which the page does without a person
        part["HX-Push-Url"] = f"{request.path}?{_kept_in_address(asked)}"
    return part


def _kept_in_address(asked: IssueFilter) -> str:
    """Return the filter as the browser's history keeps it: what is sought may be of a student."""
    chosen = {"code": asked.code, "column": asked.column, "severity": asked.severity or ""}
    return urlencode({name: value for name, value in chosen.items() if value})


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def job_cancel(request: HttpRequest, number: int) -> HttpResponse:
    """Ask first; then note the wish. The worker stops within two seconds and saves nothing.

    Of an import that has failed and is to be tried again, the next attempt is called off.
    """
    found = job_or_404(number)
    next_at = next_attempt_at(number)
    if found.outcome.is_over and next_at is None:
        return redirect("job", number)
    if request.method != "POST":
        return render(request, "imports/cancel.html", {"job": found, "next_at": next_at})
    with suppress(UsageError):  # it has ended in the meantime; its page says how
        queueing.request_cancel(number, actor=str(request.user))
    return redirect("job", number)


@require_POST
@for_administrators
def job_no_wait(request: HttpRequest, number: int) -> HttpResponse:
    """Have the import take its file as it is, without waiting until it is complete."""
    job_or_404(number)
    with suppress(UsageError):  # it no longer waits
        queueing.skip_wait(number, actor=str(request.user))
    return redirect("job", number)


def issues_asked(request: HttpRequest) -> IssueFilter:
    """Return the filter of a URL."""
    severity = request.GET.get("severity", "")
    return IssueFilter(
        code=text_of(request.GET, "code", limit=50),
        column=request.GET.get("column", "").replace("\0", "")[:500],
        severity=Severity(severity) if severity in set(Severity) else None,
        text=text_of(request.GET, "q"),
    )


def _can_resume(job: JobView) -> bool:
    """Whether the undo of the import has turned the schedule of its feed off, and it still is."""
    was_on = job.report.undone is not None and job.report.undone.get("paused")
    feed = feed_to_ask(job) if was_on else None
    return feed is not None and not feed.schedule.get("is_on")


def _told_administrators(
    request: HttpRequest, found: JobView, note_form: NoteForm | None
) -> dict[str, Any]:
    return {
        "can_resume": _can_resume(found),
        "decision": decision_on(found),
        **note_form_context(request, found, note_form),
    }


def _names(job: JobView, feed: Feed | None) -> dict[str, Any]:
    """Return the names that wait for a decision, where this run or a later one saw them, and the
    one that was adopted and not imported yet."""
    is_missing = job.report.reason == FileNotFound.reason
    if feed is None or not (is_missing or job.report.by_code.get(RENAMED)):
        return {}
    adopted = adopted_name(feed)
    return {
        "new_names": [each for each in new_file_names(feed) if each.job_id >= job.number],
        "newest_files": [each for each in newest_file_names(feed) if each.job_id >= job.number],
        "adopted": adopted if adopted and adopted.job_id >= job.number else None,
    }


def _inbox(feed: Feed | None, job: int, catalogue: Catalogue) -> Inbox | None:
    return inbox_of(feed, of_import=job, catalogue=catalogue) if feed else None
