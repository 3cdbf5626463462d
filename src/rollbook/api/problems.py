"""What is wrong, as problem details (RFC 9457) with our reason codes; never a student's value."""

import json
from collections.abc import Callable, Collection, Mapping
from http import HTTPStatus
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.datastructures import MultiValueDict

from rollbook.core.errors import RollbookError, UsageError

MEDIA_TYPE: Final = "application/problem+json"
PREFIX: Final = "/api/"

REASONS: Final[Mapping[int, tuple[str, str]]] = {
    400: ("bad_request", "The request couldn't be understood."),
    401: ("not_signed_in", "Send a token in the header Authorization, or sign in."),
    403: ("forbidden", "The caller may not do this."),
    404: ("not_found", "There is nothing at this address."),
    405: ("method_not_allowed", "This address knows other methods; the header Allow names them."),
    406: (
        "not_acceptable",
        "What there is has another media type than the header Accept asks for.",
    ),
    409: ("conflict", "This contradicts the state of the import."),
    413: ("too_large", "The request is larger than is taken."),
    415: ("unsupported_media_type", "The body has another media type than this address takes."),
    422: ("invalid", "What was sent doesn't have the form that this address takes."),
    429: ("too_many_requests", "Too many requests. Wait as long as the header Retry-After says."),
    500: ("unforeseen", "Something went wrong on our side. Look at the import before you repeat."),
    503: ("unavailable", "Rollbook can't answer at the moment. Try again later."),
}
"""Status -> reason and detail where nothing more exact is known."""

STATUSES: Final[Mapping[str, int]] = {
    "no_such_job": 404,
    "no_such_feed": 404,
    "no_such_student": 404,
    "no_schools": 404,
    "unknown_layout": 404,
    "not_own_layout": 404,
    "layout_in_use": 409,
    "layout_exists": 409,
    "changed_meanwhile": 409,
    "no_upload_bucket": 404,
    "import_running": 409,
    "overtaken": 409,
    "not_held": 409,
    "nothing_to_decide": 409,
    "too_late_in_advance": 409,
    "decided_already": 409,
    "not_decided_yet": 409,
    "no_rehearsal": 409,
    "too_late_to_rehearse": 409,
    "not_on_record": 409,
    "record_too_old": 409,
    "already_undone": 409,
    "file_no_longer_stored": 409,
    "not_checked": 409,
    "checked_file_gone": 409,
    "settings_changed": 409,
    "job_over": 409,
    "row_fixed_meanwhile": 409,
    "row_not_open": 409,
    "rows_overtaken": 409,
    "row_checks_busy": 503,
    "tables_busy": 503,
    "tables_changed": 503,
    "database_busy": 503,
    "database_unavailable": 503,
    "database_sign_in_refused": 503,
    "database_not_there": 503,
    "database_not_secured": 503,
    "database_connections_exhausted": 503,
    "database_read_only": 503,
    "database_out_of_memory": 503,
    "statement_ended": 503,
    "function_not_called": 503,
    "key_differs": 503,
    "key_missing": 503,
    "secret_key_unusable": 503,
    "schools_forbidden": 503,
    "uploads_unavailable": 503,
}
"""Reason of an error -> status; others of the caller are 422, of ours 500."""

MOST_FAULTS: Final = 20
"""Faults of one request that are told."""

UNKNOWN_NAME: Final = "This address doesn't know it."
GIVEN_TWICE: Final = "This is there more than once."

RETRY_AFTER: Final = "5"
"""Seconds after which what is busy may be asked again."""


class Problem(Exception):
    """An answer that is no success."""

    def __init__(
        self,
        status: int,
        reason: str = "",
        detail: str = "",
        *,
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        usual_reason, usual_detail = REASONS[status]
        self.status = status
        self.headers = dict(headers or {})
        self.body: dict[str, Any] = {
            "type": "about:blank",
            "title": HTTPStatus(status).phrase,
            "status": status,
            "reason": reason or usual_reason,
            "detail": detail or usual_detail,
            **more,
        }
        super().__init__(self.body["reason"])


def check_names(given: "MultiValueDict[str, Any]", *, known: Collection[str]) -> None:
    """Raise Problem (422) for names that an address does not know, or that are there twice.

    A mistyped filter filters nothing, of two only one counts, and the answer would look right.
    """
    faults = {name: GIVEN_TWICE for name, values in given.lists() if len(values) > 1}
    faults |= dict.fromkeys(set(given) - set(known), UNKNOWN_NAME)
    if faults:
        found = [{"field": name[:200], "detail": faults[name]} for name in sorted(faults)]
        raise Problem(422, errors=found[:MOST_FAULTS])


def problem_response(problem: Problem) -> HttpResponse:
    """Return the answer that tells the problem."""
    answer = HttpResponse(json.dumps(problem.body), content_type=MEDIA_TYPE, status=problem.status)
    answer["Content-Length"] = str(len(answer.content))
    for name, value in problem.headers.items():
        answer[name] = value
    return answer


def problem_of(error: RollbookError) -> Problem:
    """Return the problem that one of our errors is: its public message, never its private part."""
    status = STATUSES.get(error.reason, 422 if _is_callers(error) else 500)
    more: dict[str, Any] = {}
    if isinstance(error.details.get("job"), int):
        more["job"] = error.details["job"]
    if error.faults and status == 422:
        more["errors"] = [{"field": field, "detail": each} for field, each in error.faults.items()]
    headers = {"Retry-After": RETRY_AFTER} if status == 503 else {}
    return Problem(status, error.reason, str(error), headers=headers, **more)


def _is_callers(error: RollbookError) -> bool:
    return isinstance(error, UsageError) or error.exit_code in (2, 3, 4, 5)


class Problems:
    """Makes a problem of every refusal of the API, also of those that no view of it has made."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = self._get_response(request)
        is_ours = request.path_info.startswith(PREFIX)
        if not is_ours or answer.status_code < 400:
            return answer
        if answer.get("Content-Type", "") == MEDIA_TYPE:
            return answer
        return _made_of(answer)


def _made_of(answer: HttpResponseBase) -> HttpResponse:
    status = answer.status_code if answer.status_code in REASONS else 400
    kept = {name: answer[name] for name in ("Allow", "Retry-After") if answer.has_header(name)}
    methods = kept.get("Allow", "").split(", ")
    if "GET" in methods and "HEAD" not in methods:
        kept["Allow"] = ", ".join([*methods, "HEAD"])
    if status == 503:
        kept.setdefault("Retry-After", RETRY_AFTER)
    made = problem_response(Problem(status, headers=kept))
    # Said where it arose, or no error of this server at all.
    made._has_been_logged = True  # type: ignore[attr-defined]
    return made
