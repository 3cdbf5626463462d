"""A student's record for a parent or a court: a page to print, or JSON.

It is made by POST, for each one is in the audit log with the person or court that asked for it.
"""

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from rollbook.access.permissions import for_administrators
from rollbook.core.catalogue.students import Catalogue
from rollbook.core.errors import RollbookError
from rollbook.records.district import TIME_ZONE, value_of
from rollbook.records.operations.student_records import (
    LONGEST_REQUEST,
    MadeRecord,
    make_record,
)
from rollbook.records.queries.feeds import field_headers, read_catalogue
from rollbook.records.queries.lineage import (
    NoSuchStudent,
    header_of,
    lineage_by_number,
)
from rollbook.records.queries.student_record import MOST_LINES, StudentRecord
from rollbook.web.error_texts import add_to_form
from rollbook.web.filled_again import sent_fields
from rollbook.web.pages.imports.undo import WHY
from rollbook.web.pages.students import values

PARTS: Final = {
    "undone": "undone imports",
    "kept_by_undo": "values that an undo left",
    "protected": "protected values",
    "problems": "problems",
    "copies": "records made before",
}
"""What the page calls the parts of which there may be too many."""


class RequestForm(forms.Form):
    """Who asked for the record; what it must be is judged where it is kept."""

    requested_by = forms.CharField(
        required=False,
        label="Requested by",
        help_text=(
            "Parent, student or court, and the date of the request. It's on the record, and in "
            "the audit log with your name."
        ),
        widget=forms.TextInput({"autocomplete": "off", "maxlength": LONGEST_REQUEST}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def student_record(request: HttpRequest, number: int) -> HttpResponse:
    """Ask who requested it; then make the record and note that."""
    found = lineage_by_number(number) if number <= values.LONGEST_KEY else None
    if found is None:
        raise Http404
    form = RequestForm(sent_fields(request))
    if request.method == "POST" and form.is_valid():
        is_json = "json" in request.POST
        try:
            made = make_record(
                actor=str(request.user),
                requested_by=form.cleaned_data["requested_by"],
                what="record as JSON" if is_json else "record to print",
                number=number,
            )
        except NoSuchStudent:
            raise Http404 from None
        except RollbookError as refused:
            add_to_form(form, refused)
        else:
            return _as_json(made) if is_json else _as_page(request, made)
    request.names_students = True  # type: ignore[attr-defined]
    context = {"student": found, "name": values.name_of(found), "form": form}
    return render(request, "students/record_form.html", context)


def _as_json(made: MadeRecord) -> HttpResponse:
    number = made.record.student.number
    answer = JsonResponse(made.as_object(), json_dumps_params={"indent": 2})
    answer["Content-Disposition"] = f'attachment; filename="student-{number}-record.json"'
    return answer


def _as_page(request: HttpRequest, made: MadeRecord) -> HttpResponse:
    record, catalogue, known = made.record, read_catalogue(), field_headers()
    context: dict[str, Any] = {
        "made": made,
        "record": record,
        "student": record.student,
        "name": values.name_of(record.student),
        "tables": _tables(record, catalogue),
        "undone": [(_header(each.field, known), each) for each in record.undone],
        "kept": [
            (_header(each.field, known) if each.field else "the student", WHY[each.why], each)
            for each in record.kept
        ],
        "protections": [(_header(each.field, known), each) for each in record.protections],
        "cut": [PARTS[part] for part in record.cut],
        "most": MOST_LINES,
        "zone": value_of(TIME_ZONE),
    }
    return render(request, "students/record.html", context)


def _tables(record: StudentRecord, catalogue: Catalogue) -> list[values.Area]:
    """Return every value in tables of one form: an assessment's results line by line."""
    student, dates = record.student, record.dates
    of_assessments = [
        values.Area(each.title, [line for measure in each.measures for line in measure.cells])
        for each in values.assessments(student, catalogue, dates)
    ]
    others = values.others_read(student, catalogue)
    return [
        *values.areas(student, catalogue, dates),
        *of_assessments,
        *([others] if others else []),
    ]


def _header(name: str, known: Mapping[str, str]) -> str:
    """What people call the field, or its name where its term is no longer known."""
    try:
        return header_of(name, known)
    except KeyError:
        return name
