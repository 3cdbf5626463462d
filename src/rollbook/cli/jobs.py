"""`rollbook jobs`: the history, one job with its log, and the fix-it file."""

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table
from rich.text import Text

from rollbook.cli import job_advance, job_fix, job_import, job_levels, job_notes
from rollbook.cli.bootstrap import database
from rollbook.cli.command_group import Commands
from rollbook.cli.console import plain_console
from rollbook.cli.disclosures import note_disclosure
from rollbook.cli.imports import AsJson, Issues, issue_limit, print_result
from rollbook.cli.job_changes import changes
from rollbook.cli.job_undo import undo
from rollbook.cli.progress import shown_progress
from rollbook.cli.summary import print_rosters, print_schools, print_summary
from rollbook.cli.times import Clock, district_clock
from rollbook.core.csv_lines import csv_lines
from rollbook.core.report import fix_it_rows, issue_objects, nothing_to_fix
from rollbook.core.visible import visible, visible_json

if TYPE_CHECKING:
    from rollbook.records.queries.jobs import JobView

app = Commands(help="Past imports: results, problems and decisions.")
app.command("levels")(job_levels.levels)
app.command("note")(job_notes.note)
app.command("fix")(job_fix.fix)

_WIDE = 100
"""Columns of a terminal in which a line of the history has room for a file's name."""

_LONG_NAME = 16
"""Letters of a feed's name that stay in one line; a longer one is folded, never cut."""

app.command("changes")(changes)

Job = Annotated[int | None, typer.Argument(help="The import's number; the newest if left out.")]


@app.command("list")
def list_jobs(
    feed: Annotated[str | None, typer.Option(help="Only imports of this feed.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many at most.")] = 20,
    as_json: AsJson = False,
) -> None:
    """List imports, the newest first."""
    with database():
        from rollbook.records.queries.jobs import newest_jobs

        _mark_interrupted()
        found = newest_jobs(feed=feed, limit=limit)
        if as_json:
            typer.echo(visible_json([job.report.as_object(job.number) for job in found]))
            return
        if not found:
            typer.echo("No imports yet. Start with `rollbook import FILE`.")
            return
        console = plain_console()
        console.print(_table(found, district_clock(), is_narrow=console.width < _WIDE))


def _mark_interrupted() -> None:
    """A job whose process has died must not be shown as running."""
    from rollbook.records.database import connect
    from rollbook.records.operations import jobs

    with connect(autocommit=True) as connection:
        jobs.mark_interrupted(connection)


def _table(found: Sequence["JobView"], clock: Clock, *, is_narrow: bool) -> Table:
    """Return one line per job; on a narrow terminal without year, new students and file."""
    between = (0, 1, 0, 0 if is_narrow else 1)
    table = Table(box=None, pad_edge=False, header_style="dim", padding=between)
    table.add_column("job", justify="right", no_wrap=True)
    table.add_column(clock.words if is_narrow else f"started ({clock.words})", no_wrap=True)
    # A feed's name cannot be guessed from a part of it; a result in two lines can be read.
    longest = max(len(job.feed) for job in found)
    table.add_column("feed", no_wrap=longest <= _LONG_NAME, overflow="fold")
    table.add_column("result", no_wrap=not is_narrow)
    for title in ("rows", *(() if is_narrow else ("new",)), "changed", "rejected", "issues"):
        table.add_column(title, justify="right", no_wrap=True)
    if not is_narrow:
        table.add_column("file")
    for job in found:
        moment = clock.short(job.started_at) if is_narrow else clock.column(job.started_at, "")
        table.add_row(*_row(job, moment, is_narrow=is_narrow))
    return table


def _row(job: "JobView", moment: str, *, is_narrow: bool) -> list[str]:
    report, counts = job.report, job.report.counts
    issues = report.errors + report.warnings
    result = report.status if report.reason is None else report.reason.replace("_", " ")
    result = "undone" if report.undone else result
    new = () if is_narrow else (counts.inserted,)
    numbers = (counts.total, *new, counts.updated, counts.rejected, issues)
    return [
        str(job.number),
        moment,
        job.feed,
        result + (" (dry run)" if report.dry_run else ""),
        *(f"{number:,}" for number in numbers),
        *(() if is_narrow else (visible(report.file.get("name", "")),)),
    ]


@app.command("show")
def show(job: Job = None, as_json: AsJson = False, issues: Issues = "20") -> None:
    """Show one import: its result, counts, problems and log."""
    limit = issue_limit(issues)
    with database():
        from rollbook.records.log_words import log_words
        from rollbook.records.outcome import Outcome
        from rollbook.records.queries.changes import effect_of
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
        if found.outcome is Outcome.NEEDS_REVIEW and (effect := effect_of(found)):
            console.print(f"\n  Importing it anyway {effect}.", highlight=False)
        rosters, schools = before_and_after(found), school_lines(found)
        print_schools(console, schools)
        print_rosters(console, {"grades": rosters["grades"]} if schools else rosters)
        clock = district_clock()
        console.print(f"\n  Log ({clock.words})", style="bold")
        log = Table.grid(padding=(0, 2))
        log.add_column(no_wrap=True)
        log.add_column(overflow="fold")
        for event in job_events(found.number):
            words = visible(log_words(event.message))
            log.add_row(f"  {clock.second(event.at):>25}", Text(words))
        console.print(log)


@app.command("cancel")
def cancel(job: Annotated[int, typer.Argument(help="The import's number.")]) -> None:
    """Stop an import that waits or runs, or cancel its retry. Nothing is saved."""
    with database():
        from rollbook.records.operations.queueing import request_cancel

        _mark_interrupted()
        is_stopped = request_cancel(job, actor="command line")
    if is_stopped:
        typer.echo(f"Stopping import {job}. Nothing is saved.")
    else:
        typer.echo(f"Import {job} failed and won't be tried again. Nothing was saved.")


Reason = Annotated[str, typer.Option(help="Why; kept in the audit log.")]
HeldJob = Annotated[int, typer.Argument(help="The import's number.")]


@app.command("approve")
def approve(
    job: HeldJob,
    reason: Reason,
    expect: Annotated[
        bool,
        typer.Option(
            "--expect", help="Also raise the feed's limits, to allow as much from now on."
        ),
    ] = False,
    as_json: AsJson = False,
    issues: Issues = "20",
) -> None:
    """Import a held file anyway. Its rows are checked again first."""
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
    """Don't import a held file, and delete it."""
    with database():
        from rollbook.records.operations.decisions import discard_import

        discard_import(job, actor="command line", reason=reason)
    typer.echo(f"Discarded import {job}. Your data stays the same.")


app.command("decide")(job_advance.decide)
app.command("rehearse")(job_advance.rehearse)
app.command("take-back")(job_advance.take_decision_back)
app.command("undo")(undo)


@app.command("fixit")
def fixit(job: Job = None) -> None:
    """Print the rejected rows as CSV, each with what to fix.

    Fix them in the file and import it: its first two columns are ignored.
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
            f"Fix the rows, then run `rollbook import FILE --feed {found.feed}`. Students who "
            "aren't in it won't be marked missing.",
            err=True,
        )
