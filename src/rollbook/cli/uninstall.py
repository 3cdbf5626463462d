"""`rollbook uninstall --print`: the statements that take Rollbook out of its database."""

from typing import Annotated

import typer

from rollbook.cli.bootstrap import database
from rollbook.core.errors import UsageError


def uninstall(
    print_: Annotated[
        bool, typer.Option("--print", help="Print the statements. This is all it does.")
    ] = False,
) -> None:
    """Print the SQL that removes Rollbook from the database. Other programs' data stays."""
    if not print_:
        raise UsageError(
            what="Rollbook doesn't remove itself.",
            advice="Print the statements with --print, and have the database's owner run them.",
        )
    with database(migrated=False):
        from rollbook.backup.removal import statements

        typer.echo(statements(), nl=False)
