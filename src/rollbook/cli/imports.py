"""`rollbook import` and `run`: a file in, a summary or one JSON object out."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rollbook.cli.bootstrap import database
from rollbook.cli.console import is_read_by_a_person, plain_console
from rollbook.cli.disclosures import note_disclosure
from rollbook.cli.progress import shown_progress
from rollbook.cli.summary import print_summary
from rollbook.core.errors import UsageError
from rollbook.core.feed_settings import ENCODINGS
from rollbook.core.issues import Issue, IssueGroup
from rollbook.core.visible import visible_json

if TYPE_CHECKING:
    from rollbook.automation.imports import JobResult
    from rollbook.core.report import Report

LOOKED_AT_NOTHING = (5, 6)
"""Exit codes of runs that name another job: one that is running, or the last import."""

Files = Annotated[
    list[Path],
    typer.Argument(
        metavar="FILE...",
        help="A text file or workbook, also in a .zip or .gz. Several files are one export.",
    ),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Preview only; nothing is saved.")]
Force = Annotated[
    bool, typer.Option("--force", help="Import even if the file is the same as last time.")
]
NoWait = Annotated[bool, typer.Option("--no-wait", help="Don't wait until the file is complete.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
FileEncoding = Annotated[
    str | None,
    typer.Option("--encoding", help=f"How a text file is encoded: {', '.join(ENCODINGS)}."),
]
Issues = Annotated[
    str, typer.Option("--issues", metavar="N|all", help="How many problems the JSON lists.")
]


def import_file(
    files: Files,
    feed: Annotated[str, typer.Option(help="The feed whose settings to use.")] = "files",
    dry_run: DryRun = False,
    force: Force = False,
    encoding: FileEncoding = None,
    as_json: AsJson = False,
    issues: Issues = "20",
) -> None:
    """Check a file and import it: all of its good rows, or none."""
    from rollbook.core.sources.local import local_source

    limit = issue_limit(issues)
    check_encoding(encoding)
    with database(keyed=True, imports=True):
        from rollbook.automation.imports import run_import
        from rollbook.environ import largest_file
        from rollbook.records.queries.feeds import feed_by_name

        with shown_progress(
            plain_console(stderr=True), quiet=as_json, is_here=True, checks=dry_run
        ) as listener:
            result = run_import(
                feed_by_name(feed),
                local_source(files, largest=largest_file(os.environ)),
                dry_run=dry_run,
                force=force,
                listener=listener,
                environ=os.environ,
                encoding=encoding,
            )
        print_result(result, as_json=as_json, limit=limit)
    raise typer.Exit(result.exit_code)


def run_feed(
    feed: Annotated[str, typer.Argument(help="The feed's name; see `rollbook feeds list`.")],
    dry_run: DryRun = False,
    force: Force = False,
    no_wait: NoWait = False,
    as_json: AsJson = False,
    issues: Issues = "20",
) -> None:
    """Fetch a feed's newest file over SFTP and import it now."""
    limit = issue_limit(issues)
    with database(keyed=True, imports=True):
        from rollbook.automation.imports import run_import
        from rollbook.records.queries.feeds import feed_by_name
        from rollbook.records.sources import source_of

        row = feed_by_name(feed)
        waits = row.unchanged_for > 0 and not no_wait
        with shown_progress(
            plain_console(stderr=True), quiet=as_json, waits=waits, checks=dry_run
        ) as listener:
            result = run_import(
                row,
                source_of(row, os.environ),
                dry_run=dry_run,
                force=force,
                no_wait=no_wait,
                listener=listener,
                environ=os.environ,
            )
        print_result(result, as_json=as_json, limit=limit)
    raise typer.Exit(result.exit_code)


def issue_limit(text: str) -> int | None:
    """Return what `--issues` asks for; None: all."""
    if text == "all":
        return None
    if text.isascii() and text.isdigit():
        return int(text)
    raise UsageError(
        what=f"“{text}” isn't a whole number.", advice="Use a number, or “all”.", field="issues"
    )


def check_encoding(encoding: str | None) -> None:
    """Raise UsageError where it is none that is known."""
    if encoding is not None and encoding not in ENCODINGS:
        raise UsageError(
            what=f"We don't know the encoding “{encoding}”.",
            advice=f"Choose one of: {', '.join(ENCODINGS)}.",
            field="encoding",
        )


def print_result(result: "JobResult", *, as_json: bool, limit: int | None) -> None:
    """Print what a job came to."""
    from rollbook.records.queries.issues import issue_groups, issues_of

    found: Sequence[Issue] = []
    groups: Sequence[IssueGroup] = []
    # Of a file that was not looked into, nothing can be said; the job named is an earlier one.
    if result.job is not None and result.exit_code not in LOOKED_AT_NOTHING:
        if as_json:
            found = issues_of(result.job, limit=limit)
        else:
            groups = issue_groups(result.job)
    if result.job is not None and (found or (groups and is_read_by_a_person())):
        note_disclosure(f"job {result.job}", "examples of problems")
    print_report(result.report, found, groups, job=result.job, as_json=as_json)


def print_report(
    report: "Report",
    found: Sequence[Issue],
    groups: Sequence[IssueGroup],
    *,
    job: int | None,
    as_json: bool,
    checked: bool = False,
) -> None:
    """Print a report; `checked`: no database was asked to store it."""
    from rollbook.core.report import issue_objects

    if as_json:
        typer.echo(
            visible_json(report.as_object(job) | {"issue_list": issue_objects(found, report.file)})
        )
    else:
        values = is_read_by_a_person()
        print_summary(plain_console(), report, groups, job=job, values=values, checked=checked)
        if report.reason == "held" and job and not report.dry_run:
            typer.echo(
                f"Import it anyway: `rollbook jobs approve {job} --reason ...`\n"
                f"Discard it:       `rollbook jobs discard {job} --reason ...`"
            )
