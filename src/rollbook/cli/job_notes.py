"""`rollbook jobs note`: notes to an import, and that a failed one is resolved."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from rollbook.cli.bootstrap import database
from rollbook.cli.console import print_table
from rollbook.cli.disclosures import note_disclosure
from rollbook.cli.times import district_clock
from rollbook.core.visible import visible_json


def note(
    job: Annotated[int, typer.Argument(help="The import's number.")],
    text: Annotated[str, typer.Argument(help="The note; leave out to list them all.")] = "",
    resolved: Annotated[
        bool,
        typer.Option("--resolved", help="Mark a failed import as resolved; TEXT says why."),
    ] = False,
    not_resolved: Annotated[
        bool,
        typer.Option("--not-resolved", help="It wasn't resolved after all; TEXT says why."),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Add a note to an import, or list its notes."""
    with database():
        from django.utils import timezone

        from rollbook.records.operations.job_notes import add_note
        from rollbook.records.queries.job_notes import note_object, notes_of
        from rollbook.records.queries.jobs import job_by_number

        number = job_by_number(job).number
        if text or resolved or not_resolved:
            who, now = "command line", timezone.now()
            add_note(number, text, resolves=resolved, reopens=not_resolved, actor=who, now=now)
        notes, clock = notes_of(number), district_clock()
        found = [note_object(each) for each in notes]
        if found and (as_json or not text):
            note_disclosure(f"job {number}", "notes")
    if as_json:
        typer.echo(visible_json({"job": number, "notes": found}))
    elif text:
        done = f"Import {job} is marked as resolved." if resolved else "Note added."
        typer.echo(f"Import {job} is no longer marked as resolved." if not_resolved else done)
    elif not found:
        typer.echo(f"Import {job} has no notes.")
    else:
        lines = [
            (clock.column(each.made_at), each.author, each.text, _mark(note))
            for each, note in zip(notes, found, strict=True)
        ]
        print_table([f"when ({clock.words})", "who", "note", ""], lines)


def _mark(note: Mapping[str, Any]) -> str:
    return "resolved" if note["resolves"] else "not resolved" if note["reopens"] else ""
