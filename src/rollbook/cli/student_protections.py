"""`rollbook students protect`, `release` and `protected`: corrections that imports leave."""

import sys
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated, Final

import typer

from rollbook.cli.bootstrap import database
from rollbook.cli.console import print_table
from rollbook.cli.disclosures import note_disclosure
from rollbook.cli.imports import AsJson
from rollbook.cli.times import DAY, day_text
from rollbook.core.file_set import place_of
from rollbook.core.loading.change_record import OF_STUDENTS
from rollbook.core.visible import visible_json

if TYPE_CHECKING:
    from rollbook.records.queries.protections import Protection

ACTOR: Final = "command line"
STATES: Final = {
    "protected": "protected",
    "agreed": "ended: the file agrees",
    "date": "ended: past its last day",
    "released": "released",
    "student_gone": "ended: the student was deleted",
    "field_gone": "ended: the term was removed",
}

StudentId = Annotated[
    str,
    typer.Argument(
        help="The Student ID; - reads it from standard input, so that no one else on this computer "
        "sees it."
    ),
]
FieldName = Annotated[
    str, typer.Argument(help="The field's name or header: absences_ytd, or 'Absences YTD'.")
]
Reason = Annotated[str, typer.Option(help="Why; kept in the audit log.")]


def wanted(student_id: str) -> str:
    """Return the Student ID, which may come from standard input."""
    return sys.stdin.readline().strip() if student_id == "-" else student_id


def protect(
    student_id: StudentId,
    field: FieldName,
    reason: Reason = "",
    until: Annotated[
        date | None,
        typer.Option(
            click_type=DAY,
            help="Last day, such as 6/30/2027; otherwise until the file agrees.",
        ),
    ] = None,
    overwritten_by: Annotated[
        int | None,
        typer.Option(
            "--overwritten-by",
            metavar="JOB",
            help="Restore the value that this import overwrote, and protect it.",
        ),
    ] = None,
) -> None:
    """Protect a value from imports until the file agrees, or through a date."""
    with database():
        from rollbook.records.operations.protections import Wish, protect_value
        from rollbook.records.queries.lineage import lineage_of

        student = lineage_of(wanted(student_id))
        wish = Wish(student.number, _named(field), reason, until, overwritten_by)
        protect_value(wish, actor=ACTOR)
    how_long = f"through {day_text(until)}" if until else "until the file agrees"
    put_back = "Restored the value from before. " if overwritten_by is not None else ""
    typer.echo(f"{put_back}Protected {how_long}: imports won't change this value.")


def release(student_id: StudentId, field: FieldName, reason: Reason = "") -> None:
    """Let imports update a protected value again."""
    with database():
        from rollbook.records.operations.protections import protection_of, release_value
        from rollbook.records.queries.lineage import lineage_of

        student = lineage_of(wanted(student_id))
        release_value(protection_of(student.number, _named(field)), reason=reason, actor=ACTOR)
    typer.echo("Released. The next import that has a value saves it.")


def protected(as_json: AsJson = False) -> None:
    """List protected values and what the files say instead."""
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
            titles = ("student", "field", "kept", "the file says", "state", "why", "by")
            print_table(titles, [_row(each, headers) for each in found])
        else:
            typer.echo("No protected values.")


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
        state += f" through {day_text(date.fromisoformat(each.until))}"
    return [
        each.student_id or "deleted",
        headers.get(each.field, each.field),
        "(blank)" if each.value is None else each.value,
        said,
        state,
        each.reason,
        each.by,
    ]
