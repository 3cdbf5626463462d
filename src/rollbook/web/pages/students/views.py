"""Students: found by words and filters, and one with all values and where they came from.

What is sought is a student's name, so it is in no address: it is posted, kept in the session, and
the list is a page of its own, which can be reloaded and come back to.
"""

from datetime import UTC, datetime
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from rollbook.access.permissions import for_administrators
from rollbook.core.catalogue.grades import GRADES
from rollbook.records.district import district_zone
from rollbook.records.operations.disclosures import VIEWED, record_disclosure
from rollbook.records.operations.student_search import bring_up_to_date
from rollbook.records.queries.feeds import read_catalogue
from rollbook.records.queries.lineage import lineage_by_number
from rollbook.records.queries.protections import protections_of
from rollbook.records.queries.student_search import (
    StudentFilter,
    find_students,
    presence_of,
    problems_of,
    schools,
)
from rollbook.web.pages.students import values
from rollbook.web.query_parameters import day_of, page_of, text_of

SOUGHT: Final = "students_sought"
"""Where the session keeps what was sought, until it ends."""

LONGEST_KEY: Final = 2_147_483_647


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def students(request: HttpRequest) -> HttpResponse:
    """The search and what it found. Who is on the list that is shown is in the audit log."""
    if request.method == "POST":
        names = () if "clear" in request.POST else values.SEARCH_FIELDS
        request.session[SOUGHT] = {
            name: text for name in names if (text := text_of(request.POST, name, limit=255))
        }
        return redirect("students")
    asked = _asked(request.session.get(SOUGHT, {}))
    bring_up_to_date()
    page = None
    if asked and not asked.is_too_short:
        page = find_students(asked, zone=district_zone(), page=page_of(request.GET))
        if page.items:
            seen = [each.number for each in page.items]
            who = str(request.user)
            record_disclosure(who, VIEWED, subject="students", what="list", students=seen)
    context = {"asked": asked, "page": page, "grades": GRADES, "schools": schools()}
    return render(request, "students/page.html", context)


@require_safe
@for_administrators
def student(request: HttpRequest, number: int) -> HttpResponse:
    """One student, by the number of the row: an address holds no Student ID."""
    found = lineage_by_number(number) if number <= LONGEST_KEY else None
    if found is None:
        raise Http404
    catalogue = read_catalogue()
    context: dict[str, Any] = {
        "student": found,
        "name": values.name_of(found),
        "areas": values.areas(found, catalogue),
        "assessments": values.assessments(found, catalogue),
        "presence": presence_of(number),
        "problems": problems_of(number, found.student_id),
        "protections": protections_of(number, now=datetime.now(UTC)),
    }
    return render(request, "students/student.html", context)


def _asked(kept: Any) -> StudentFilter:
    """Return the filter that the session keeps."""
    return StudentFilter(
        text=kept.get("text", "")[:100],
        grade=kept.get("grade", ""),
        school=kept.get("school", ""),
        is_missing=bool(kept.get("missing")),
        missing_since=day_of(kept.get("since", "")),
        has_problems=bool(kept.get("problems")),
    )
