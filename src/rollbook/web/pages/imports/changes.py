"""What an import changed, or would have changed: students, with the values before and after."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from rollbook.access.permissions import for_administrators
from rollbook.core.file_set import place_in
from rollbook.core.folding import folded_words
from rollbook.core.loading.protection import NOT_PROTECTED
from rollbook.records.operations.student_search import bring_up_to_date
from rollbook.records.queries.change_lines import (
    NO_SCHOOL,
    OTHER_SCHOOLS,
    Change,
    ChangeCounts,
    ChangeFilter,
    FieldCounts,
    Kind,
    Part,
    Place,
)
from rollbook.records.queries.changes import change_record
from rollbook.records.queries.feeds import field_headers
from rollbook.records.queries.student_search import MOST_WORDS
from rollbook.transfers.csv_files import csv_response
from rollbook.web.pages.imports.shortcuts import job_or_404
from rollbook.web.query_parameters import text_of

SIZE: Final = 50
"""Lines of a page."""

SOUGHT: Final = "sought_in_changes"
"""Where the session keeps the words that are sought, and in which import."""
IS_SOUGHT: Final = "sought"
"""Of an address: words of the session are sought."""

COLUMNS: Final = (
    "row",
    "student_id",
    "last_name",
    "first_name",
    "what",
    "field",
    "before",
    "after",
    "before_by_another_hand",
)

WORDS: Final[Mapping[Kind, str]] = {
    Kind.NEW: "New student",
    Kind.MISSING: "No longer in the file",
    Kind.BACK: "Back in the file",
}
"""What a line says that is about a student, not about a value."""

PARTS: Final[Mapping[Part, str]] = {
    Part.VALUES: "Values of known students",
    Part.NEW: "New students",
    Part.MISSING: "No longer in the file",
    Part.BACK: "Back in the file",
    Part.MOVED: "In another school or grade",
    Part.BY_OTHERS: "Changed by someone else before",
}


@dataclass(frozen=True, slots=True)
class Sum:
    """Students of one field, or of one school in a field; `query` asks for them alone."""

    label: str
    query: str
    students: FieldCounts


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def job_changes(request: HttpRequest, number: int) -> HttpResponse:
    """The students, page by page. Numbers are on the first page alone."""
    found = job_or_404(number)
    if request.method == "POST":
        return _with_words(request, number)
    asked, place = changes_asked(request, number), _place(request)
    record, headers = change_record(number), field_headers()
    would = record is not None and not record.is_stored
    title = "What would change" if would else "What changed"
    context: dict[str, Any] = {"job": found, "record": record, "asked": asked, "title": title}
    if record is not None:
        lines = record.after(place, asked, limit=SIZE + 1)
        context |= {
            "lines": [line for _, line in lines[:SIZE]],
            "headers": headers,
            "words": WORDS,
            "not_protected": NOT_PROTECTED,
            "filter": _query(asked),
            "next": _query(asked, after=lines[SIZE - 1][0]) if len(lines) > SIZE else "",
            "is_continued": place is not None,
            "text": _text(request, number),
        }
        if place is None:
            counts = record.counts(found.report.changes, only=asked.field)
            context |= _numbers(counts or ChangeCounts(), asked, headers)
            context["is_counted"] = counts is not None
            context["fields"] = _by_header(record.fields, headers)
    return render(request, "imports/changes.html", context)


@require_safe
@for_administrators
def job_changes_csv(request: HttpRequest, number: int) -> HttpResponseBase:
    """All of it, or what a filter leaves, as a file."""
    file = job_or_404(number).report.file
    record = change_record(number)
    lines = record.every(changes_asked(request, number)) if record is not None else ()
    rows = (_cells(line, file) for line in lines)
    return csv_response(chain([COLUMNS], rows), f"import-{number}-changes.csv")


def changes_asked(request: HttpRequest, number: int) -> ChangeFilter:
    """Return the filter of a URL: names of fields and schools, nothing of a student. Words that are
    sought are in the session."""
    asked, words = _filter(request.GET), folded_words(_text(request, number))
    if words:
        bring_up_to_date()
    return replace(asked, words=words[:MOST_WORDS])


def _filter(given: QueryDict) -> ChangeFilter:
    part = given.get("part", "")
    return ChangeFilter(
        part=Part(part) if part in set(Part) else None,
        field=text_of(given, "field"),
        school=text_of(given, "school", limit=300),
    )


def _with_words(request: HttpRequest, number: int) -> HttpResponse:
    """Keep what is sought, a name perhaps, out of every address."""
    text = text_of(request.POST, "text", limit=255)
    request.session[SOUGHT] = {"job": number, "text": text}
    query = _query(replace(_filter(request.POST), words=folded_words(text)))
    return redirect(f"{reverse('job_changes', args=[number])}?{query}")


def _text(request: HttpRequest, number: int) -> str:
    """What is sought in this import, on a page that says so in its address."""
    kept = request.session.get(SOUGHT, {})
    return kept.get("text", "") if IS_SOUGHT in request.GET and kept.get("job") == number else ""


def _place(request: HttpRequest) -> Place | None:
    parts = request.GET.get("after", "").split(".")
    if len(parts) != len(Place._fields) or not all(
        part.isascii() and part.isdigit() and len(part) < 10 for part in parts
    ):
        return None
    return Place(*map(int, parts))


def _query(asked: ChangeFilter, after: Place | None = None) -> str:
    given = {
        "part": asked.part.value if asked.part else "",
        "field": asked.field,
        "school": asked.school,
        IS_SOUGHT: "1" if asked.words else "",
        "after": ".".join(map(str, after)) if after else "",
    }
    return urlencode({name: value for name, value in given.items() if value})


def _numbers(
    counts: ChangeCounts, asked: ChangeFilter, headers: Mapping[str, str]
) -> dict[str, Any]:
    """Return the numbers of the filter's school, or of all; of one field school by school."""
    of_students = {
        "new": counts.new,
        "missing": counts.missing,
        "back": counts.back,
        "by_others": counts.by_others,
    }
    schools = {*chain(*counts.fields.values(), *of_students.values())}
    return {
        "sums": _schools(counts, asked) if asked.field else _fields(counts, asked, headers),
        "schools": sorted(name or NO_SCHOOL for name in schools - {OTHER_SCHOOLS}),
        "parts": {
            part: (
                words,
                _of_school(of_students.get(part.value, {}), asked),
                _query(ChangeFilter(part=part, school=asked.school)),
            )
            for part, words in PARTS.items()
        },
    }


