"""`rollbook admins`: who may set things up."""

import sys
from collections.abc import Sequence
from typing import Annotated, Final

import typer

from rollbook.cli.bootstrap import database
from rollbook.core.visible import visible

app = typer.Typer(
    no_args_is_help=True, help="People who may sign in: add one, assign schools, reset."
)

Email = Annotated[str, typer.Argument(help="The e-mail address to sign in with.")]

Schools = Annotated[
    list[str] | None,
    typer.Option("--school", help="A school whose students staff see; may be repeated."),
]
ACTOR: Final = "command line"


@app.command("add")
def add(
    email: Email,
    viewer: Annotated[
        bool, typer.Option("--viewer", help="A person who sees imports, but no student's values.")
    ] = False,
    staff: Annotated[
        bool, typer.Option("--staff", help="A person who sees students of some schools alone.")
    ] = False,
    school: Schools = None,
) -> None:
    """Create an administrator. The password is asked for, or read from standard input."""
    if viewer and staff:
        raise typer.BadParameter("Give either --viewer or --staff.")
    if school and not staff:
        raise typer.BadParameter("Schools are assigned to staff alone: add --staff.")
    password = _password()
    with database(pages=True):
        from rollbook.access.models import Role
        from rollbook.access.operations import add_person, chosen_schools

        role = Role.VIEWER if viewer else Role.STAFF if staff else Role.ADMINISTRATOR
        schools = chosen_schools(role, school or ())
        user = add_person(email, password, role=role, actor=ACTOR, schools=schools)
    article = "a viewer" if viewer else "staff" if staff else "an administrator"
    typer.echo(f"{user.email} is {article} now and can sign in.{_told(schools) if staff else ''}")


@app.command("schools")
def schools(email: Email, school: Schools = None) -> None:
    """Assign schools to a person of staff in place of those before; without --school, none."""
    with database(pages=True):
        from rollbook.access.operations import change_schools

        assigned = change_schools(email, school or (), actor=ACTOR)
    typer.echo(f"Done: {email}.{_told(assigned)}")


@app.command("reset")
def reset(email: Email) -> None:
    """Set a new password, remove the second factor and end all sessions of a person."""
    password = _password()
    with database(pages=True):
        from rollbook.access.operations import reset_sign_in

        user = reset_sign_in(email, password, actor=ACTOR)
    typer.echo(
        f"{user.email} can sign in with the new password, without a second factor, also if the "
        "account was deactivated."
    )


def _told(schools: Sequence[str]) -> str:
    if not schools:
        return " No school is assigned, so this person sees no students."
    return f" Schools: {', '.join(map(visible, schools))}."


def _password() -> str:
    # Never an option: the process list would show it to everybody on the machine.
    if sys.stdin.isatty():
        return str(typer.prompt("New password", hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\r\n")
