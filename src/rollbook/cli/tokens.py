"""`rollbook tokens`: secrets by which programs use the HTTP API for an administrator."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rollbook.cli.bootstrap import database
from rollbook.cli.command_group import Commands
from rollbook.cli.console import print_table
from rollbook.cli.times import Clock, district_clock
from rollbook.core.errors import UsageError

if TYPE_CHECKING:
    from datetime import datetime

    from rollbook.access.models import ApiToken, User

app = Commands(help="Tokens for programs that use the HTTP API.")

Name = Annotated[str, typer.Argument(help="A name for what uses it, such as dashboard.")]
SCOPES = ("read", "import", "admin", "students")
DEFAULT_DAYS = 90

FAULTS = {
    "": "in use",
    "expired": "expired",
    "owner": "off: its owner is no longer an administrator",
}


@app.command("add")
def add(
    name: Name,
    scope: Annotated[
        list[str],
        typer.Option(
            help="read: imports, feeds, health. import: also start, upload, stop. admin: also "
            "decide, change feeds. students: students' values. Can be repeated."
        ),
    ],
    days: Annotated[int, typer.Option(help="How many days it works, at most 365.")] = DEFAULT_DAYS,
    owner: Annotated[
        str, typer.Option("--for", help="The administrator it acts for, if there are several.")
    ] = "",
) -> None:
    """Make a token. It is shown only once."""
    with database(pages=True):
        from rollbook.access.operations import make_token
        from rollbook.access.scopes import Scope

        unknown = sorted(set(scope) - set(SCOPES))
        if unknown:
            raise UsageError(
                what=f"There is no scope “{unknown[0]}”.",
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
        f"Token {name} acts for {user.email} for {days} days. Copy it now: it won't be shown "
        "again.",
        err=True,
    )


@app.command("list")
def list_tokens(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON array.")] = False,
) -> None:
    """List tokens."""
    with database(pages=True):
        from django.utils import timezone

        from rollbook.access.queries import tokens

        found, now = tokens(), timezone.now()
        if as_json:
            typer.echo(json.dumps([_object(each, now) for each in found]))
        elif found:
            print_table(*_table(found, now, district_clock()))
        else:
            typer.echo("No tokens yet. Make one with `rollbook tokens add NAME --scope read`.")


@app.command("revoke")
def revoke(name: Name) -> None:
    """Turn a token off for good."""
    with database(pages=True):
        from rollbook.access.operations import revoke_token

        revoke_token(name, actor="command line")
    typer.echo(f"Turned off token {name}. Programs can no longer use it.")


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


def _table(
    found: "list[ApiToken]", now: "datetime", clock: Clock
) -> tuple[Sequence[str], Sequence[Sequence[str]]]:
    rows = [
        (
            token.name,
            ", ".join(token.scopes),
            token.owner.email,
            clock.column(token.expires_at),
            clock.column(token.last_used_at),
            token.last_used_from,
            FAULTS[token.fault(now)],
        )
        for token in found
    ]
    zone = clock.words
    return [
        "token",
        "scopes",
        "for",
        f"ends ({zone})",
        f"last used ({zone})",
        "from",
        "state",
    ], rows


def _object(token: "ApiToken", now: "datetime") -> dict[str, Any]:
    return {
        "name": token.name,
        "scopes": token.scopes,
        "for": token.owner.email,
        "created_at": token.created_at.isoformat(),
        "expires_at": token.expires_at.isoformat(),
        "last_used_at": token.last_used_at.isoformat() if token.last_used_at else None,
        "last_used_from": token.last_used_from,
        "fault": token.fault(now) or None,
    }
