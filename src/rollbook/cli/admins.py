"""`rollbook admins`: who may set things up."""

import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from rollbook.cli.bootstrap import database
from rollbook.cli.command_group import Commands
from rollbook.cli.console import print_table
from rollbook.cli.times import Clock, district_clock
from rollbook.core.visible import visible

if TYPE_CHECKING:
    from rollbook.access.queries import Person

app = Commands(help="People who can sign in: list, add, assign schools, reset.")

Email = Annotated[str, typer.Argument(help="The email address to sign in with.")]

Schools = Annotated[
    list[str] | None,
    typer.Option("--school", help="A school whose students they see; can be repeated."),
]
ACTOR: Final = "command line"


@app.command("add")
def add(
    email: Email,
    viewer: Annotated[
        bool, typer.Option("--viewer", help="Add a viewer instead: sees imports, but no students.")
    ] = False,
    staff: Annotated[
        bool,
        typer.Option("--staff", help="Add staff instead: sees students of their schools only."),
    ] = False,
    school: Schools = None,
) -> None:
    """Add an administrator. You type the password when asked, or pipe it in."""
    if viewer and staff:
        raise typer.BadParameter("Use either --viewer or --staff, not both.")
    if school and not staff:
        raise typer.BadParameter("Only staff have schools. Add --staff.")
    password = _password()
    with database(pages=True):
        from rollbook.access.models import Role
        from rollbook.access.operations import add_person, chosen_schools

        role = Role.VIEWER if viewer else Role.STAFF if staff else Role.ADMINISTRATOR
        schools = chosen_schools(role, school or ())
        user = add_person(email, password, role=role, actor=ACTOR, schools=schools)
    article = "a viewer" if viewer else "staff" if staff else "an administrator"
    typer.echo(f"{user.email} is now {article} and can sign in.{_told(schools) if staff else ''}")


@app.command("list")
def list_people(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON array.")] = False,
) -> None:
    """List who can sign in: role, schools, second step and last sign-in."""
    with database(pages=True):
        from rollbook.access.queries import people

        found = people()
        if as_json:
            typer.echo(json.dumps([_object(each) for each in found]))
        elif found:
            print_table(*_table(found, district_clock()))
        else:
            typer.echo(
                "No one can sign in yet. Add an administrator with `rollbook admins add EMAIL`."
            )


@app.command("schools")
def schools(email: Email, school: Schools = None) -> None:
    """Change the schools of a staff member. Without --school: no schools."""
    with database(pages=True):
        from rollbook.access.operations import change_schools

        assigned = change_schools(email, school or (), actor=ACTOR)
    typer.echo(f"Changed {email}.{_told(assigned)}")


@app.command("reset")
def reset(email: Email) -> None:
    """Set a new password, remove the second step, and sign the person out everywhere."""
    password = _password()
    with database(pages=True):
        from rollbook.access.operations import reset_sign_in

        user = reset_sign_in(email, password, actor=ACTOR)
    typer.echo(
        f"{user.email} can sign in with the new password, without a second step, even if the "
        "account was turned off."
    )


def _table(
    found: "Sequence[Person]", clock: Clock
) -> tuple[Sequence[str], Sequence[Sequence[str]]]:
    rows: list[Sequence[str]] = []
    for each in found:
        role = str(each.user.get_role_display())
        if each.user.is_staff_member:
            role += f": {', '.join(map(visible, each.user.schools)) or 'no school'}"
        if not each.user.is_active:
            role += " (turned off)"
        secured = "yes" if each.has_second_factor else "no"
        rows.append((each.user.email, role, secured, clock.column(each.last_sign_in)))
    return ["email", "role", "second step", f"last sign-in ({clock.words})"], rows


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
        return " No schools, so this person sees no students."
    return f" Schools: {', '.join(map(visible, schools))}."


def _password() -> str:
    # Never an option: the process list would show it to everybody on the machine.
    if sys.stdin.isatty():
        return str(typer.prompt("New password", hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\r\n")
