"""`rollbook admins`: who may set things up."""

import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from rich.table import Table
from rich.text import Text

from rollbook.cli.bootstrap import database
from rollbook.cli.command_group import Commands
from rollbook.cli.console import plain_console
from rollbook.core.visible import visible

if TYPE_CHECKING:
    from rollbook.access.queries import Person

app = Commands(help="People who may sign in: list them, add one, assign schools, reset.")

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


@app.command("list")
def list_people(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON array.")] = False,
) -> None:
    """List who may sign in: role, schools, second factor and last sign-in."""
    with database(pages=True):
        from rollbook.access.queries import people

        found = people()
        if as_json:
            typer.echo(json.dumps([_object(each) for each in found]))
        elif found:
            plain_console().print(_table(found))
        else:
            typer.echo("Nobody can sign in yet. Add one with `rollbook admins add EMAIL`.")


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


def _table(found: "Sequence[Person]") -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for title in ("address", "role", "second factor", "last sign-in (UTC)"):
        table.add_column(title, overflow="fold")
    for each in found:
        role = str(each.user.get_role_display())
        if each.user.is_staff_member:
            role += f": {', '.join(map(visible, each.user.schools)) or 'no school'}"
        if not each.user.is_active:
            role += " (deactivated)"
        seen = f"{each.last_sign_in:%Y-%m-%d %H:%M}" if each.last_sign_in else "never"
        secured = "yes" if each.has_second_factor else "no"
        table.add_row(*map(Text, (each.user.email, role, secured, seen)))
    return table


def _object(each: "Person") -> dict[str, Any]:
    return {
        "email": each.user.email,
        "role": each.user.role,
        "schools": list(each.user.schools),
        "is_active": each.user.is_active,
        "has_second_factor": each.has_second_factor,
        "last_sign_in_at": each.last_sign_in and each.last_sign_in.isoformat(),
    }


def _told(schools: Sequence[str]) -> str:
    if not schools:
        return " No school is assigned, so this person sees no students."
    return f" Schools: {', '.join(map(visible, schools))}."


def _password() -> str:
    # Never an option: the process list would show it to everybody on the machine.
    if sys.stdin.isatty():
        return str(typer.prompt("New password", hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\r\n")
