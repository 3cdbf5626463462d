"""`rollbook students protect`, `release` and `protected`: corrections that imports leave."""

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.table import Table
from rich.text import Text

from rollbook.cli.bootstrap import database
from rollbook.cli.console import plain_console
from rollbook.cli.disclosures import note_disclosure
from rollbook.cli.imports import AsJson
from rollbook.core.file_set import place_of
from rollbook.core.loading.change_record import OF_STUDENTS
from rollbook.core.visible import visible_json

if TYPE_CHECKING:
    from rollbook.records.queries.protections import Protection

ACTOR: Final = "command line"
STATES: Final = {
    "protected": "protected",
    "agreed": "ended: the file agrees",
    "date": "ended: its day is over",
    "released": "released",
    "student_gone": "ended: the student was deleted",
    "field_gone": "ended: the term was removed",
}

StudentId = Annotated[
    str,
    typer.Argument(
        help="The district's number, as it is stored; - reads it from standard input, so that no "
        "other user of this machine sees it."
    ),
]
FieldName = Annotated[
    str, typer.Argument(help='The field, by its name or header: absences_ytd, "Absences YTD".')
]
Reason = Annotated[str, typer.Option(help="Why; it is kept in the audit log.")]


def wanted(student_id: str) -> str:
    """Return the Student ID, which may come from standard input."""
    return sys.stdin.readline().strip() if student_id == "-" else student_id


def protect(
    student_id: StudentId,
    field: FieldName,
    reason: Reason = "",
    until: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d", "%m/%d/%Y"],
            help="The last day; without it, until the file agrees.",
        ),
    ] = None,
    overwritten_by: Annotated[
        int | None,
        typer.Option(
            "--overwritten-by",
            metavar="JOB",
            help="Put the value back that this import has overwritten, and protect that.",
        ),
    ] = None,
) -> None:
    """Protect a value: imports leave it as it is until the file agrees, or until a day."""
    with database():
        from rollbook.records.operations.protections import Wish, protect_value
        from rollbook.records.queries.lineage import lineage_of

        student = lineage_of(wanted(student_id))
        last_day = until.date() if until is not None else None
        wish = Wish(student.number, _named(field), reason, last_day, overwritten_by)
        protect_value(wish, actor=ACTOR)
    how_long = f"to {last_day}" if last_day else "until the file agrees"
    put_back = "The value from before is back. " if overwritten_by is not None else ""
    typer.echo(f"{put_back}Imports leave this value as it is, {how_long}.")


def release(student_id: StudentId, field: FieldName, reason: Reason = "") -> None:
    """Release a protected value: the next import may write it again."""
    with database():
        from rollbook.records.operations.protections import protection_of, release_value
        from rollbook.records.queries.lineage import lineage_of

        student = lineage_of(wanted(student_id))
        release_value(protection_of(student.number, _named(field)), reason=reason, actor=ACTOR)
    typer.echo("The value is released. The next import that brings one stores it.")


def protected(as_json: AsJson = False) -> None:
    """List protected values, and what the files say instead; then those that have ended."""
    with database():
        from rollbook.records.queries.feeds import field_headers
        from rollbook.records.queries.protections import AT_MOST, protections

        found = protections(now=datetime.now(UTC), size=AT_MOST).items
        if found:
            note_disclosure("students", "protected values")
        if as_json:
            typer.echo(visible_json([each.as_object() for each in found]))
        elif found:
            headers = field_headers()
            table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="dim")
            for title in ("student", "field", "kept", "the file says", "state", "why", "by"):
                table.add_column(title, overflow="fold")
            for each in found:
                table.add_row(*map(Text, _row(each, headers)))
            plain_console().print(table)
        else:
            typer.echo("No value is protected.")


def _named(field: str) -> str:
    """Return the name of the field that is called so; what is not known is refused as it is."""
    from rollbook.records.queries.feeds import read_catalogue

    catalogue = read_catalogue()
    if field in catalogue.by_name or field.startswith(OF_STUDENTS):
        return field
    found = catalogue.find(field)
    return found.name if found else field


def _row(each: "Protection", headers: dict[str, str]) -> list[str]:
    said = each.said or ""
    if each.said_job is not None:
        said += f" (import {each.said_job}, row {place_of(each.said_row or 0).words})"
    state = STATES[each.state]
    if each.state == "protected" and each.until:
        state += f" to {each.until}"
    return [
        each.student_id or "deleted",
        headers.get(each.field, each.field),
        "(empty)" if each.value is None else each.value,
        said,
        state,
        each.reason,
        each.by,
    ]
