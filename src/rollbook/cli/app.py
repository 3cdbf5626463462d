"""The tree of commands. Each imports what it needs only when it runs, so that --help is quick."""

from typing import Annotated

import typer

from rollbook.cli import (
    admins,
    backup,
    demo,
    feeds,
    health,
    imports,
    jobs,
    keys,
    move,
    schools,
    serve,
    settings,
    terms,
    tokens,
    uninstall,
    worker,
)

app = typer.Typer(
    name="rollbook",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Keeps a school district's student data current: fetch, check, merge.",
)
app.command("demo")(demo.demo)
app.command("import")(imports.import_file)
app.command("run")(imports.run_feed)
app.command("check")(imports.check)
app.add_typer(feeds.app, name="feeds")
app.add_typer(terms.app, name="terms")
app.add_typer(schools.app, name="schools")
app.add_typer(settings.app, name="settings")
app.add_typer(jobs.app, name="jobs")
app.add_typer(admins.app, name="admins")
app.add_typer(tokens.app, name="tokens")
app.add_typer(keys.app, name="keys")
app.command("serve")(serve.serve)
app.command("worker")(worker.worker)
app.command("health")(health.health)
app.command("backup")(backup.backup)
app.command("restore")(backup.restore)
app.command("move")(move.move)
app.command("uninstall")(uninstall.uninstall)


@app.command()
def migrate(
    roles: Annotated[
        bool, typer.Option("--roles", help="Then print the statements for a serving role.")
    ] = False,
    role: Annotated[str, typer.Option(help="The name of the serving role.")] = "rollbook_serve",
) -> None:
    """Create or update the tables of the database."""
    from rollbook.cli.bootstrap import database

    with database(migrated=False, pages=True):
        from rollbook.records import migrate as records

        try:
            records.migrate()
        except records.OwnerNeeded as error:
            typer.echo(";\n".join(error.statements) + ";")
            raise
        typer.echo("The tables are up to date.", err=roles)
        for fault in records.left_to_others():
            typer.echo(f"Note: {fault}. {fault.advice}", err=True)
        if roles:
            from rollbook.records.roles import statements

            typer.echo(";\n".join(statements(role)) + ";")


@app.callback(invoke_without_command=True)
def root(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """Show the version where asked."""
    if version:
        from importlib.metadata import version as installed

        typer.echo(f"rollbook {installed('rollbook')}")
        raise typer.Exit
