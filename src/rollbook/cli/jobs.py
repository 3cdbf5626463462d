"""`rollbook jobs`: the history, one job with its log, and the fix-it file."""

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from rollbook.cli import job_advance, job_import, job_levels, job_notes
from rollbook.cli.bootstrap import database
from rollbook.cli.console import plain_console
from rollbook.cli.disclosures import note_disclosure
from rollbook.cli.imports import AsJson, Issues, issue_limit, print_result
from rollbook.cli.job_changes import changes
from rollbook.cli.job_undo import undo
from rollbook.cli.progress import shown_progress
from rollbook.cli.summary import print_rosters, print_schools, print_summary
from rollbook.core.csv_lines import csv_lines
from rollbook.core.report import fix_it_rows, issue_objects, nothing_to_fix
from rollbook.core.visible import visible_json

if TYPE_CHECKING:
    from rollbook.records.queries.jobs import JobView

app = typer.Typer(no_args_is_help=True, help="What was imported, and what went wrong.")
app.command("levels")(job_levels.levels)
app.command("note")(job_notes.note)

_WIDE = 100
"""Columns of a terminal in which a line of the history has room for a file's name."""

_LONG_NAME = 16
"""Letters of a feed's name that stay in one line; a longer one is folded, never cut."""

app.command("changes")(changes)

Job = Annotated[int | None, typer.Argument(help="The job's number; without it the newest.")]


@app.command("list")
def list_jobs(
    feed: Annotated[str | None, typer.Option(help="Only this feed's.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many at most.")] = 20,
    as_json: AsJson = False,
) -> None:
    """List the newest jobs first."""
    with database():
        from rollbook.records.queries.jobs import newest_jobs

        _mark_interrupted()
        found = newest_jobs(feed=feed, limit=limit)
        if as_json:
            typer.echo(visible_json([job.report.as_object(job.number) for job in found]))
            return
        if not found:
            typer.echo("No import has run yet. Start with `rollbook import FILE`.")
            return
        console = plain_console()
        console.print(_table(found, is_narrow=console.width < _WIDE))


def _mark_interrupted() -> None:
    """A job whose process has died must not be shown as running."""
    from rollbook.records.database import connect
    from rollbook.records.operations import jobs

    with connect(autocommit=True) as connection:
        jobs.mark_interrupted(connection)


def _table(found: Sequence["JobView"], *, is_narrow: bool) -> Table:
    """Return one line per job. On a narrow terminal the year and the file's name are left out."""
    between = (0, 1, 0, 0 if is_narrow else 1)
    table = Table(box=None, pad_edge=False, header_style="dim", padding=between)
    table.add_column("job", justify="right", no_wrap=True)
    table.add_column("started (UTC)" if not is_narrow else "UTC", no_wrap=True)
    # A feed's name cannot be guessed from a part of it; a result in two lines can be read.
    longest = max(len(job.feed) for job in found)
    table.add_column("feed", no_wrap=longest <= _LONG_NAME, overflow="fold")
    table.add_column("result", no_wrap=not is_narrow)
    for title in ("rows", "new", "changed", "rejected", "issues"):
        table.add_column(title, justify="right", no_wrap=True)
    if not is_narrow:
        table.add_column("file")
    for job in found:
        row = _row(job, moment="%m-%d %H:%M" if is_narrow else "%Y-%m-%d %H:%M")
        table.add_row(*row[: len(table.columns)])
    return table


def _row(job: "JobView", *, moment: str) -> list[str]:
    report, counts = job.report, job.report.counts
    issues = report.errors + report.warnings
    result = report.status if report.reason is None else report.reason.replace("_", " ")
    result = "undone" if report.undone else result
    numbers = (counts.total, counts.inserted, counts.updated, counts.rejected, issues)
    return [
        str(job.number),
        job.started_at.strftime(moment) if job.started_at else "",
        job.feed,
        result + (" (dry run)" if report.dry_run else ""),
        *(f"{number:,}" for number in numbers),
        report.file.get("name", ""),
    ]


