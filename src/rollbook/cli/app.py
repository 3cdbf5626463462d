"""The tree of commands. Each imports what it needs only when it runs, so that --help is quick."""

from collections.abc import Sequence
from typing import Annotated

import typer

from rollbook.cli import (
    admins,
    audit,
    backup,
    calendar,
    check,
    demo,
    doctor,
    feeds,
    fleet,
    health,
    imports,
    jobs,
    keys,
    layouts,
    move,
    quality,
    schools,
    serve,
    settings,
    sign_in,
    students,
    terms,
    tokens,
    uninstall,
    worker,
    year,
)
from rollbook.cli.command_group import Commands
from rollbook.core.quantities import counted

app = Commands(
    name="rollbook",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Keeps a school district's student data up to date: fetches it, checks it, imports it.",
)
app.command("demo")(demo.demo)
app.command("import")(imports.import_file)
app.command("run")(imports.run_feed)
app.command("check")(check.check)
app.add_typer(feeds.app, name="feeds")
app.add_typer(fleet.app, name="fleet")
app.add_typer(terms.app, name="terms")
app.add_typer(calendar.app, name="calendar")
app.add_typer(year.app, name="year")
app.add_typer(layouts.app, name="layouts")
app.add_typer(schools.app, name="schools")
app.add_typer(settings.app, name="settings")
app.add_typer(jobs.app, name="jobs")
app.add_typer(students.app, name="students")
app.add_typer(admins.app, name="admins")
app.add_typer(sign_in.app, name="sign-in")
app.add_typer(tokens.app, name="tokens")
app.add_typer(audit.app, name="audit")
app.add_typer(keys.app, name="keys")
app.command("serve")(serve.serve)
app.command("worker")(worker.worker)
app.command("health")(health.health)
app.command("quality")(quality.quality)
app.command("doctor")(doctor.doctor)
app.command("backup")(backup.backup)
app.command("restore")(backup.restore)
app.command("move")(move.move)
app.command("uninstall")(uninstall.uninstall)


@app.command()
def migrate(
    roles: Annotated[
        bool,
        typer.Option("--roles", help="Also print SQL for a role with fewer rights."),
    ] = False,
    role: Annotated[str, typer.Option(help="The name of that role.")] = "rollbook_serve",
    quiet: Annotated[bool, typer.Option("--quiet", help="Only say what went wrong.")] = False,
) -> None:
    """Create or update the database's tables, such as after an upgrade."""
    from rollbook.cli.bootstrap import database

    with database(migrated=False, pages=True):
        from rollbook.records import migrate as records
        from rollbook.records.owners import script

        try:
            made = records.migrate()
        except records.OwnerNeeded as error:
            # Standard output is for psql, and for nothing else.
            typer.echo(script(error.statements))
            _tell_made(error.made)
            raise
        if not quiet:
            _tell_made(made)
            typer.echo("The tables are up to date.", err=True)
        for fault in records.left_to_others():
            typer.echo(f"Note: {fault}. {fault.advice}", err=True)
        if roles:
            from rollbook.records.roles import statements

            typer.echo(script(statements(role)))


def _tell_made(made: Sequence[str]) -> None:
    ours = [each for each in made if each.startswith("rollbook.")]
    others = [each for each in made if not each.startswith("rollbook.")]
    if ours:
        others.insert(0, f"{counted(len(ours), 'table')} in the schema rollbook")
    if others:
        typer.echo(f"Created: {', '.join(others)}.", err=True)


@app.callback(invoke_without_command=True)
def root(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """Keep a school district's student data up to date: fetch it, check it, import it."""
    if version:
        from importlib.metadata import version as installed

        typer.echo(f"rollbook {installed('rollbook')}")
        raise typer.Exit
