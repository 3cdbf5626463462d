"""`rollbook sign-in`: the identity provider of the district, set, tested, and turned off."""

import json
import os
import sys
from typing import TYPE_CHECKING, Annotated, Final

import typer

from rollbook.cli.bootstrap import database
from rollbook.cli.command_group import Commands
from rollbook.cli.console import confirm

if TYPE_CHECKING:
    from rollbook.access.identity_provider.kinds import IdentityProvider

app = Commands(help="Sign in with Google, Microsoft or another account of your district.")

ACTOR: Final = "command line"
TITLES: Final = {
    "google": "Google Workspace",
    "microsoft": "Microsoft 365",
    "other": "another provider",
}


@app.command("show")
def show(as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False) -> None:
    """Show what is set, and the redirect address to enter at your provider."""
    with database(pages=True):
        from rollbook.access.identity_provider.configuration import identity_provider
        from rollbook.access.provider_flow import public_redirect_address
        from rollbook.access.queries import count_with_password

        found = identity_provider(os.environ)
        address = public_redirect_address()
        with_password = count_with_password()
    if as_json:
        told = {"is_on": found is not None, "redirect_address": address or None}
        typer.echo(json.dumps(told | (found.told() if found else {})))
        return
    if found is None:
        typer.echo("Sign-in with a district account is off. People use their passwords.")
    else:
        typer.echo(_words(found))
    typer.echo(f"Redirect address: {address or 'unknown until ROLLBOOK_URL is set'}")
    if not with_password:
        typer.echo("No administrator has a password. Set one: `rollbook admins reset EMAIL`.")


@app.command("set")
def set_provider(
    provider: Annotated[str, typer.Argument(help="google, microsoft or other.")],
    client_id: Annotated[str, typer.Option(help="The client ID from your provider.")],
    domain: Annotated[
        list[str],
        typer.Option(help="Whose addresses can sign in: example.org. Can be repeated."),
    ],
    tenant: Annotated[str, typer.Option(help="Microsoft only: the directory (tenant) ID.")] = "",
    issuer: Annotated[
        str, typer.Option(help="Other providers only: like https://login.example.org.")
    ] = "",
    untested: Annotated[
        bool, typer.Option("--untested", help="Save even if the test fails.")
    ] = False,
) -> None:
    """Turn it on. You type the client secret when asked, or pipe it in."""
    if provider not in TITLES:
        raise typer.BadParameter("Use google, microsoft or other.", param_hint="PROVIDER")
    for kind, option, text in (("microsoft", "--tenant", tenant), ("other", "--issuer", issuer)):
        if text and provider != kind:
            raise typer.BadParameter(f"{provider} doesn't use it.", param_hint=option)
    given = {
        "kind": provider,
        "tenant": tenant,
        "issuer": issuer,
        "client_id": client_id,
        "client_secret": _secret(),
        "domains": " ".join(domain),
    }
    with database(pages=True):
        from rollbook.access.operations.identity_provider import change_provider, checked_provider

        found = checked_provider(given, None)
        is_good = _test(found)
        if not is_good and not untested:
            typer.echo(
                "Nothing was changed. Fix this, or save it anyway with --untested.", err=True
            )
            raise typer.Exit(1)
        change_provider(found, actor=ACTOR, is_tested=is_good)
    typer.echo(f"Saved. People can now continue with {found.title}.")


@app.command("test")
def test() -> None:
    """Ask your provider whether it accepts what is set. Changes nothing."""
    with database(pages=True):
        from rollbook.access.identity_provider.configuration import identity_provider

        found = identity_provider(os.environ)
        if found is None:
            typer.echo("Sign-in with a district account is off: there is nothing to test.")
            return
        if not _test(found):
            raise typer.Exit(1)


@app.command("off")
def off(yes: Annotated[bool, typer.Option("--yes", help="Don't ask first.")] = False) -> None:
    """Turn it off, such as when no one gets in. People then use their passwords."""
    with database(pages=True):
        from rollbook.access.operations.identity_provider import remove_provider
        from rollbook.access.queries import count_with_password

        if not yes:
            confirm("Turn it off, and delete the client ID and secret?")
        remove_provider(actor=ACTOR)
        with_password = count_with_password()
    typer.echo("Turned off. People sign in with their passwords.")
    if not with_password:
        typer.echo("No administrator has a password. Set one: `rollbook admins reset EMAIL`.")


def _test(provider: "IdentityProvider") -> bool:
    """Say how each step went; return whether all were good."""
    from rollbook.access.identity_provider.provider_test import tested
    from rollbook.access.provider_flow import public_redirect_address

    address = public_redirect_address()
    if not address:
        typer.echo("problem  ROLLBOOK_URL isn't set, so the redirect address is unknown.")
        return False
    steps = tested(provider, redirect_address=address)
    for step in steps:
        typer.echo(f"{'ok' if step.is_good else 'problem':7}  {step.text}")
    return all(step.is_good for step in steps)


def _words(found: "IdentityProvider") -> str:
    lines = [
        f"People can sign in with {TITLES[found.kind]}.",
        f"Issuer:           {found.issuer}",
        f"Client ID:        {found.client_id}",
        f"Domains:          {', '.join(found.domains)}",
    ]
    return "\n".join(lines)


def _secret() -> str:
    # Never an option: the process list would show it to everybody on the machine.
    if sys.stdin.isatty():
        return str(typer.prompt("Client secret", hide_input=True))
    return sys.stdin.readline().rstrip("\r\n")
