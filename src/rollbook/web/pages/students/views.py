"""Students: found by words and filters, and one with all values and where they came from.

What is sought is a student's name, so it is in no address: it is posted, kept in the session, and
the list is a page of its own, which can be reloaded and come back to.
"""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from rollbook.access.permissions import for_student_readers, schools_seen
from rollbook.core.catalogue.grades import GRADES
from rollbook.records.district import district_zone
from rollbook.records.operations.disclosures import VIEWED, record_disclosure
from rollbook.records.operations.student_search import bring_up_to_date
from rollbook.records.queries import coverage
from rollbook.records.queries.as_of import dates_of
from rollbook.records.queries.feeds import read_catalogue
from rollbook.records.queries.lineage import lineage_by_number
from rollbook.records.queries.protections import protections_of
from rollbook.records.queries.student_search import (
    StudentFilter,
    find_students,
    is_student_within,
    presence_of,
    problems_of,
    schools,
)
from rollbook.web.pages.students import for_staff, values
from rollbook.web.pages.students.charts import charts
from rollbook.web.query_parameters import day_of, filters_set, page_of, text_of

SOUGHT: Final = "students_sought"
"""Where the session keeps what was sought, until it ends."""

LACKING: Final = "students_lacking"
"""The same of a list that was opened from Data quality: it is no search of the person's own."""

OF_LACKING: Final = "list=lacking"


@require_http_methods(["GET", "HEAD", "POST"])
@for_student_readers
def students(request: HttpRequest) -> HttpResponse:
    """The search and what it found. Who is on the list that is shown is in the audit log.

    Staff see all students of their schools without a search, as there are not many.
    """
    within = schools_seen(request)
    given = request.POST if request.method == "POST" else request.GET
    is_lacking = given.get("list") == "lacking"
    if request.method == "POST":
        names = () if "clear" in request.POST else values.SEARCH_FIELDS
        request.session[LACKING if is_lacking else SOUGHT] = {
            name: text for name in names if (text := text_of(request.POST, name, limit=255))
        }
        address = reverse("students")
        return redirect(f"{address}?{OF_LACKING}" if is_lacking else address)
    kept = request.session.get(LACKING if is_lacking else SOUGHT, {})
    asked = _asked(kept)
    if within is not None:  # problems are the matter of those who mend imports
        asked = replace(asked, has_problems=False, without="")
    bring_up_to_date()
    page = None
    if (asked or within) and not asked.is_too_short:
        number = page_of(request.GET)
        page = find_students(asked, within=within, zone=district_zone(), page=number)
        if page.items:
            seen = [each.number for each in page.items]
            who = str(request.user)
            record_disclosure(who, VIEWED, subject="students", what="list", students=seen)
    context = {
        "asked": asked,
        "filters_set": filters_set(kept, besides="text"),
        "page": page,
        "query": OF_LACKING if is_lacking else "",
        "grades": GRADES,
        "schools": schools(within),
        "assessments": coverage.ASSESSMENTS,
        "term": coverage.current_term(timezone.now().astimezone(district_zone()).date()),
        "is_limited": within is not None,
        "has_no_school": within is not None and not within,
    }
    return render(request, "students/page.html", context)


@require_safe
@for_student_readers
def student(request: HttpRequest, number: int) -> HttpResponse:
    """One student, by the number of the row: an address holds no Student ID.

    Of a student of another school staff learn as little as of one who is not there.
    """
    within = schools_seen(request)
    is_seen = number <= values.LONGEST_KEY and is_student_within(number, within)
    found = lineage_by_number(number) if is_seen else None
    if found is None:
        raise Http404
    if within is not None:
        context = for_staff.context_of(found, timezone.now())
        return render(request, "students/for_staff.html", context)
    catalogue, now = read_catalogue(), timezone.now()
    dates = dates_of(found, now)
    context = {
        "student": found,
        "query": OF_LACKING if request.GET.get("list") == "lacking" else "",
        "name": values.name_of(found),
        "areas": values.areas(found, catalogue, dates),
        "place": values.place_of(found),
        "assessments": values.assessments(found, catalogue, dates),
        "others_read": values.others_read(found, catalogue),
        "charts": charts(found, catalogue, now=now.astimezone(district_zone())),
        "presence": presence_of(number),
        "problems": problems_of(number, found.student_id),
        "protections": protections_of(number, now=datetime.now(UTC)),
    }
    return render(request, "students/student.html", context)


def _asked(kept: Any) -> StudentFilter:
    """Return the filter that the session keeps; who lacks results, in the current term."""
    without = kept.get("without", "")
    term = (
        coverage.current_term(timezone.now().astimezone(district_zone()).date())
        if without
        else None
    )
    return StudentFilter(
        text=kept.get("text", "")[:100],
        grade=kept.get("grade", ""),
        school=kept.get("school", ""),
        is_missing=bool(kept.get("missing")),
        missing_since=day_of(kept.get("since", "")),
        has_problems=bool(kept.get("problems")),
        without=without if term and without in coverage.ASSESSMENTS else "",
        term=term.key if term else "",
    )
