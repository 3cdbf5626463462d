"""`rollbook jobs note`: notes to an import, and that a failed one is resolved."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from rollbook.cli.bootstrap import database
from rollbook.cli.console import print_lines
from rollbook.cli.disclosures import note_disclosure
from rollbook.core.visible import visible_json


def note(
    job: Annotated[int, typer.Argument(help="The job's number.")],
    text: Annotated[str, typer.Argument(help="The note; without it, all are listed.")] = "",
    resolved: Annotated[
        bool,
        typer.Option("--resolved", help="This failed import needs no one now; TEXT says why."),
    ] = False,
    not_resolved: Annotated[
        bool,
        typer.Option("--not-resolved", help="It was not resolved after all; TEXT says why."),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Add a note to an import, or list its notes. Administrators read them on the import's page."""
    with database():
        from django.utils import timezone

        from rollbook.records.operations.job_notes import add_note
        from rollbook.records.queries.job_notes import note_object, notes_of
        from rollbook.records.queries.jobs import job_by_number

        number = job_by_number(job).number
        if text or resolved or not_resolved:
            who, now = "command line", timezone.now()
            add_note(number, text, resolves=resolved, reopens=not_resolved, actor=who, now=now)
        found = [note_object(each) for each in notes_of(number)]
        if found and (as_json or not text):
            note_disclosure(f"job {number}", "notes")
    if as_json:
        typer.echo(visible_json({"job": number, "notes": found}))
    elif text:
        done = f"Import {job} is resolved." if resolved else "The note was added."
        typer.echo(f"Import {job} is not resolved." if not_resolved else done)
    elif not found:
        typer.echo(f"Import {job} has no notes.")
    else:
        print_lines(["when", "who", "note", ""], [_line(each) for each in found])


def _line(note: Mapping[str, Any]) -> tuple[str, str, str, str]:
    mark = "resolved" if note["resolves"] else "not resolved" if note["reopens"] else ""
    return note["at"], note["author"], note["text"], mark
