"""`rollbook check`: what an import of a file would say, with a database or without."""

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from rollbook.cli.bootstrap import TablesMissing, database, home
from rollbook.cli.console import plain_console
from rollbook.cli.imports import (
    AsJson,
    FileEncoding,
    Files,
    Issues,
    check_encoding,
    issue_limit,
    print_report,
)
from rollbook.cli.progress import shown_progress
from rollbook.core.errors import RollbookError
from rollbook.core.events import Listener
from rollbook.core.issues import Findings, SpooledIssues, private_detail

if TYPE_CHECKING:
    from rollbook.core.catalogue.students import Catalogue
    from rollbook.core.feed_settings import FeedRules
    from rollbook.core.import_context import ImportContext
    from rollbook.core.sandbox.process import Sandbox
    from rollbook.core.sources.source import Fetched


Terms = Annotated[
    list[str] | None,
    typer.Option(help="Also read this term's columns: 'Winter 2026'. Can be repeated."),
]


def check(
    files: Files,
    term: Terms = None,
    encoding: FileEncoding = None,
    as_json: AsJson = False,
    issues: Issues = "20",
) -> None:
    """Check a file without importing it. Works without a database, too."""
    from rollbook.core.import_context import ImportContext
    from rollbook.core.report import EXIT_CODE_OF_HELD, Report
    from rollbook.core.sandbox.process import Sandbox
    from rollbook.core.sources.local import local_source
    from rollbook.core.timer import PhaseTimer
    from rollbook.environ import largest_file
    from rollbook.home import scratch_file

    limit = issue_limit(issues)
    report, found = Report(dry_run=True), SpooledIssues(scratch_file(home()))
    check_encoding(encoding)
    code = 0
    with (
        _database_if_any() as is_open,
        _progress(quiet=as_json, compares=is_open) as listener,
        scratch_file(home()) as bytes_of_file,
        Sandbox(bytes_of_file, lambda: scratch_file(home())) as sandbox,
    ):
        catalogue, rules = _meaning(term or [], is_open=is_open)
        if encoding is not None:
            rules = replace(rules, encoding=encoding)
        timer = PhaseTimer(report, listener)
        context = ImportContext(catalogue, rules, report, Findings(found), timer, sandbox.scratch)
        try:
            source = local_source(files, largest=largest_file(os.environ))
            fetched = source.fetch(bytes_of_file, listener=timer)
            report.learn_fetched(name=fetched.name, size=fetched.size, sha256=fetched.sha256)
            _check_file(sandbox, fetched, context, is_open=is_open)
            code = EXIT_CODE_OF_HELD if report.status == "held" else 0
        except RollbookError as error:
            report.fail(error)
            context.findings.add(private_detail(error))
            code = error.exit_code
    timer.stop()
    report.learn_findings(context.findings)
    print_report(
        report, found.first(limit), found.groups(), job=None, as_json=as_json, checked=True
    )
    raise typer.Exit(code)


def _progress(*, quiet: bool, compares: bool) -> AbstractContextManager[Listener]:
    console = plain_console(stderr=True)
    return shown_progress(console, quiet=quiet, is_here=True, checks=True, compares=compares)


def _check_file(
    sandbox: "Sandbox", fetched: "Fetched", context: "ImportContext", *, is_open: bool
) -> None:
    """Check the file against the students that are known; where there are none, by its own."""
    if is_open:
        from rollbook.automation.trial_import import try_import
        from rollbook.records.queries.feeds import feed_by_name, read_catalogue
        from rollbook.records.queries.students import is_any_known

        # A term that was only asked for has no columns yet.
        if is_any_known() and read_catalogue().fingerprint == context.catalogue.fingerprint:
            try_import(sandbox, fetched, feed=feed_by_name("files"), context=context)
            return
    from rollbook.core.pipeline import check_file

    check_file(sandbox, fetched, context=context)


def _meaning(terms: list[str], *, is_open: bool) -> tuple["Catalogue", "FeedRules"]:
    """Return the terms and mappings of the configured database, or those of a new district."""
    from rollbook.core.catalogue.students import student_catalogue
    from rollbook.core.catalogue.terms import INITIAL_TERMS, Term, parse_term_name
    from rollbook.core.feed_settings import FeedRules

    known: tuple[Term, ...] = INITIAL_TERMS
    rules = FeedRules()
    if is_open:
        from rollbook.records.queries.feeds import feed_by_name, feed_rules, read_catalogue

        known = read_catalogue().terms
        rules = feed_rules(feed_by_name("files"))
    keys = {term.key for term in known}
    asked = [Term(parse_term_name(name), None, None) for name in terms]
    return student_catalogue((*known, *(term for term in asked if term.key not in keys))), rules


@contextmanager
def _database_if_any() -> Iterator[bool]:
    """Open the database of this installation; False where there is none that can be used.

    Then the file is checked alone, and it is said what that leaves out.
    """
    with ExitStack() as opened:
        is_open = _is_configured()
        if is_open:
            try:
                opened.enter_context(database())
            except RollbookError as error:
                if not _is_away(error):
                    raise
                is_open = False
                typer.echo(f"Note: {error.message.what} {_ALONE}", err=True)
        yield is_open


def _is_away(error: RollbookError) -> bool:
    """Tell whether no database answers, or it is not Rollbook's yet; else something is wrong."""
    from rollbook.records.connection_errors import DatabaseUnavailable

    return isinstance(error, DatabaseUnavailable | TablesMissing)


_ALONE = "So this checks the file alone: without your students, terms and column mappings."


def _is_configured() -> bool:
    named = any(os.environ.get(name) for name in ("DATABASE_URL", "DATABASE_URL_FILE"))
    return named or (home() / "postgres").exists()
