"""What every request of the API passes before its route: who asks, how often, in which form."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from rollbook.access.cache import count
from rollbook.access.client_address import client_address
from rollbook.access.operations.refusals import note_refusal
from rollbook.access.scopes import Scope
from rollbook.api.caller import Caller, TokenRefused, by_session, by_token, has_token, remember
from rollbook.api.problems import Problem, check_names, problem_of, problem_response
from rollbook.core import feed_file, limited_json
from rollbook.core.errors import RollbookError
from rollbook.core.feed_file import MEDIA_TYPE as TOML
from rollbook.records.database import translated
from rollbook.transfers.uploads import MAY_UPLOAD, is_utf_8, largest_upload

PUBLIC: Final = frozenset(("api:openapi-json", "api:unknown"))
"""Routes that tell nothing of the district."""
FORM: Final = "multipart/form-data"
JSON: Final = "application/json"
TAKEN: Final = {"api:upload_file": (FORM,), "api:import_feeds": (JSON, TOML)}
"""Routes that take bodies of these types; others take JSON."""
ANSWERED: Final = {"api:get_fixit": ("text/csv",), "api:export_feeds": (JSON, TOML)}
"""Routes that answer with one of these types; others with JSON."""

LARGEST_BODY: Final = 1 << 16
"""Bytes of a request without a file."""
LARGEST_BODIES: Final = {
    "api:import_feeds": feed_file.LARGEST,
    "api:import_layout": limited_json.LARGEST,
}
"""Of routes that take more."""
AROUND_A_FILE: Final = 1 << 20
"""Bytes of a form beside its file."""

A_MINUTE: Final = 60
REQUESTS: Final = 600
"""Of one token or person, in a minute."""
REFUSALS: Final = 30
"""Tokens that are refused from one address, in a minute."""

SAFE: Final = ("GET", "HEAD", "OPTIONS")
CHALLENGE: Final = 'Bearer realm="rollbook"'
FAULTS: Final = {
    "unknown": "This token isn't known.",
    "expired": "This token has expired. An administrator can make a new one.",
    "revoked": "This token was revoked. An administrator can make a new one.",
    "owner": "The administrator of this token is none any more, so it is refused.",
}


class Gate:
    """Refuses what no route may see. It comes before whatever reads the body of a request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        is_head = request.method == "HEAD"
        answer = self._get_response(request)
        if is_head:
            request.method = "HEAD"
            _without_body(answer)
        return answer

    def process_view(self, request: HttpRequest, *_: Any) -> HttpResponseBase | None:
        """Return the problem of a request that is refused, None of one that may go on."""
        name = request.resolver_match.view_name if request.resolver_match else ""
        if not name.startswith("api:"):
            return None
        if request.method == "HEAD":  # answered as GET is, and sent without its body
            request.method = "GET"
        if name in PUBLIC:
            return None
        try:
            with translated():
                caller = _caller(request)
                _check_rate(caller)
            _check_form(request, name)
            check_names(request.GET, known=_questions().get(name, ()))
        except Problem as problem:
            return problem_response(problem)
        except RollbookError as error:  # where the database does not answer
            return problem_response(problem_of(error))
        remember(request, caller)
        return None


def _without_body(answer: HttpResponseBase) -> None:
    if isinstance(answer, StreamingHttpResponse):
        answer.streaming_content = ()
    elif isinstance(answer, HttpResponse):
        answer["Content-Length"] = str(len(answer.content))
        answer.content = b""


def _caller(request: HttpRequest) -> Caller:
    """Return who asks. Raises Problem."""
    if has_token(request):
        return _program(request)
    person = by_session(request)
    if person is None:
        raise Problem(401, headers={"WWW-Authenticate": CHALLENGE})
    _check_size(request)
    if request.method not in SAFE and _lacks_csrf(request):
        raise Problem(
            403,
            "csrf_failed",
            "A request with the cookie of a sign-in needs the CSRF token of its pages in the "
            "header X-CSRFToken. Nothing was changed.",
        )
    return person


def _lacks_csrf(request: HttpRequest) -> bool:
    from ninja.utils import check_csrf  # loads all of ninja, which most pages do without

    return check_csrf(request) is not None


def _program(request: HttpRequest) -> Caller:
    try:
        caller = by_token(request)
    except TokenRefused as refused:
        note_refusal(refused.fault, name=refused.name, address=client_address(request))
        times, seconds = count(f"api-refused:{client_address(request)}", seconds=A_MINUTE)
        if times > REFUSALS:
            raise _too_many(seconds) from None
        challenge = f'{CHALLENGE}, error="invalid_token"'
        raise Problem(
            401,
            f"token_{refused.fault}",
            FAULTS[refused.fault],
            headers={"WWW-Authenticate": challenge},
        ) from None
    # What is read of the body, a file included, is read after this.
    setattr(request, MAY_UPLOAD, Scope.IMPORT in caller.scopes)
    return caller


def _check_rate(caller: Caller) -> None:
    times, seconds = count(f"api:{caller.key}", seconds=A_MINUTE)
    if times > REQUESTS:
        raise _too_many(seconds)


def _too_many(seconds: int) -> Problem:
    return Problem(429, headers={"Retry-After": str(seconds)})


def _check_size(request: HttpRequest) -> None:
    """Refuse what is too large before it is read."""
    name = request.resolver_match.view_name if request.resolver_match else ""
    limit = LARGEST_BODIES.get(name, LARGEST_BODY)
    if FORM in TAKEN.get(name, ()):
        limit = largest_upload() + AROUND_A_FILE
    if _length(request) > limit:
        raise Problem(413)


def _check_form(request: HttpRequest, name: str) -> None:
    _check_size(request)
    if request.method in ("POST", "PUT", "PATCH") and _length(request):
        taken = TAKEN.get(name, (JSON,))
        if request.content_type not in taken:
            wanted = " or ".join(taken)
            raise Problem(415, detail=f"This address takes {wanted}. Nothing was changed.")
        if not is_utf_8(request):
            raise Problem(415, detail="This address takes UTF-8. Nothing was changed.")
    if not any(map(request.accepts, ANSWERED.get(name, (JSON,)))):
        raise Problem(406)


@cache
def _questions() -> Mapping[str, frozenset[str]]:
    """Route -> the query parameters that it knows, by the document."""
    from rollbook.api.routes import openapi

    return {
        f"api:{operation['operationId']}": frozenset(
            given["name"] for given in operation.get("parameters", ()) if given["in"] == "query"
        )
        for methods in openapi()["paths"].values()
        for operation in methods.values()
    }


def _length(request: HttpRequest) -> int:
    text = request.META.get("CONTENT_LENGTH") or "0"
    return int(text[:16]) if text.isascii() and text.isdigit() else 0
