"""`rollbook jobs fix`: one row of an import corrected and imported alone, or a list of them."""

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from rollbook.cli.bootstrap import database
from rollbook.cli.console import plain_console, print_table
from rollbook.cli.progress import shown_progress
from rollbook.cli.times import district_clock
from rollbook.core.errors import UsageError
from rollbook.core.visible import visible, visible_json

if TYPE_CHECKING:
    from rollbook.core.corrected_rows import CheckedRow
    from rollbook.core.report import Report
    from rollbook.records.queries.jobs import JobView


def fix(
    job: Annotated[int, typer.Argument(help="The import's number.")],
    row: Annotated[int | None, typer.Option(help="The row to fix.")] = None,
    file: Annotated[
        str, typer.Option(help="The name of the row's file, where the import read several.")
    ] = "",
    column: Annotated[
        list[str] | None,
        typer.Option(help="A column to fix, by its header. Can be repeated."),
    ] = None,
    without: Annotated[
        bool, typer.Option("--without", help="Leave out values that still have a problem.")
    ] = False,
    over: Annotated[
        bool, typer.Option("--over", help="Also where a newer file was imported since.")
    ] = False,
    blank: Annotated[
        bool, typer.Option("--blank", help="Take a blank line as a blank value.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Fix a row that wasn't imported, and import it alone; or list the rows to fix.

    Type the new values, or send them on standard input, one line for each column: they never
    stand in the command. Also correct them in your SIS, or the same problems come back with each
    file.
    """
    with database(keyed=True):
        from rollbook.records.queries.jobs import job_by_number

        found = job_by_number(job)
        if row is None:
            _list(found, as_json=as_json)
            return
        from rollbook.records.operations.fixed_row import number_at

        number = number_at(found, row, file)
        asked = _fixed(found, number, column or [], without=without, over=over, blank=blank)
        with shown_progress(plain_console(stderr=True), quiet=as_json, is_here=True) as listener:
            from rollbook.automation.imports import run_here

            result = run_here(asked, listener=listener, environ=os.environ)
    _tell(found, number, asked, result.report, as_json=as_json)
    raise typer.Exit(result.exit_code)


def _tell(job: "JobView", row: int, asked: int, report: "Report", *, as_json: bool) -> None:
    from rollbook.core.file_set import place_in, place_object

    place = place_in(row, job.report.file)
    if as_json:
        about = {"job": job.number, **place_object(row, job.report.file)}
        typer.echo(visible_json(about | {"import": report.as_object(asked)}))
    elif report.stored:
        typer.echo(f"Row {place} is imported, as import {asked}. Also correct it in your SIS.")
    else:
        typer.echo(f"Row {place} wasn't imported: {report.message}")


def _list(job: "JobView", *, as_json: bool) -> None:
    from rollbook.core.file_set import place_in
    from rollbook.records.queries.row_fixes import all_rows_to_fix, fixes_object, fixes_of

    if as_json:
        typer.echo(visible_json(fixes_object(job)))
        return
    fixes, file = fixes_of(job.number), job.report.file
    left = [row for row in all_rows_to_fix(job) if row not in fixes]
    if not left and not fixes:
        typer.echo(f"Import {job.number} has no rows to fix.")
        return
    clock = district_clock()
    lines = [(place_in(row, file), "to fix", "", "", "") for row in left]
    for row, each in fixes.items():
        number = str(each.job or "")
        when = clock.column(each.made_at)
        state = each.state.value.replace("_", " ")
        lines.append((place_in(row, file), state, each.made_by, when, number))
    print_table(["row", "state", "by", f"when ({clock.words})", "import"], lines)


def _fixed(
    job: "JobView", row: int, columns: Sequence[str], *, without: bool, over: bool, blank: bool
) -> int:
    """Ask for the new values, and have the row imported; return the import's number."""
    from django.utils import timezone

    from rollbook.records.operations.fixed_row import RowStillWrong, fix_row, places_of
    from rollbook.records.operations.row_fixes import open_fix

    open_fix(job, row)
    places_of(job, columns)  # before anything is asked
    for at, header in enumerate(columns):
        if header in columns[:at]:
            raise UsageError(what=f"“{visible(header)}” is named twice.", field="column")
    values = {header: _new_value(header, may_be_blank=blank) for header in columns}
    actor, now = "command line", timezone.now()
    try:
        return fix_row(job, row, values, actor=actor, now=now, without=without, over=over)
    except RowStillWrong as error:
        advice = "Fix them, too." if columns else ""
        raise UsageError(what=_still(error.checked), advice=advice) from None


def _new_value(header: str, *, may_be_blank: bool) -> str:
    """Ask for a value. A blank one would be taken for good: a blank cell is no problem."""
    if sys.stdin.isatty():
        line = str(typer.prompt(visible(header), default="", show_default=False))
    else:
        line = sys.stdin.readline()
        if not line:
            raise UsageError(what=f"Standard input has no value for “{visible(header)}”.")
    if not line.strip() and not may_be_blank:
        raise UsageError(
            what=f"The new value of “{visible(header)}” is blank.",
            advice="Type a value. To make it blank, add --blank.",
        )
    return line.rstrip("\r\n")


def _still(checked: "CheckedRow") -> str:
    """Return what is still wrong, without any value."""
    said = [
        f"{visible(each.column)}: {each.message}" if each.column else each.message
        for each in checked.errors
    ]
    return " ".join(["The row still has a problem.", *said])