def _fields(counts: ChangeCounts, asked: ChangeFilter, headers: Mapping[str, str]) -> Sequence[Sum]:
    found = []
    for name, by_school in counts.fields.items():
        chosen = [
            students
            for school, students in by_school.items()
            if asked.school in ("", school or NO_SCHOOL)
        ]
        query = _query(ChangeFilter(field=name, school=asked.school))
        found.append(Sum(headers.get(name, name), query, _together(chosen)))
    found.sort(key=lambda each: (-each.students.total, each.label))
    return [each for each in found if each.students.total]


def _schools(counts: ChangeCounts, asked: ChangeFilter) -> Sequence[Sum]:
    by_school = counts.fields.get(asked.field, {})
    return [
        _school(name, asked, by_school[name])
        for name in sorted(by_school, key=lambda each: (each in ("", OTHER_SCHOOLS), each))
        if asked.school in ("", name or NO_SCHOOL)
    ]


def _school(name: str, asked: ChangeFilter, students: FieldCounts) -> Sum:
    """Those that were not counted one by one cannot be asked for."""
    if name == OTHER_SCHOOLS:
        return Sum("All other schools", "", students)
    query = _query(ChangeFilter(field=asked.field, school=name or NO_SCHOOL))
    return Sum(name or "No school", query, students)


def _together(found: Sequence[FieldCounts]) -> FieldCounts:
    return FieldCounts(
        sum(each.filled for each in found),
        sum(each.changed for each in found),
        sum(each.cleared for each in found),
    )


def _of_school(by_school: Mapping[str, int], asked: ChangeFilter) -> int:
    return sum(
        students for name, students in by_school.items() if asked.school in ("", name or NO_SCHOOL)
    )


def _by_header(names: Sequence[str], headers: Mapping[str, str]) -> list[tuple[str, str]]:
    return sorted(((name, headers.get(name, name)) for name in names), key=lambda each: each[1])


def _cells(line: Change, file: Mapping[str, Any]) -> tuple[Any, ...]:
    row = line.row and place_in(line.row, file)
    student = (row, line.student_id, line.last_name, line.first_name)
    by_others = "yes" if line.is_by_others else ""
    return (*student, line.kind.value, line.field, line.before, line.after, by_others)
