"""What the OpenAPI document says beyond the routes themselves: every refusal, and examples."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any, Final

from rollbook.api.problems import MEDIA_TYPE, REASONS
from rollbook.api.schemas import ProblemOut

DESCRIPTION: Final = (
    "Starts imports and reads their results. A program sends the token that an administrator has "
    "made for it as `Authorization: Bearer`. Whatever is refused is told as problem details (RFC "
    "9457); `reason` is a code that stays the same."
)

EVERYWHERE: Final = (400, 401, 403, 404, 406, 422, 429, 500, 503)
WITH_A_BODY: Final = (409, 413, 415)
"""Of routes that change something."""

TEXT: Final = {"schema": {"type": "string"}}
HEADERS: Final = {
    401: {"WWW-Authenticate": {"description": "How to authorize.", **TEXT}},
    429: {"Retry-After": {"description": "Seconds to wait.", **TEXT}},
    503: {"Retry-After": {"description": "Seconds to wait.", **TEXT}},
}
LOCATION: Final = {"Location": {"description": "Where the import is read.", **TEXT}}

BEGUN: Final = {"job": 12, "status": "pending"}
REASON: Final = {"reason": "The summer school's students are new."}
JOB: Final = {
    "job": 12,
    "feed": "sis",
    "status": "completed",
    "outcome": "with_warnings",
    "reason": None,
    "message": None,
    "phase": "importing",
    "dry_run": False,
    "stored": True,
    "started_by": "ada@example.org (token nightly)",
    "started_at": "2026-11-25T10:00:01Z",
    "ended_at": "2026-11-25T10:00:03Z",
    "next_attempt_at": None,
    "file": {"name": "students.csv", "size": 3596753, "kind": "delimited", "encoding": "utf-8"},
    "counts": {
        "total": 10000,
        "inserted": 0,
        "updated": 412,
        "unchanged": 9570,
        "rejected": 3,
        "duplicates": 15,
        "missing_from_file": 4,
    },
    "issues": {"errors": 3, "warnings": 31, "by_code": {"NOT_A_NUMBER": 3, "UNKNOWN_LEVEL": 31}},
    "columns_set_aside": [],
    "adoption": None,
    "seconds": {"downloading": 0.02, "importing": 0.3, "total": 0.7},
}
ISSUE: Final = {
    "row": 17,
    "student_id": None,
    "column": None,
    "field": "attendance_percentage",
    "code": "OUT_OF_RANGE",
    "severity": "error",
    "value": None,
    "message": "An attendance is from 0 to 100 %.",
}
SCHOOLS: Final = {
    "items": [
        {
            "name": "Oak",
            "students": 412,
            "state": "confirmed",
            "school_id": "17",
            "school": "Oak Elementary",
            "suggested": None,
        }
    ]
}
ADDRESS: Final = {
    "url": "https://rollbook-uploads.s3.us-west-2.amazonaws.com/",
    "fields": {"key": "q3VvYmsK", "policy": "eyJleHBpcmF0aW9uIjoi", "x-amz-signature": "9f2c"},
    "uploaded": "WyJxM1Z2WW1zSyIsInRva2VuIDMiXQ:1vNq2s:4kY",
}
SENT: Final = {
    "import_uploaded": {"feed": "files", "uploaded": ADDRESS["uploaded"], "file_name": "sis.csv"},
    "trigger_import": {"feed": "sis", "dry_run": False, "force": False},
    "approve_job": REASON,
    "discard_job": REASON,
    "map_schools": {"schools": {"Oak": "17", "Virtual Academy": None}},
    "unmap_school": {"name": "Oak"},
}
"""Operation -> an example of what is sent."""
ANSWERED: Final = {
    "trigger_import": BEGUN,
    "upload_file": BEGUN,
    "upload_address": ADDRESS,
    "import_uploaded": BEGUN,
    "approve_job": BEGUN,
    "cancel_job": JOB,
    "discard_job": JOB,
    "get_job": {**JOB, "issue_list": [ISSUE]},
    "list_jobs": {"items": [JOB], "next_cursor": "WzEyXQ"},
    "list_schools": SCHOOLS,
    "map_schools": SCHOOLS,
    "unmap_school": SCHOOLS,
    "list_issues": {"items": [ISSUE], "next_cursor": None},
}
"""Operation -> an example of its answer."""


def completed(document: dict[str, Any]) -> dict[str, Any]:
    """Return the document with every refusal, the scopes and the examples."""
    parts = document["components"]
    parts["schemas"]["Problem"] = ProblemOut.model_json_schema(
        ref_template="#/components/schemas/{model}"
    )
    parts["schemas"] |= parts["schemas"]["Problem"].pop("$defs")
    parts["responses"] = {f"Problem{status}": _refusal(status) for status in REASONS}
    for method, operation in operations(document):
        statuses = EVERYWHERE if method == "get" else (*EVERYWHERE, *WITH_A_BODY)
        answers = {str(status): answer for status, answer in operation["responses"].items()}
        for status in statuses:
            answers.setdefault(str(status), {"$ref": f"#/components/responses/Problem{status}"})
        operation["responses"] = dict(sorted(answers.items()))
        _name_scope(operation)
        _add_examples(operation)
    return document


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give every operation with its method in small letters."""
    for methods in document["paths"].values():
        yield from methods.items()


def _refusal(status: int) -> dict[str, Any]:
    reason, detail = REASONS[status]
    example = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
    found = {
        "description": detail,
        "content": {
            MEDIA_TYPE: {
                "schema": {"$ref": "#/components/schemas/Problem"},
                "example": example | {"reason": reason, "detail": detail},
            }
        },
    }
    return found | ({"headers": HEADERS[status]} if status in HEADERS else {})


def _name_scope(operation: dict[str, Any]) -> None:
    scope = operation["x-scope"]
    operation["security"] = [
        {name: [scope] if name == "Token" else [] for name in each}
        for each in operation["security"]
    ]
    said = f"Scope `{scope}`."
    described = operation.get("description")
    operation["description"] = f"{described} {said}" if described else said


def _add_examples(operation: dict[str, Any]) -> None:
    name = operation["operationId"]
    if name in SENT:
        operation["requestBody"]["content"]["application/json"]["example"] = SENT[name]
    for status, answer in operation["responses"].items():
        if status.startswith("2") and name in ANSWERED:
            answer["content"]["application/json"]["example"] = ANSWERED[name]
        if status == "202":
            answer["headers"] = LOCATION
