"""What the OpenAPI document says beyond the routes themselves: every refusal, and examples."""

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any, Final

from rollbook.api.examples import ANSWERED, SENT
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
NEVER: Final[Mapping[int, frozenset[str]]] = {
    404: frozenset(
        (
            "list_feeds",
            "list_layouts",
            "get_health",
            "list_students",
            "search_students",
            "import_feeds",
            "import_layout",
            "get_school_year",
            "set_school_year",
            "rehearse_switch",
            "switch_year",
            "undo_switch",
        )
    ),
    409: frozenset(
        (
            "upload_address",
            "map_schools",
            "unmap_school",
            "set_school_year",
            "import_feeds",
            "search_students",
            "make_record",
        )
    ),
}
"""Status -> operations that do not answer with it."""

TEXT: Final = {"schema": {"type": "string"}}
HEADERS: Final = {
    401: {"WWW-Authenticate": {"description": "How to authorize.", **TEXT}},
    429: {"Retry-After": {"description": "Seconds to wait.", **TEXT}},
    503: {"Retry-After": {"description": "Seconds to wait.", **TEXT}},
}
LOCATION: Final = {"Location": {"description": "Where the import is read.", **TEXT}}


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
            if operation["operationId"] in NEVER.get(status, ()):
                continue
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
    if name in SENT:  # a form with a file has none
        _first(operation["requestBody"])["example"] = SENT[name]
    for status, answer in operation["responses"].items():
        if status.startswith("2"):
            _first(answer)["example"] = ANSWERED[name]
        if status == "202":
            answer["headers"] = LOCATION


def _first(part: dict[str, Any]) -> dict[str, Any]:
    """Return the content in the form that is named first."""
    found: dict[str, Any] = next(iter(part["content"].values()))
    return found
