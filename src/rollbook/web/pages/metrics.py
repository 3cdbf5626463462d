"""What a monitoring system sees: numbers, for anyone who has the token."""

import hmac
from importlib.metadata import version

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from rollbook.access.permissions import for_everyone
from rollbook.records.connection_errors import DatabaseUnavailable
from rollbook.records.queries.metrics import measurements
from rollbook.web.metrics_text import CONTENT_TYPE, exposition


@require_safe
@for_everyone  # no sign-in: the token decides, and without one there is no such address
def metrics(request: HttpRequest) -> HttpResponse:
    if not settings.METRICS_TOKEN:
        raise Http404
    if not _has_token(request):
        answer = HttpResponse("The token is missing or wrong.\n", "text/plain", status=401)
        answer["WWW-Authenticate"] = 'Bearer realm="metrics"'
        return answer
    try:
        found = measurements(timezone.now())
    except DatabaseUnavailable:
        return HttpResponse("The database doesn't answer.\n", "text/plain", status=503)
    text = exposition(found, version=version("rollbook"), has_mail=settings.HAS_MAIL)
    return HttpResponse(text, CONTENT_TYPE)


def _has_token(request: HttpRequest) -> bool:
    given = request.headers.get("Authorization", "").encode("utf-8", "replace")
    wanted = f"Bearer {settings.METRICS_TOKEN}".encode()
    return hmac.compare_digest(given, wanted)
