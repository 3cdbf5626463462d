"""Which of the application's schools the file's schools are, as an administrator says."""

from typing import Any

from django.http import HttpRequest
from ninja import Router

from rollbook.access.scopes import Scope
from rollbook.api.bodies import SchoolNameIn, SchoolsIn
from rollbook.api.caller import caller_of
from rollbook.api.rules import needs
from rollbook.api.school_schemas import SchoolList
from rollbook.records.operations.schools import map_schools, unmap_school
from rollbook.records.queries.schools import school_lines

router = Router(tags=["Schools"])


@router.get(
    "/schools",
    **needs(Scope.READ),
    response=SchoolList,
    operation_id="list_schools",
    summary="The schools that files have named, and what each is mapped to",
    description="Only inside the database of another application that has schools; elsewhere 404.",
)
def list_schools(request: HttpRequest) -> Any:
    return _list()


@router.post(
    "/schools/map",
    **needs(Scope.ADMIN),
    response=SchoolList,
    operation_id="map_schools",
    url_name="map_schools",
    summary="Let schools of the file mean schools of the application, all of them or none",
    description="Their students get that `school_id` from the next import.",
)
def map_them(request: HttpRequest, body: SchoolsIn) -> Any:
    map_schools(body.schools, actor=caller_of(request).actor)
    return _list()


@router.post(
    "/schools/unmap",
    **needs(Scope.ADMIN),
    response=SchoolList,
    operation_id="unmap_school",
    url_name="unmap_school",
    summary="Forget what a school of the file means",
    description="The `school_id` of its students stays as it is.",
)
def unmap(request: HttpRequest, body: SchoolNameIn) -> Any:
    unmap_school(body.name, actor=caller_of(request).actor)
    return _list()


def _list() -> dict[str, Any]:
    return {"items": [each.as_object() for each in school_lines()]}
