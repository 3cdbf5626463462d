"""What is decided of an import: stop it, import what was checked, apply a held one, undo it."""

import os
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router

from rollbook.access.scopes import Scope
from rollbook.api.bodies import ApproveIn, DecisionIn, NoteIn, UndoIn
from rollbook.api.caller import caller_of
from rollbook.api.imports import Key, begin_once
from rollbook.api.rules import needs
from rollbook.api.schemas import Begun, JobOut, NotesOut, UndoOut
from rollbook.api.views import begun, disclose, job_object
from rollbook.notify.undone import tell_undone
from rollbook.records.operations import job_notes
from rollbook.records.operations.checked_files import import_checked
from rollbook.records.operations.decisions import approve_import, discard_import
from rollbook.records.operations.queueing import request_cancel
from rollbook.records.operations.undo import preview_undo, undo_import
from rollbook.records.queries.job_notes import note_object, notes_of
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
    "/jobs/{int:job}/import",
    **needs(Scope.IMPORT),
    response={202: Begun},
    operation_id="import_checked_file",
    summary="Import the file of a dry run: the very bytes that were checked",
    description="It becomes an import of its own. Refused where the feed's settings have changed "
    "since (`settings_changed`), a newer file has been stored (`overtaken`), or the file is no "
    "longer kept (`checked_file_gone`).",
)
def import_checked_file(
    request: HttpRequest, response: HttpResponse, job: int, idempotency_key: Key = None
) -> Any:
    caller = caller_of(request)
    number = begin_once(
        caller,
        idempotency_key,
        fingerprint=lambda: f"import {job}",
        begin=lambda: import_checked(job, actor=caller.actor),
    )
    return begun(response, number)


@router.post(
    "/jobs/{int:job}/approve",
    **needs(Scope.ADMIN),
    response={202: Begun},
    operation_id="approve_job",
    summary="Apply a held import",
    description="Its stored file is checked again against today's students, and merged. With "
    "`expect` the feed's limits are raised as far as it needs; where no limit can be "
    "(`nothing_to_expect`), nothing is changed.",
)
def approve_job(request: HttpRequest, response: HttpResponse, job: int, body: ApproveIn) -> Any:
    actor = caller_of(request).actor
    approve_import(job, actor=actor, reason=body.reason, is_queued=True, expects=body.expect)
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


@router.get(
    "/jobs/{int:job}/notes",
    **needs(Scope.ADMIN),
    response=NotesOut,
    operation_id="list_notes",
    summary="Notes to an import",
)
def list_notes(request: HttpRequest, job: int) -> Any:
    number = job_by_number(job).number
    found = [note_object(each) for each in notes_of(number)]
    if found:
        disclose(caller_of(request), f"job {number}", what="notes")
    return {"job": number, "items": found}


@router.post(
    "/jobs/{int:job}/notes/add",
    **needs(Scope.ADMIN),
    response=NotesOut,
    operation_id="add_note",
    url_name="add_note",
    summary="Add a note to an import, or say that a failed one is resolved",
    description="What is resolved leaves the dashboard and `health`; it stays in the history. "
    "`reopens` takes that back.",
)
def add_note(request: HttpRequest, job: int, body: NoteIn) -> Any:
    actor, now = caller_of(request).actor, timezone.now()
    marks = {"resolves": body.resolves, "reopens": body.reopens}
    job_notes.add_note(job, body.text, actor=actor, now=now, **marks)
    return list_notes(request, job)


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
    } | found.as_object()
