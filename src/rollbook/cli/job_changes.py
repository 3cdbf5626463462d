"""`rollbook jobs changes`: what an import changed, or would have changed, student by student."""

from collections.abc import Iterable
from itertools import chain, islice
from typing import TYPE_CHECKING, Annotated

import typer

from rollbook.cli.bootstrap import database
from rollbook.cli.console import plain_console, print_table
from rollbook.cli.disclosures import note_disclosure
from rollbook.cli.imports import AsJson, issue_limit
from rollbook.core.errors import UsageError
from rollbook.core.file_set import place_of
from rollbook.core.visible import visible_json

if TYPE_CHECKING:
    from rollbook.records.queries.change_lines import Change, ChangeCounts
    from rollbook.records.queries.changes import ChangeRecord
    from rollbook.records.queries.jobs import JobView


STUDENTS = {
    "new": "new students",
    "missing": "students now missing from the file",
    "back": "students back in the file",
    "by_others": "students with a value that someone else wrote",
}
NUMBERS = ("filled", "changed", "cleared")

Job = Annotated[int | None, typer.Argument(help="The import's number; the newest if left out.")]


def changes(
    job: Job = None,
    field: Annotated[str, typer.Option(help="Only this field, such as absences_ytd.")] = "",
    by_others: Annotated[
        bool,
        typer.Option(
            "--by-others", help="Only values that someone else wrote since the last import."
        ),
    ] = False,
    lines: Annotated[str, typer.Option(metavar="N|all", help="How many lines to list.")] = "20",
    as_json: AsJson = False,
) -> None:
    """Show what an import changed: counts by field, then each student's value before and after.

    For a dry run or a held import: what would have changed.
    """
    limit = issue_limit(lines)
    with database():
        from rollbook.records.queries.change_lines import ChangeCounts, ChangeFilter, Part
        from rollbook.records.queries.changes import change_record
        from rollbook.records.queries.jobs import job_by_number

        found = job_by_number(job)
        record = change_record(found.number)
        if record is not None and field:
            _check_field(record, field)
        counts = (record and record.counts(found.report.changes, only=field)) or ChangeCounts()
        part = Part.BY_OTHERS if by_others else None
        listed = record.every(ChangeFilter(part, field)) if record else iter(())
        first = list(islice(listed, limit if limit == 0 else 1))
        if first:
            note_disclosure(f"job {found.number}", "what changed")
        shown = islice(chain(first, listed), limit)
        stored = record is not None and record.is_stored
        if as_json:
            _print_json(found, stored, counts, shown)
        elif record is None:
            typer.echo(
                f"Import {found.number} has no record of changes: it changed nothing, or is older "
                "than records are kept."
            )
        else:
            _print(record, counts, shown)


def _check_field(record: "ChangeRecord", field: str) -> None:
    if field not in record.fields:
        raise UsageError(
            what=f"This import has no field “{field}”.",
            advice=f"Its fields: {', '.join(record.fields)}.",
            field="field",
        )


def _print(record: "ChangeRecord", counts: "ChangeCounts", lines: Iterable["Change"]) -> None:
    from rollbook.records.queries.feeds import field_headers

    console, headers = plain_console(), field_headers()
    heading = "What changed" if record.is_stored else "What would change (nothing was saved)"
    console.print(f"{heading}\n", style="bold")
    print_table(
        ["field", *NUMBERS],
        [
            (headers.get(name, name), *(f"{each:,}" for each in numbers.values()))
            for name, numbers in counts.by_field().items()
        ],
        right=NUMBERS,
    )
    for name, number in counts.of_students().items():
        words = STUDENTS.get(name, name)
        console.print(f"  {number:,} {words}", highlight=False)
    rows = []
    for line in lines:
        what = line.kind.value if line.field is None else headers.get(line.field, line.field)
        row = "" if line.row is None else place_of(line.row).words
        mark = "someone else" if line.is_by_others else ""
        rows.append((row, line.student_id or "", what, line.before or "", mark, line.after or ""))
    console.print()
    print_table(["row", "student", "field", "before", "", "after"], rows)


def _print_json(
    job: "JobView", stored: bool, counts: "ChangeCounts", lines: Iterable["Change"]
) -> None:
    """Print one object; its lines one after the other, however many."""
    head = {
        "job": job.number,
        "stored": stored,
        "fields": counts.by_field(),
        **counts.of_students(),
    }
    typer.echo(f'{visible_json(head)[:-1]}, "changes": [', nl=False)
    for number, line in enumerate(lines):
        typer.echo(
            (", " if number else "") + visible_json(line.as_object(job.report.file)), nl=False
        )
    typer.echo("]}")
