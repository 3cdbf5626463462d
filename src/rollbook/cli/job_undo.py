"""`rollbook jobs undo`: take an import back, field by field."""

import os
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.console import Console

from rollbook.cli.bootstrap import database
from rollbook.cli.console import plain_console
from rollbook.cli.imports import AsJson
from rollbook.core.errors import UsageError
from rollbook.core.quantities import counted
from rollbook.core.visible import visible_json

if TYPE_CHECKING:
    from rollbook.records.operations.undo import UndoResult

ACTOR: Final = "command line"
WHY: Final = {
    "protected": "they are protected",
    "later_import": "a later import changed them",
    "other_hand": "someone else changed them",
    "referred_to": "other tables refer to them",
    "may_not_delete": "Rollbook isn't allowed to delete students in this database",
    "may_not_look": "Rollbook isn't allowed to read a table that may refer to them",
    "ssid_taken": "other students have their SSIDs now",
    "column_gone": "their columns are gone",
}
"""Why something stays as it is, after "because"."""


def undo(
    job: Annotated[int, typer.Argument(help="The import's number.")],
    preview: Annotated[bool, typer.Option("--preview", help="Only show what it would do.")] = False,
    with_later: Annotated[
        bool,
        typer.Option("--with-later", help="Also undo the feed's later imports, the newest first."),
    ] = False,
    reason: Annotated[str, typer.Option(help="Why; kept in the audit log.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask first.")] = False,
    as_json: AsJson = False,
) -> None:
    """Undo an import: restore the values from before it.

    Values that someone else or a later import has changed since stay. Students that it added are
    removed if nothing refers to them. The feed's schedule is turned off, because the next export
    would bring the values back.
    """
    with database():
        from rollbook.core.loading.undo import AlreadyUndone
        from rollbook.records.operations.reasons import check_reason
        from rollbook.records.operations.undo import nothing_to_undo, preview_undo

        is_done = not preview
        if is_done:
            check_reason(reason)
        try:
            if preview or not yes:
                found = preview_undo(job, with_later=with_later)
            if is_done and not yes:
                _ask(found, is_for_programs=as_json)
            if is_done:
                found = _carry_out(job, reason, with_later=with_later)
        except AlreadyUndone as error:
            if not as_json:
                raise
            typer.echo(str(error), err=True)
            found, is_done = nothing_to_undo(job), False
        if as_json:
            several = {"jobs": found.jobs} if with_later else {}
            told = {"job": job, "undone": is_done} | found.as_object() | several
            typer.echo(visible_json(told))
            return
        _print(plain_console(), found, is_done=is_done)


def _carry_out(job: int, reason: str, *, with_later: bool) -> "UndoResult":
    from rollbook.notify.undone import tell_undone
    from rollbook.records.operations.undo import undo_import

    tell = tell_undone(ACTOR, os.environ)
    return undo_import(job, actor=ACTOR, reason=reason, with_later=with_later, tell=tell)


def _ask(found: "UndoResult", *, is_for_programs: bool) -> None:
    if is_for_programs:
        raise UsageError(
            what="Nothing was undone: with --json, no one can be asked.",
            advice="Add --yes, or --preview to see what it would do.",
            field="yes",
        )
    _print(plain_console(stderr=True), found, is_done=False)
    if not typer.confirm("Undo it?", err=True):
        raise typer.Abort


def _print(console: Console, found: "UndoResult", *, is_done: bool) -> None:
    numbers, presence, would = found.numbers, found.presence, "" if is_done else "would "
    listed = ", ".join(map(str, reversed(found.jobs)))
    which = f"import{'' if len(found.jobs) == 1 else 's'} {listed}"
    headline = f"Undone: {which}." if is_done else f"Undoing {which}:"
    console.print(f"  {headline}", style="bold")
    for count, noun, word in (
        (
            presence.students_active_again,
            "missing student",
            "active again" if is_done else "be active again",
        ),
        (
            presence.students_missing_again,
            "active student",
            "missing again" if is_done else "be missing again",
        ),
        (numbers.values_restored, "value", "restored" if is_done else "be restored"),
        (numbers.students_removed, "student", "removed" if is_done else "be removed"),
        (numbers.values_kept, "value", "kept" if is_done else "be kept"),
        (numbers.students_kept, "new student", "kept" if is_done else "be kept"),
    ):
        console.print(f"    {counted(count, noun)} {would}{word}", highlight=False)
    for why, count in found.reasons.items():
        console.print(f"    Kept, {count:,}: {WHY[why]}.", highlight=False)
    if found.is_paused:
        feed, begins = found.feed, "The schedule" if is_done else "Then the schedule"
        console.print(
            f"  {begins} of {feed} is off, so that the next export doesn't bring the values back.\n"
            f"  Turn it on with `rollbook feeds schedule {feed} --on`.",
            highlight=False,
        )
