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
    from rollbook.records.queries.jobs import JobView


def fix(
    job: Annotated[int, typer.Argument(help="The import's number.")],
    row: Annotated[int | None, typer.Option(help="The row to fix.")] = None,
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
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Fix a row that wasn't imported, and import it alone; or list the rows to fix.

    Type the new values, or send them on standard input, one line for each column: they never
    stand in the command. Also correct them in your SIS, or tonight's file brings the old ones back.
    """
    with database(keyed=True):
        from rollbook.records.queries.jobs import job_by_number

        found = job_by_number(job)
        if row is None:
            _list(found, as_json=as_json)
            return
        asked = _save(found, row, column or [], without=without, over=over)
        with shown_progress(plain_console(stderr=True), quiet=as_json, is_here=True) as listener:
            from rollbook.automation.imports import run_here

            result = run_here(asked, listener=listener, environ=os.environ)
    report = result.report
    if as_json:
        typer.echo(visible_json({"job": job, "row": row, "import": report.as_object(asked)}))
    elif report.stored:
        typer.echo(f"Row {row} is imported, as import {asked}. Also correct it in your SIS.")
    else:
        typer.echo(f"Row {row} wasn't imported: {report.message}")
    raise typer.Exit(result.exit_code)


def _list(job: "JobView", *, as_json: bool) -> None:
    from rollbook.core.file_set import place_in
    from rollbook.records.queries.row_fixes import all_rows_to_fix, fix_object, fixes_of

    fixes, file = fixes_of(job.number), job.report.file
    left = [row for row in all_rows_to_fix(job) if row not in fixes]
    if as_json:
        done = [fix_object(each, file) for each in fixes.values()]
        typer.echo(visible_json({"job": job.number, "to_fix": left, "fixes": done}))
        return
    if not left and not fixes:
        typer.echo(f"Import {job.number} has no rows to fix.")
        return
    clock = district_clock()
    lines = [(place_in(row, file), "to fix", "", "", "") for row in left]
    for row, each in fixes.items():
        number = str(each.job or "")
        when = clock.column(each.made_at)
        lines.append((place_in(row, file), each.state.value, each.made_by, when, number))
    print_table(["row", "state", "by", f"when ({clock.words})", "import"], lines)


def _save(job: "JobView", row: int, columns: Sequence[str], *, without: bool, over: bool) -> int:
    """Save the row with the new values, and ask for its import; return the import's number."""
    from django.utils import timezone

    from rollbook.core.corrected_rows import edited
    from rollbook.records.models import Feed
    from rollbook.records.operations.row_fixes import import_fixes, open_fix, save_fix
    from rollbook.records.queries.row_checks import checked_row
    from rollbook.records.queries.row_fixes import cells_to_fix

    fix = open_fix(job, row)
    places = [_place(job, header) for header in columns]
    for at, header in enumerate(columns):
        if places.index(places[at]) != at:
            raise UsageError(what=f"“{visible(header)}” is named twice.", field="column")
    typed = dict(zip(places, map(_new_value, columns), strict=True))
    cells = edited(fix.cells if fix else cells_to_fix(job, row) or [], typed)
    checked = checked_row(job, Feed.objects.get(pk=job.feed_id), row, cells)
    if checked.is_rejected or (checked.errors and not without):
        raise UsageError(what=_still(checked), advice="Fix them, too." if columns else "")
    seen, actor = fix.saves if fix else 0, "command line"
    save_fix(job.number, row, typed, seen=seen, actor=actor, now=timezone.now())
    return import_fixes(job.number, actor=actor, rows=[row], over=over, saves=seen + 1)


def _place(job: "JobView", header: str) -> int:
    """Return the position of a column among the file's own. Raises UsageError."""
    from rollbook.core.corrected_rows import own_columns

    own = [job.report.header[at] for at in own_columns(job.report.header)]
    if header not in own:
        raise UsageError(
            what=f"The file of import {job.number} has no column “{visible(header)}”.",
            advice=f"It has: {visible(', '.join(own[:30]))}",
            field="column",
        )
    return own.index(header)


def _new_value(header: str) -> str:
    if sys.stdin.isatty():
        return str(typer.prompt(visible(header), default="", show_default=False))
    line = sys.stdin.readline()
    if not line:
        raise UsageError(what=f"Standard input has no value for “{visible(header)}”.")
    return line.rstrip("\r\n")


def _still(checked: "CheckedRow") -> str:
    """Return what is still wrong, without any value."""
    if checked.refused:
        return checked.refused
    said = [
        f"{visible(each.column)}: {each.message}" if each.column else each.message
        for each in checked.errors
    ]
    return " ".join(["The row still has a problem.", *said])
