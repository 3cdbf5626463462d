"""`rollbook uninstall --print`: the statements that take Rollbook out of its database."""

from typing import Annotated

import typer

from rollbook.cli.bootstrap import database
from rollbook.core.errors import UsageError


def uninstall(
    print_: Annotated[
        bool, typer.Option("--print", help="Print the statements; the only thing it can do.")
    ] = False,
) -> None:
    """Print the SQL that takes Rollbook out of the database; what others have there stays."""
    if not print_:
        raise UsageError(
            what="Rollbook does not remove itself from a database.",
            advice="Print the statements with --print, read them, and let the owner run them.",
        )
    with database(migrated=False):
        from rollbook.backup.removal import statements

        typer.echo(statements(), nl=False)
