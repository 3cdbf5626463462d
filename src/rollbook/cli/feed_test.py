"""`rollbook feeds test`: the connection step by step, and the confirmation of the host key."""

import os
import shlex
import sys
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from rollbook.cli.bootstrap import database, home
from rollbook.cli.console import confirm, plain_console
from rollbook.cli.disclosures import note_disclosure
from rollbook.cli.error_texts import next_step
from rollbook.core.errors import SourceError

if TYPE_CHECKING:
    from rollbook.core.sources.steps import Step


class FingerprintDiffers(SourceError):
    """The server's fingerprint is {found}, not the one you gave.

    Nothing was sent to it, and nothing was changed.

    Ask your vendor which one is right."""

    reason = "fingerprint_differs"


SIGNS = {"ok": ("✓", "green"), "failed": ("✗", "red"), "skipped": ("·", "dim")}


def test(
    name: Annotated[str, typer.Argument(help="The feed's name.")],
    accept: Annotated[
        str | None,
        typer.Option(
            metavar="SHA256:...", help="Confirm the server's key if it has this fingerprint."
        ),
    ] = None,
) -> None:
    """Test a feed's connection step by step. Nothing is imported."""
    console = plain_console()
    with database():
        from rollbook.core.header_check import HeaderReader
        from rollbook.core.sources.connection_test import test_connection
        from rollbook.home import scratch_file
        from rollbook.records.district import district_zone
        from rollbook.records.operations.feeds import record_test
        from rollbook.records.queries.feeds import feed_by_name, feed_rules, read_catalogue
        from rollbook.records.sources import connection_of

        feed = feed_by_name(name)
        connection = connection_of(feed, os.environ)
        record_test(feed.name, connection.host, connection.port, actor="command line")
        catalogue, rules = read_catalogue(), feed_rules(feed)
        steps = test_connection(
            connection,
            feed.folder,
            feed.pattern,
            read_header=HeaderReader(catalogue, rules, lambda: scratch_file(home())),
            is_right=partial(_confirm, name, accept=accept),
            zone=district_zone(),
        )
        failed = False
        for step in steps:
            line = Text("  ").append(*SIGNS[step.state])
            console.print(line.append(f" {step.name:<14} {step.detail}"))
            if step.private:
                note_disclosure(name[:200], "header of the newest file")
                console.print(f"    {'':<14} {step.private}", highlight=False, markup=False)
            if step.advice:
                console.print(f"    {'':<14} {step.advice}", style="yellow", highlight=False)
            if step.state == "failed" and (command := next_step(step.reason, {})):
                command = command.replace("FEED", name)
                console.print(f"    {'':<14} {command}", highlight=False, markup=False)
            for setting, value in step.offers:
                command = f"rollbook feeds set {name} --{setting} {shlex.quote(value)}"
                console.print(f"    {'':<14} {command}", highlight=False, markup=False)
            failed = failed or step.state == "failed"
    raise typer.Exit(4 if failed else 0)


def _confirm(name: str, shown: "Step", *, accept: str | None) -> bool:
    """Pin the key if it is the one; otherwise stop before any credential is sent."""
    from rollbook.records.operations.feeds import pin_host_key

    assert shown.host_key is not None
    if accept is not None and accept != shown.fingerprint:
        raise FingerprintDiffers(found=shown.fingerprint)
    if accept is None:
        confirm("  First time connecting. Is this the fingerprint your vendor gave you?")
        if not sys.stdin.isatty():
            typer.echo()  # Enter was not pressed, so the answer would share the question's line
    pin_host_key(name, shown.host_key, environ=os.environ, actor="command line")
    return True
