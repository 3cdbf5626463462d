"""The school year: its days, what is to be done, the switch rehearsed and done, and its undo."""

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router

from rollbook.access.scopes import Scope
from rollbook.api.bodies import DecisionIn
from rollbook.api.caller import caller_of
from rollbook.api.rules import needs
from rollbook.api.school_year_schemas import SchoolYearIn, SchoolYearOut, SetAsideOut, SwitchUndone
from rollbook.records.operations.school_year import (
    rehearse_switch,
    set_school_year,
    switch_year,
    undo_switch,
)
from rollbook.records.queries.new_year import preparation

router = Router(tags=["School year"])


@router.get(
    "/school-year",
    **needs(Scope.READ),
    response=SchoolYearOut,
    operation_id="get_school_year",
    summary="The school year, its last switch, and what is to be done",
)
def get_school_year(request: HttpRequest) -> Any:
    return preparation(timezone.now()).as_object()


@router.post(
    "/school-year/days",
    **needs(Scope.ADMIN),
    response=SchoolYearOut,
    operation_id="set_school_year",
    url_name="set_school_year",
    summary="Set the first and the last day of the school year",
)
def set_days(request: HttpRequest, body: SchoolYearIn) -> Any:
    set_school_year(body.first_day, body.last_day, actor=caller_of(request).actor)
    return preparation(timezone.now()).as_object()


@router.get(
    "/school-year/rehearsal",
    **needs(Scope.ADMIN),
    response=SetAsideOut,
    operation_id="rehearse_switch",
    url_name="rehearse_switch",
    summary="What the switch would set aside, in numbers; nothing is written",
    description="Refused where the year can't be switched to now (`year_refused`), or was "
    "already (`year_switched`).",
)
def rehearse(request: HttpRequest) -> Any:
    return rehearse_switch().as_object()


@router.post(
    "/school-year/switch",
    **needs(Scope.ADMIN),
    response=SetAsideOut,
    operation_id="switch_year",
    url_name="switch_year",
    summary="Set aside what last year counted, all or nothing",
    description="Refused as the rehearsal is, and while an import waits or runs.",
)
def switch(request: HttpRequest, body: DecisionIn) -> Any:
    return switch_year(actor=caller_of(request).actor, reason=body.reason).as_object()


@router.post(
    "/school-year/undo",
    **needs(Scope.ADMIN),
    response=SwitchUndone,
    operation_id="undo_switch",
    url_name="undo_switch",
    summary="Undo the last switch: what it set aside returns, unless a later value has come",
)
def undo(request: HttpRequest, body: DecisionIn) -> Any:
    return asdict(undo_switch(actor=caller_of(request).actor, reason=body.reason))
