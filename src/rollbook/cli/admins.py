"""`rollbook admins`: who may set things up."""

import sys
from typing import Annotated

import typer

from rollbook.cli.bootstrap import database

app = typer.Typer(no_args_is_help=True, help="Administrators: add one, reset a sign-in.")

Email = Annotated[str, typer.Argument(help="The e-mail address to sign in with.")]


@app.command("add")
def add(
    email: Email,
    viewer: Annotated[
        bool, typer.Option("--viewer", help="A person who sees imports, but no student's values.")
    ] = False,
) -> None:
    """Create an administrator. The password is asked for, or read from standard input."""
    password = _password()
    with database(pages=True):
        from rollbook.access.models import Role
        from rollbook.access.operations import add_person

        role = Role.VIEWER if viewer else Role.ADMINISTRATOR
        user = add_person(email, password, role=role, actor="command line")
    article = "a viewer" if viewer else "an administrator"
    typer.echo(f"{user.email} is {article} now and can sign in.")


@app.command("reset")
def reset(email: Email) -> None:
    """Set a new password, remove the second factor and end all sessions of a person."""
    password = _password()
    with database(pages=True):
        from rollbook.access.operations import reset_sign_in

        user = reset_sign_in(email, password, actor="command line")
    typer.echo(
        f"{user.email} can sign in with the new password, without a second factor, also if the "
        "account was deactivated."
    )


def _password() -> str:
    # Never an option: the process list would show it to everybody on the machine.
    if sys.stdin.isatty():
        return str(typer.prompt("New password", hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\r\n")
