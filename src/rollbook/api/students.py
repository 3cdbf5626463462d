"""Students as programs read them: page by page, found, one with lineage, one as a record.

No address holds anything of a student but the number of the row.
"""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Any, Final

from django.http import HttpRequest
from ninja import Query, Router

from rollbook.access.scopes import Scope
from rollbook.api.caller import caller_of
from rollbook.api.cursors import cursor_after, place_of
from rollbook.api.problems import Problem
from rollbook.api.questions import Cursor, Limit, TrueOrFalse
from rollbook.api.rules import needs
from rollbook.api.student_schemas import (
    FieldHistory,
    FoundPage,
    OneStudent,
    RecordOut,
    RequestIn,
    SearchIn,
    StudentPage,
)
from rollbook.api.views import disclose
from rollbook.records.district import district_zone
from rollbook.records.operations.student_records import make_record
from rollbook.records.operations.student_search import bring_up_to_date
from rollbook.records.queries.as_of import dated_object, dates_of, old_values
from rollbook.records.queries.lineage import NoSuchStudent, StudentLineage, lineage_by_number
from rollbook.records.queries.student_search import (
    FoundStudent,
    StudentFilter,
    find_students,
    presence_of,
    student_with_id,
)
from rollbook.records.queries.students import students_after

router = Router(tags=["Students"])

ON_RECORD: Final = "Seeing values of students is on record in the audit log."
LONGEST_KEY: Final = 2_147_483_647
LAST_PAGE: Final = 1_000_000


@router.get(
    "/students",
    **needs(Scope.STUDENTS),
    response=StudentPage,
    operation_id="list_students",
    summary="Students with their values",
    description=f"Those who have data. {ON_RECORD}",
)
def list_students(
    request: HttpRequest,
    school: Annotated[str, Query("", max_length=255, description="The whole name.")] = "",
    grade: Annotated[str, Query("", max_length=20)] = "",
    missing: Annotated[
        TrueOrFalse | None, Query(None, description="Whether a feed's file lacks them.")
    ] = None,
    limit: Limit = 25,
    cursor: Cursor = "",
) -> Any:
    place = place_of(cursor, parts=1)
    after = place[0] if place else 0
    found = students_after(after, limit=limit + 1, school=school, grade=grade, missing=missing)
    more = cursor_after(found[limit - 1].number) if len(found) > limit else None
    if found:
        # Who goes on to a second page takes more than a look: that has a line of its own.
        what = "students' values, page after page" if place else "students' values"
        disclose(caller_of(request), "students", what=what)
    old = old_values([each.number for each in found[:limit]], datetime.now(UTC))
    items = [asdict(each) | {"old": old.get(each.number, [])} for each in found[:limit]]
    return {"items": items, "next_cursor": more}


@router.post(
    "/students/search",
    **needs(Scope.STUDENTS),
    response=FoundPage,
    operation_id="search_students",
    summary="Find students by Student ID, by words and by filters",
    description="What is sought is in the body alone, and in no log. Without any condition nobody "
    f"is found. {ON_RECORD}",
)
def search_students(request: HttpRequest, body: SearchIn) -> Any:
    asked = StudentFilter(
        text=body.text,
        grade=body.grade,
        school=body.school,
        is_missing=body.missing,
        missing_since=body.missing_since,
        has_problems=body.problems,
    )
    place = place_of(body.cursor, parts=1)
    items, total, more = _found(asked, body, page=place[0] if place else 1)
    if items:
        numbers = [each.number for each in items]
        disclose(caller_of(request), "students", what="list", students=numbers)
    return {
        "items": [{name: each or None for name, each in asdict(item).items()} for item in items],
        "next_cursor": more,
        "total": total,
    }


@router.get(
    "/students/{int:number}",
    **needs(Scope.STUDENTS),
    response=OneStudent,
    operation_id="get_student",
    summary="One student: each value and where it came from",
    description=f"The number is that of a list or a search. {ON_RECORD}",
)
def get_student(request: HttpRequest, number: int) -> Any:
    student = _student(number)
    disclose(caller_of(request), f"student {number}", what="values and where they came from")
    return dated_object(student, dates_of(student, datetime.now(UTC))) | {
        "number": number,
        "as_of": student.imported_at,
        "presence": [each.as_object() for each in presence_of(number)],
    }


@router.get(
    "/students/{int:number}/fields/{str:field}",
    **needs(Scope.STUDENTS),
    response=FieldHistory,
    operation_id="get_field_history",
    summary="Every value that a field of a student has had, the newest first",
    description=f"Within what is kept. {ON_RECORD}",
)
def get_field_history(
    request: HttpRequest, number: int, field: str, limit: Limit = 25, cursor: Cursor = ""
) -> Any:
    place = place_of(cursor, parts=1)
    at = place[0] if place else 0
    values = _student(number).as_object()["values"]
    if field not in values:
        raise Problem(404, "no_such_field", "There is no such field. All are those of the student.")
    history = values[field]["history"]
    disclose(caller_of(request), f"student {number}", what="values and where they came from")
    more = cursor_after(at + limit) if len(history) > at + limit else None
    items = history[at : at + limit]
    return {"number": number, "field": field, "items": items, "next_cursor": more}


@router.post(
    "/students/{int:number}/record",
    **needs(Scope.STUDENTS),
    response=RecordOut,
    operation_id="make_record",
    url_name="make_record",
    summary="All that is held of one student, for the parent or court that asked",
    description="Each one is on record in the audit log with `requested_by`.",
)
def make_a_record(request: HttpRequest, number: int, body: RequestIn) -> Any:
    _check(number)
    made = make_record(
        actor=caller_of(request).actor,
        requested_by=body.requested_by,
        what="record over HTTP",
        number=number,
    )
    return made.as_object()


def _found(
    asked: StudentFilter, body: SearchIn, *, page: int
) -> tuple[list[FoundStudent], int, str | None]:
    """Return the students of a page, how many there are, and the cursor of the next page."""
    if body.student_id:
        if asked:
            fault = {"field": "student_id", "detail": "It is sought without anything else."}
            raise Problem(422, errors=[fault])
        student = student_with_id(body.student_id)
        return ([student], 1, None) if student else ([], 0, None)
    if asked.is_too_short:
        detail = "Send at least two letters or digits."
        raise Problem(422, errors=[{"field": "text", "detail": detail}])
    if not asked:
        return [], 0, None
    bring_up_to_date()
    found = find_students(
        asked,
        within=None,
        zone=district_zone(),
        page=min(max(1, page), LAST_PAGE),
        size=body.limit,
    )
    is_beyond = found.number < page  # the last page is not given twice
    more = cursor_after(found.number + 1) if found.has_next and not is_beyond else None
    return ([] if is_beyond else list(found.items)), found.total, more


def _student(number: int) -> StudentLineage:
    _check(number)
    found = lineage_by_number(number)
    if found is None:
        raise NoSuchStudent
    return found


def _check(number: int) -> None:
    if number > LONGEST_KEY:
        raise NoSuchStudent
