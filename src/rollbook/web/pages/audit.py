"""The audit log: who did what, when, to what, before and after."""

from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from rollbook.access.permissions import for_administrators
from rollbook.records.district import district_zone
from rollbook.records.queries.audit_chain import AuditBroken, Export, verify
from rollbook.records.queries.history import AuditFilter, every_audit_event, find_audit_events
from rollbook.transfers.attachments import attachment
from rollbook.transfers.csv_files import csv_response
from rollbook.web.pages.audit_words import WORDS, action_words, changes_text
from rollbook.web.query_parameters import day_of, filters_set, page_of, text_of, without_page

COLUMNS = ("at", "who", "what", "in words", "object", "changes", "from where")


@require_safe
@for_administrators
def audit(request: HttpRequest) -> HttpResponse:
    asked = _asked(request)
    page = find_audit_events(asked, zone=district_zone(), page=page_of(request.GET))
    context = {
        "page": page,
        "asked": asked,
        "actions": sorted(WORDS.items(), key=lambda each: each[1]),
        "filters_set": filters_set(request.GET, besides="q"),
        "query": without_page(request.GET),
    }
    is_part = request.headers.get("HX-Target") == "results"
    return render(request, "audit/_results.html" if is_part else "audit/page.html", context)


@require_safe
@for_administrators
def audit_csv(request: HttpRequest) -> HttpResponseBase:
    asked = _asked(request)

    def rows() -> Any:
        yield COLUMNS
        for event in every_audit_event(asked, zone=district_zone()):
            yield (
                event.at,
                event.actor,
                event.action,
                action_words(event.action),
                event.subject,
                changes_text(event.before, event.after),
                event.origin,
            )

    return csv_response(rows(), "audit.csv")


@require_safe
@for_administrators
def audit_chain(request: HttpRequest) -> HttpResponseBase:
    """All events with their seals, one a line, for an auditor; the newest may not be sealed yet.

    Its name says where the audit was changed, before the first line is sent; its last line, too.
    """
    now = datetime.now(UTC)
    try:
        verify(now=now)
        name = "audit.txt"
    except AuditBroken:
        name = "audit-changed.txt"
    lines = (f"{line}\n" for line in Export(now))
    return attachment(lines, name, content_type="text/plain")


def _asked(request: HttpRequest) -> AuditFilter:
    """Return the filter of a URL; what cannot be understood is not asked."""
    query = request.GET
    return AuditFilter(
        text=text_of(query, "q"),
        person=text_of(query, "who"),
        action=text_of(query, "action"),
        since=day_of(query.get("since", "")),
        until=day_of(query.get("until", "")),
    )
