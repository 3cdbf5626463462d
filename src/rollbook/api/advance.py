"""Deciding in advance on the file that a rehearsal would hold."""

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field

from rollbook.access.scopes import Scope
from rollbook.api.bodies import DecisionIn
from rollbook.api.caller import caller_of
from rollbook.api.rules import needs
from rollbook.api.schemas import Begun
from rollbook.api.views import begun
from rollbook.records.models import AdvanceDecision
from rollbook.records.operations.advance_decisions import decide_in_advance as decide
from rollbook.records.operations.advance_decisions import take_back
from rollbook.records.operations.rehearsals import rehearse_again

router = Router(tags=["Imports"])


class AdvanceIn(DecisionIn):
    """What the planned run does with exactly this file, and why."""

    verdict: Literal["apply", "discard"]


class AdvanceOut(Schema):
    """A decision in advance."""

    rehearsal: int = Field(description="The job that has shown what would hold the file.")
    planned_at: datetime = Field(description="The run for which it counts.")
    verdict: str = Field(description="apply or discard")
    reason: str
    decided_by: str
    decided_at: datetime
    taken_back_at: datetime | None


@router.post(
    "/jobs/{int:job}/decide-in-advance",
    **needs(Scope.ADMIN),
    response=AdvanceOut,
    operation_id="decide_in_advance",
    url_name="decide_in_advance",
    summary="Decide in advance on the file that a rehearsal would hold",
    description="It counts in the planned run that was rehearsed, where that finds the same bytes "
    "under the same settings, and lets through no more than the rehearsal found. Of two decisions "
    "the second is refused (`decided_already`).",
)
def decide_in_advance(request: HttpRequest, job: int, body: AdvanceIn) -> Any:
    actor = caller_of(request).actor
    return _object(decide(job, verdict=body.verdict, actor=actor, reason=body.reason))


@router.post(
    "/jobs/{int:job}/take-back",
    **needs(Scope.ADMIN),
    response=AdvanceOut,
    operation_id="take_decision_back",
    url_name="take_decision_back",
    summary="Take a decision in advance back, unless its run has used it",
)
def take_decision_back(request: HttpRequest, job: int) -> Any:
    return _object(take_back(job, actor=caller_of(request).actor))


@router.post(
    "/jobs/{int:job}/rehearse-again",
    **needs(Scope.ADMIN),
    response={202: Begun},
    operation_id="rehearse_again",
    url_name="rehearse_again",
    summary="Check the file of a rehearsal again, with the current settings",
    description="For a rehearsal whose settings have changed since (`in_advance_obstacle`): a "
    "decision on it wouldn't count. Decide on the new one.",
)
def rehearse_once_more(request: HttpRequest, response: HttpResponse, job: int) -> Any:
    return begun(response, rehearse_again(job, actor=caller_of(request).actor))


def _object(decision: AdvanceDecision) -> dict[str, Any]:
    return {
        "rehearsal": decision.job_id,
        "planned_at": decision.planned_at,
        "verdict": decision.verdict,
        "reason": decision.reason,
        "decided_by": decision.decided_by,
        "decided_at": decision.decided_at,
        "taken_back_at": decision.taken_back_at,
    }
