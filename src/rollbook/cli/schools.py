"""`rollbook schools`: which of the application's schools the file's schools are."""

import json
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table
from rich.text import Text

from rollbook.cli.bootstrap import database
from rollbook.cli.command_group import Commands
from rollbook.cli.console import plain_console
from rollbook.core.errors import UsageError

if TYPE_CHECKING:
    from rollbook.records.queries.schools import SchoolLine

app = Commands(
    help="Schools of the file, and the application's schools that they are (students.school_id).",
)

Name = Annotated[str, typer.Argument(help="The school as the file writes it.")]

STATES = {
    "confirmed": "mapped",
    "gone": "mapped to a school that is gone or has another name",
    "absent": "not in the application",
    "not_mapped": "not mapped",
}


@app.command("list")
def list_schools(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON array.")] = False,
) -> None:
    """List the schools that files have named, what each is mapped to, and what is suggested."""
    with database():
        from rollbook.records.queries.schools import school_lines

        lines = school_lines()
        if as_json:
            typer.echo(json.dumps([each.as_object() for each in lines]))
        elif lines:
            plain_console().print(_table(lines))
        else:
            typer.echo("No file has named a school yet. Try one: `rollbook import FILE --dry-run`.")


@app.command("map")
def map_school(
    name: Name,
    school: Annotated[
        str | None,
        typer.Argument(help="The application's school: its number (schools.id) or name."),
    ] = None,
    is_absent: Annotated[
        bool,
        typer.Option("--absent", help="The application does not have it: do not ask for it again."),
    ] = False,
) -> None:
    """Let NAME mean SCHOOL: its students get that school_id from the next import."""
    if (school is None) is not is_absent:
        raise UsageError(
            what="Give the application's school, or --absent.",
            advice="The application's schools are in its table public.schools.",
        )
    with database():
        from rollbook.records.operations.schools import map_schools
        from rollbook.records.queries.schools import named_schools

        [(text, meant)] = map_schools({name: school}, actor="command line").items()
        is_named = text in named_schools()
    if is_absent:
        typer.echo(f"“{text}” is not in the application. Its students keep their school_id.")
    else:
        typer.echo(f"“{text}” means “{meant.name}” ({meant.key}) from the next import.")
    if not is_named:
        typer.echo(f"No file has named “{text}” yet; compare it with `rollbook schools list`.")


@app.command("confirm")
def confirm() -> None:
    """Map every school as `rollbook schools list` suggests it."""
    with database():
        from rollbook.records.operations.schools import map_schools
        from rollbook.records.queries.schools import school_lines

        suggested = {
            each.name: each.suggested.key for each in school_lines() if each.suggested is not None
        }
        if not suggested:
            raise UsageError(
                what="Nothing is suggested.", advice="Map each school: `rollbook schools map`."
            )
        for text, meant in map_schools(suggested, actor="command line").items():
            typer.echo(f"“{text}” means “{meant.name}” ({meant.key}) from the next import.")


@app.command("unmap")
def unmap(name: Name) -> None:
    """Forget what NAME means. The school_id of its students stays as it is."""
    with database():
        from rollbook.records.operations.schools import unmap_school

        unmap_school(name, actor="command line")
    typer.echo("The school is no longer mapped.")


def _table(lines: "list[SchoolLine]") -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for title in ("in the file", "students", "the application's school", "state"):
        table.add_column(title, overflow="fold")
    for each in lines:
        table.add_row(
            Text(each.name), f"{each.students:,}", Text(_school(each)), STATES[each.state]
        )
    return table


def _school(line: "SchoolLine") -> str:
    if line.school is not None:
        return f"{line.school.name} ({line.school.key})"
    if line.suggested is not None:
        return f"suggested: {line.suggested.name} ({line.suggested.key})"
    was = line.confirmed
    return f"was {was.name} ({was.key})" if was and not was.is_absent else ""
