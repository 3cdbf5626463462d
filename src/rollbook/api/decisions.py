"""What is decided of an import: stop it, apply a held one once, discard it, undo it."""

import os
from dataclasses import asdict
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from rollbook.access.scopes import Scope
from rollbook.api.bodies import DecisionIn, UndoIn
from rollbook.api.caller import caller_of
from rollbook.api.rules import needs
from rollbook.api.schemas import Begun, JobOut, UndoOut
from rollbook.api.views import begun, job_object
from rollbook.notify.undone import tell_undone
from rollbook.records.operations.decisions import approve_import, discard_import
from rollbook.records.operations.queueing import request_cancel
from rollbook.records.operations.undo import preview_undo, undo_import
from rollbook.records.queries.jobs import job_by_number

router = Router(tags=["Imports"])


@router.post(
    "/jobs/{int:job}/cancel",
    **needs(Scope.IMPORT),
    response=JobOut,
    operation_id="cancel_job",
    summary="Stop a waiting or running import, or call its next attempt off",
    description="A running import stops within two seconds and saves nothing; until then it is "
    "still running in the answer.",
)
def cancel_job(request: HttpRequest, job: int) -> Any:
    caller = caller_of(request)
    request_cancel(job, actor=caller.actor)
    return job_object(caller, job_by_number(job))


@router.post(
    "/jobs/{int:job}/approve",
    **needs(Scope.ADMIN),
    response={202: Begun},
    operation_id="approve_job",
    summary="Apply a held import once",
    description="Its stored file is checked again against today's students, and merged.",
)
def approve_job(request: HttpRequest, response: HttpResponse, job: int, body: DecisionIn) -> Any:
    approve_import(job, actor=caller_of(request).actor, reason=body.reason, is_queued=True)
    return begun(response, job)


@router.post(
    "/jobs/{int:job}/discard",
    **needs(Scope.ADMIN),
    response=JobOut,
    operation_id="discard_job",
    summary="Give a held import up and delete its stored file",
)
def discard_job(request: HttpRequest, job: int, body: DecisionIn) -> Any:
    caller = caller_of(request)
    discard_import(job, actor=caller.actor, reason=body.reason)
    return job_object(caller, job_by_number(job))


@router.post(
    "/jobs/{int:job}/undo",
    **needs(Scope.ADMIN),
    response=UndoOut,
    operation_id="undo_job",
    summary="Undo an import: what it changed returns to what it was",
    description="Values that a later import or another hand has changed since stay. Students "
    "that it created are removed where nothing refers to them. The feed's schedule is turned off.",
)
def undo_job(request: HttpRequest, job: int, body: UndoIn) -> Any:
    if body.preview:
        found = preview_undo(job, with_later=body.with_later)
    else:
        actor = caller_of(request).actor
        found = undo_import(
            job,
            actor=actor,
            reason=body.reason,
            with_later=body.with_later,
            tell=tell_undone(actor, os.environ),
        )
    return {
        "job": job,
        "jobs": found.jobs,
        "undone": not body.preview,
        "schedule_turned_off": found.is_paused,
    } | asdict(found.numbers)
