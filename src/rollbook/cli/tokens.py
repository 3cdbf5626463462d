"""`rollbook tokens`: secrets by which programs use the HTTP API for an administrator."""

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from rollbook.cli.bootstrap import database
from rollbook.cli.command_group import Commands
from rollbook.cli.console import plain_console
from rollbook.core.errors import UsageError

if TYPE_CHECKING:
    from datetime import datetime

    from rollbook.access.models import ApiToken, User

app = Commands(help="Tokens for programs that use the HTTP API.")

Name = Annotated[str, typer.Argument(help="What uses the token, such as “nightly”.")]
SCOPES = ("read", "import", "admin", "students")
DEFAULT_DAYS = 90

FAULTS = {
    "": "in use",
    "expired": "expired",
    "owner": "refused: its owner is no administrator any more",
}


@app.command("add")
def add(
    name: Name,
    scope: Annotated[
        list[str],
        typer.Option(
            help="read: imports, feeds, health. import: also start, upload, stop. admin: also "
            "decide, change feeds. students: students' values. May be given several times."
        ),
    ],
    days: Annotated[int, typer.Option(help="How long it lasts, at most 365.")] = DEFAULT_DAYS,
    owner: Annotated[
        str, typer.Option("--for", help="The administrator that it acts for, if there are several.")
    ] = "",
) -> None:
    """Make a token and print it alone on standard output. It is shown only now."""
    with database(pages=True):
        from rollbook.access.operations import make_token
        from rollbook.access.scopes import Scope

        unknown = sorted(set(scope) - set(SCOPES))
        if unknown:
            raise UsageError(
                what=f"There is no scope of the name {unknown[0]}.",
                advice=f"The scopes are: {', '.join(SCOPES)}.",
                field="scopes",
            )
        user = _owner(owner)
        token = make_token(
            name,
            [Scope(each) for each in scope],
            owner=user,
            days=days,
            actor="command line",
        )
    typer.echo(token)
    typer.echo(
        f"Token {name} acts for {user.email} for {days} days. It is shown only now: keep it where "
        "only the program can read it.",
        err=True,
    )


@app.command("list")
def list_tokens(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON array.")] = False,
) -> None:
    """List the tokens that were not revoked."""
    with database(pages=True):
        from django.utils import timezone

        from rollbook.access.queries import tokens

        found, now = tokens(), timezone.now()
        if as_json:
            typer.echo(json.dumps([_object(each, now) for each in found]))
        elif found:
            plain_console().print(_table(found, now))
        else:
            typer.echo("There is no token. Make one with `rollbook tokens add NAME --scope read`.")


@app.command("revoke")
def revoke(name: Name) -> None:
    """Refuse a token from now on."""
    with database(pages=True):
        from rollbook.access.operations import revoke_token

        revoke_token(name, actor="command line")
    typer.echo(f"Token {name} was revoked. Programs that use it are refused from now on.")


def _owner(email: str) -> "User":
    """Return the administrator of this address, or the only one. Raises UsageError."""
    from rollbook.access.models import Role, User
    from rollbook.access.operations.people import person

    if email:
        return person(email)
    found = list(User.objects.filter(role=Role.ADMINISTRATOR, is_active=True).order_by("email"))
    if len(found) == 1:
        return found[0]
    raise UsageError(
        what="There are several administrators." if found else "There is no administrator yet.",
        advice="Name the one that the token acts for with --for EMAIL."
        if found
        else "Add one with `rollbook admins add EMAIL`.",
    )


def _table(found: "list[ApiToken]", now: "datetime") -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for title in ("token", "scopes", "for", "ends (UTC)", "last used (UTC)", "state"):
        table.add_column(title, overflow="fold")
    for token in found:
        table.add_row(
            token.name,
            ", ".join(token.scopes),
            token.owner.email,
            f"{token.expires_at:%Y-%m-%d %H:%M}",
            f"{token.last_used_at:%Y-%m-%d %H:%M}" if token.last_used_at else "never",
            FAULTS[token.fault(now)],
        )
    return table


def _object(token: "ApiToken", now: "datetime") -> dict[str, Any]:
    return {
        "name": token.name,
        "scopes": token.scopes,
        "for": token.owner.email,
        "created_at": token.created_at.isoformat(),
        "expires_at": token.expires_at.isoformat(),
        "last_used_at": token.last_used_at.isoformat() if token.last_used_at else None,
        "fault": token.fault(now) or None,
    }