@app.command("show")
def show(job: Job = None, as_json: AsJson = False, issues: Issues = "20") -> None:
    """Show one job: outcome, counts, problems by kind, and its log."""
    limit = issue_limit(issues)
    with database():
        from rollbook.records.queries.comparison import before_and_after
        from rollbook.records.queries.held_schools import school_lines
        from rollbook.records.queries.issues import (
            issue_groups,
            issues_of,
        )
        from rollbook.records.queries.jobs import job_by_number, job_events

        _mark_interrupted()
        found = job_by_number(job)
        if as_json:
            listed = issue_objects(issues_of(found.number, limit=limit), found.report.file)
            if listed:
                note_disclosure(f"job {found.number}", "examples of problems")
            typer.echo(visible_json(found.report.as_object(found.number) | {"issue_list": listed}))
            return
        console, groups = plain_console(), issue_groups(found.number)
        if groups:
            note_disclosure(f"job {found.number}", "examples of problems")
        print_summary(console, found.report, groups, job=found.number, values=True)
        job_advance.tell(found)
        rosters, schools = before_and_after(found), school_lines(found)
        print_schools(console, schools)
        print_rosters(console, {"grades": rosters["grades"]} if schools else rosters)
        console.print("\n  Log", style="bold")
        for event in job_events(found.number):
            console.print(f"  {event.at:%Y-%m-%d %H:%M:%S}  {event.message}", highlight=False)


@app.command("cancel")
def cancel(job: Annotated[int, typer.Argument(help="The job's number.")]) -> None:
    """Stop a waiting or running import, or call its next attempt off. Nothing of it is saved."""
    with database():
        from rollbook.records.operations.queueing import request_cancel

        _mark_interrupted()
        is_stopped = request_cancel(job, actor="command line")
    if is_stopped:
        typer.echo(f"Job {job} is being stopped. Nothing of it is saved.")
    else:
        typer.echo(f"Job {job} will not be tried again. It has failed; nothing of it is saved.")


Reason = Annotated[str, typer.Option(help="Why; it is kept in the audit log.")]
HeldJob = Annotated[int, typer.Argument(help="The job's number.")]


@app.command("approve")
def approve(
    job: HeldJob,
    reason: Reason,
    expect: Annotated[
        bool, typer.Option("--expect", help="Allow as much from now on: raise the feed's limits.")
    ] = False,
    as_json: AsJson = False,
    issues: Issues = "20",
) -> None:
    """Apply a held import as it is. Its rows are checked again against today's students."""
    limit = issue_limit(issues)
    with (
        database(keyed=True),
        shown_progress(plain_console(stderr=True), quiet=as_json, is_here=True) as listener,
    ):
        from rollbook.automation.imports import run_here
        from rollbook.records.operations.decisions import approve_import

        approve_import(job, actor="command line", reason=reason, is_queued=False, expects=expect)
        result = run_here(job, listener=listener, environ=os.environ)
        print_result(result, as_json=as_json, limit=limit)
    raise typer.Exit(result.exit_code)


app.command("import")(job_import.import_checked_file)


@app.command("discard")
def discard(job: HeldJob, reason: Reason) -> None:
    """Give a held import up and delete its stored file."""
    with database():
        from rollbook.records.operations.decisions import discard_import

        discard_import(job, actor="command line", reason=reason)
    typer.echo(f"Job {job} was discarded. Nothing was changed.")


app.command("decide")(job_advance.decide)
app.command("rehearse")(job_advance.rehearse)
app.command("take-back")(job_advance.take_decision_back)
app.command("undo")(undo)


@app.command("fixit")
def fixit(job: Job = None) -> None:
    """Write the rejected rows as CSV to standard output, each with what to fix.

    Correct them there and import the file: its first two columns are ignored.
    """
    with database():
        from rollbook.records.queries.issues import (
            has_rejected_rows,
            rejected_rows,
            row_errors,
        )
        from rollbook.records.queries.jobs import job_by_number

        found = job_by_number(job)
        if not has_rejected_rows(found):
            typer.echo(nothing_to_fix(found.number), err=True)
            return
        note_disclosure(f"job {found.number}", "rejected rows as CSV", as_file=True)
        rows = fix_it_rows(
            found.report.header,
            rejected_rows(found.number),
            row_errors(found.number),
            found.report.file,
        )
        sys.stdout.writelines(csv_lines(rows))
        typer.echo(
            f"Corrected, import it with `rollbook import FILE --feed {found.feed}`: it is read "
            "with that feed's settings, and nobody is marked as missing.",
            err=True,
        )
