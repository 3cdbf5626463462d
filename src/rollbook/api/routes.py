"""The routes of the API together, what their errors become, and the addresses under /api/."""

from functools import cache
from typing import Any, Final

from django.db import Error as DatabaseError
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, re_path
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from rollbook.api import (
    advance,
    bucket_uploads,
    decisions,
    feed_care,
    feed_codes,
    feed_inbox,
    feeds_file,
    imports,
    jobs,
    layouts,
    row_fixes,
    school_year,
    schools,
    standing,
    students,
)
from rollbook.api.json_bodies import JsonBodies
from rollbook.api.openapi import DESCRIPTION, completed
from rollbook.api.problems import MOST_FAULTS, PREFIX, Problem, problem_of, problem_response
from rollbook.api.words import fault_in_words
from rollbook.core.errors import RollbookError
from rollbook.records.database import translated

VERSION: Final = "1"


class Api(NinjaAPI):
    """The API, whose document names every answer."""

    def get_openapi_schema(self, **_: Any) -> Any:
        """Return the OpenAPI document."""
        return openapi()


api = Api(
    title="Rollbook",
    version=VERSION,
    description=DESCRIPTION,
    urls_namespace="api",
    openapi_url="/openapi.json",
    docs_url=None,
    parser=JsonBodies(),
)
for _router in (
    imports.router,
    bucket_uploads.router,
    jobs.router,
    row_fixes.router,
    decisions.router,
    advance.router,
    feed_care.imports_router,
    standing.router,
    feed_care.feeds_router,
    feed_codes.router,
    feed_inbox.router,
    feeds_file.router,
    layouts.router,
    schools.router,
    school_year.router,
):
    api.add_router("/admin/import", _router)
api.add_router("", students.router)


@cache
def openapi() -> dict[str, Any]:
    """Return the document that describes the API."""
    return completed(dict(NinjaAPI.get_openapi_schema(api, path_prefix=PREFIX.lstrip("/"))))


@api.exception_handler(Problem)
def _problem(request: HttpRequest, problem: Any) -> Any:
    return problem_response(problem)


@api.exception_handler(RollbookError)
def _error(request: HttpRequest, error: Any) -> Any:
    return problem_response(problem_of(error))


@api.exception_handler(DatabaseError)
def _database_error(request: HttpRequest, error: Any) -> Any:
    try:
        with translated():
            raise error
    except RollbookError as ours:
        return problem_response(problem_of(ours))


@api.exception_handler(HttpError)
def _unreadable(request: HttpRequest, error: Any) -> Any:
    told = error.__cause__  # what the reader of the body has found, where it is more than bad JSON
    return problem_response(told if isinstance(told, Problem) else Problem(error.status_code))


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: Any) -> Any:
    """Name what is wrong with each field, without what was sent in it."""
    faults = error.errors[:MOST_FAULTS]
    found = [{"field": _field(each), "detail": fault_in_words(each)} for each in faults]
    return problem_response(Problem(422, errors=found))


def _field(fault: Any) -> str:
    """Return the field as the caller names it: without the place that we read it from."""
    place, *parts = map(str, fault["loc"])
    return ".".join(parts[1:] if place == "body" else parts)[:200] or place


@csrf_exempt
def unknown(request: HttpRequest) -> HttpResponseBase:
    """Answer what no route is for."""
    return problem_response(Problem(404))


unknown.rule = "everyone"  # type: ignore[attr-defined]

_patterns, _app, _namespace = api.urls
URLS: Final[tuple[list[URLPattern | URLResolver], str, str]] = (
    [
        *(each for each in _patterns if getattr(each, "name", "") != "api-root"),
        re_path(r"^.*$", unknown, name="unknown"),
    ],
    _app,
    _namespace,
)
