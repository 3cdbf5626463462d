"""`rollbook doctor`: all that a night needs, checked before the night."""

import json
import os
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from rollbook.cli.bootstrap import database_if_there
from rollbook.cli.console import plain_console

if TYPE_CHECKING:
    from rollbook.doctor.finding import Finding

SIGNS = {"ok": ("ok     ", "green"), "warning": ("note   ", "yellow"), "failed": ("WRONG  ", "red")}


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    send_test_email: Annotated[
        bool, typer.Option("--send-test-email", help="Send a test email to the recipients.")
    ] = False,
) -> None:
    """Check everything tonight's imports need; nothing changes. Exit code 0 if all is well."""
    from rollbook.doctor.examination import examine
    from rollbook.doctor.finding import Finding, State, for_people, worst

    found: list[Finding] = []

    def remembered(findings: Iterable[Finding]) -> Iterator[Finding]:
        for each in findings:
            found.append(each)
            yield each

    with database_if_there() as fault:
        examined = examine(
            os.environ,
            fault=fault,
            read_settings=_read_settings,
            actor="command line",
            sends_mail=send_test_email,
        )
        for each in for_people(remembered(examined)):
            if not as_json:
                _print(each)
    state = worst(found)
    if as_json:
        checks = [each.as_object() for each in found]
        typer.echo(json.dumps({"status": state.value, "checks": checks}))
    raise typer.Exit(1 if state is State.FAILED else 0)


def _read_settings() -> None:
    """Read those of the pages, which other commands do not need. Raises UnsafeSetting."""
    from django.conf import Settings

    Settings("rollbook.project.web_settings")


def _print(found: "Finding") -> None:
    console = plain_console()
    sign, style = SIGNS[found.state]
    line = f"{sign}{found.title}: {found.message}"
    console.print(line, style=style, highlight=False, markup=False, soft_wrap=True)
    if found.advice_at_terminal:
        console.print(
            f"       {found.advice_at_terminal}", highlight=False, markup=False, soft_wrap=True
        )
