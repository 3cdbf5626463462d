"""`rollbook schools`: which of the application's schools the file's schools are."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from rollbook.cli.bootstrap import database
from rollbook.cli.command_group import Commands
from rollbook.cli.console import print_table
from rollbook.core.errors import UsageError

if TYPE_CHECKING:
    from rollbook.records.queries.schools import SchoolLine

app = Commands(
    help="Match the file's schools with your application's (students.school_id).",
)

Name = Annotated[str, typer.Argument(help="The school as the file writes it.")]

STATES = {
    "confirmed": "mapped",
    "gone": "mapped to a school that was removed or renamed",
    "absent": "not in the application",
    "not_mapped": "not mapped",
}


@app.command("list")
def list_schools(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON array.")] = False,
) -> None:
    """List the schools in your files, and what each is or could be mapped to."""
    with database():
        from rollbook.records.queries.schools import school_lines

        lines = school_lines()
        if as_json:
            typer.echo(json.dumps([each.as_object() for each in lines]))
        elif lines:
            print_table(TITLES, [_row(each) for each in lines], right=TITLES[1:2])
        else:
            typer.echo("No schools yet. Try a file: `rollbook import FILE --dry-run`.")


@app.command("map")
def map_school(
    name: Name,
    school: Annotated[
        str | None,
        typer.Argument(help="The application's school: its number (schools.id) or name."),
    ] = None,
    is_absent: Annotated[
        bool,
        typer.Option("--absent", help="The application doesn't have it; don't ask again."),
    ] = False,
) -> None:
    """Map a school. Its students get the school_id from the next import on."""
    if (school is None) is not is_absent:
        raise UsageError(
            what="The application's school is missing.",
            advice="Add its number (schools.id) or name, or use --absent.",
        )
    with database():
        from rollbook.records.operations.schools import map_schools
        from rollbook.records.queries.schools import named_schools

        [(text, meant)] = map_schools({name: school}, actor="command line").items()
        is_named = text in named_schools()
    if is_absent:
        typer.echo(f"“{text}” isn't in the application. Its students keep their school_id.")
    else:
        typer.echo(f"“{text}” is “{meant.name}” ({meant.key}) from the next import on.")
    if not is_named:
        typer.echo(
            f"No file has named “{text}” yet. Check the spelling with `rollbook schools list`."
        )


@app.command("confirm")
def confirm() -> None:
    """Accept every suggestion of `rollbook schools list`."""
    with database():
        from rollbook.records.operations.schools import map_schools
        from rollbook.records.queries.schools import school_lines

        suggested = {
            each.name: each.suggested.key for each in school_lines() if each.suggested is not None
        }
        if not suggested:
            raise UsageError(
                what="There are no suggestions.",
                advice="Map each school with `rollbook schools map`.",
            )
        for text, meant in map_schools(suggested, actor="command line").items():
            typer.echo(f"“{text}” is “{meant.name}” ({meant.key}) from the next import on.")


@app.command("unmap")
def unmap(name: Name) -> None:
    """Forget what a school is mapped to. Its students keep their school_id."""
    with database():
        from rollbook.records.operations.schools import unmap_school

        unmap_school(name, actor="command line")
    typer.echo(f"“{name}” is no longer matched.")


TITLES = ("in the file", "students", "application's school", "state")


def _row(each: "SchoolLine") -> tuple[str, ...]:
    return each.name, f"{each.students:,}", _school(each), STATES[each.state]


def _school(line: "SchoolLine") -> str:
    if line.school is not None:
        return f"{line.school.name} ({line.school.key})"
    if line.suggested is not None:
        return f"suggested: {line.suggested.name} ({line.suggested.key})"
    was = line.confirmed
    return f"was {was.name} ({was.key})" if was and not was.is_absent else ""
