"""`rollbook jobs import`: the file of a dry run, imported as it was checked."""

import os
from typing import Annotated

import typer

from rollbook.cli.bootstrap import database
from rollbook.cli.console import plain_console
from rollbook.cli.imports import AsJson, Issues, issue_limit, print_result
from rollbook.cli.progress import shown_progress

CheckedJob = Annotated[int, typer.Argument(help="The dry run's number.")]


def import_checked_file(job: CheckedJob, as_json: AsJson = False, issues: Issues = "20") -> None:
    """Import the file that a dry run checked, exactly as it was.

    Not if the feed's settings have changed since, a newer file has been imported, or the file is
    no longer kept. The import gets a number of its own.
    """
    limit = issue_limit(issues)
    with (
        database(keyed=True),
        shown_progress(plain_console(stderr=True), quiet=as_json, is_here=True) as listener,
    ):
        from rollbook.automation.imports import run_here
        from rollbook.records.operations.checked_files import import_checked

        number = import_checked(job, actor="command line", is_queued=False)
        result = run_here(number, listener=listener, environ=os.environ)
        print_result(result, as_json=as_json, limit=limit)
    raise typer.Exit(result.exit_code)
