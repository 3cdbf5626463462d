"""`rollbook jobs changes`: what an import changed, or would have changed, student by student."""

from collections.abc import Iterable
from itertools import chain, islice
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from rollbook.cli.bootstrap import database
from rollbook.cli.console import plain_console
from rollbook.cli.disclosures import note_disclosure
from rollbook.cli.imports import AsJson, issue_limit
from rollbook.core.errors import UsageError
from rollbook.core.file_set import place_of
from rollbook.core.visible import visible_json

if TYPE_CHECKING:
    from rollbook.records.queries.change_lines import Change, ChangeCounts
    from rollbook.records.queries.changes import ChangeRecord
    from rollbook.records.queries.jobs import JobView


Job = Annotated[int | None, typer.Argument(help="The job's number; without it the newest.")]


def changes(
    job: Job = None,
    field: Annotated[str, typer.Option(help="Only this field's, such as absences_ytd.")] = "",
    by_others: Annotated[
        bool,
        typer.Option(
            "--by-others", help="Only values that another hand had written since the import before."
        ),
    ] = False,
    lines: Annotated[str, typer.Option(metavar="N|all", help="Lines that are listed.")] = "20",
    as_json: AsJson = False,
) -> None:
    """Show what an import changed: numbers by field, then students, values before and after.

    Of a dry run and of a held import it is what would have changed.
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
                f"Job {found.number} has no record of students: it changed nothing, or it is older "
                "than the record is kept."
            )
        else:
            _print(record, counts, shown)


def _check_field(record: "ChangeRecord", field: str) -> None:
    if field not in record.fields:
        raise UsageError(
            what=f"The import had no field {field}.",
            advice=f"It had: {', '.join(record.fields)}.",
            field="field",
        )


def _print(record: "ChangeRecord", counts: "ChangeCounts", lines: Iterable["Change"]) -> None:
    from rollbook.records.queries.feeds import field_headers

    console, headers = plain_console(), field_headers()
    heading = "What changed" if record.is_stored else "What would change; nothing was changed"
    console.print(f"{heading}\n", style="bold")
    table = _table("field", "filled", "changed", "cleared")
    for name, numbers in counts.by_field().items():
        table.add_row(headers.get(name, name), *(f"{each:,}" for each in numbers.values()))
    console.print(table)
    for name, number in counts.of_students().items():
        words = "with a value that another hand had written" if name == "by_others" else name
        console.print(f"  {number:,} {words}", highlight=False)
    table = _table("row", "student", "field", "before", "", "after")
    for line in lines:
        what = line.kind.value if line.field is None else headers.get(line.field, line.field)
        row = "" if line.row is None else place_of(line.row).words
        mark = "another hand" if line.is_by_others else ""
        table.add_row(row, line.student_id or "", what, line.before or "", mark, line.after or "")
    console.print()
    console.print(table, markup=False)


def _table(*titles: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for title in titles:
        table.add_column(title, overflow="fold")
    return table


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
