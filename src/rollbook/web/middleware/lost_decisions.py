"""After a save: a warning that a decision in advance, which counted before, no longer does."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from rollbook.core.quantities import moment_words
from rollbook.records.district import district_zone
from rollbook.records.models import AdvanceDecision
from rollbook.records.queries.advance_decisions import Obstacle, waiting_decisions


class LostDecisions:
    """Compares before and after each request of an administrator that may change something; where
    no decision waits, that is one question to the database."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        is_page = not request.path.startswith("/api/")
        if request.method != "POST" or not is_page or not getattr(user, "is_administrator", False):
            return self._get_response(request)
        before = waiting_decisions(timezone.now())
        response = self._get_response(request)
        if before and response.status_code == 302:
            after = waiting_decisions(timezone.now())
            for key, (decision, why) in after.items():
                if why is not None and key in before and before[key][1] is None:
                    messages.warning(request, _words(decision, why))
        return response


def _words(decision: AdvanceDecision, why: Obstacle) -> str:
    zone = district_zone()  # the current one is that of another request, or UTC
    run = moment_words(decision.planned_at.astimezone(zone), timezone.now().astimezone(zone))
    return (
        f"What was decided in advance for the run at {run} no longer counts: {why.words}. Open "
        f"rehearsal {decision.job_id} to check again and decide again."
    )
