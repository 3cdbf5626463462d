"""Is the process alive, does its database answer, is the data fresh?"""

from django.db import Error, connection
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from rollbook.access.permissions import for_everyone
from rollbook.records.queries.standings import standings


@require_safe
@for_everyone
def healthz(request: HttpRequest) -> JsonResponse:
    try:
        with connection.cursor() as cursor:
            cursor.execute("select 1")
    except Error:
        return JsonResponse({"status": "database unavailable"}, status=503)
    return JsonResponse({"status": "ok"})


@require_safe
@for_everyone
def healthz_data(request: HttpRequest) -> JsonResponse:
    """Fresh or stale, judged against the schedules, and nothing else."""
    try:
        is_fresh = all(feed.is_fresh for feed in standings(timezone.now()))
    except Error:
        return JsonResponse({"status": "database unavailable"}, status=503)
    if is_fresh:
        return JsonResponse({"status": "fresh"})
    answer = JsonResponse({"status": "stale"}, status=503)
    # Asked for every minute, and no error of this server: its log shall not fill with it.
    answer._has_been_logged = True  # type: ignore[attr-defined]
    return answer
