"""`rollbook jobs levels`: words of an import that may be the district's own levels."""

from typing import Annotated

import typer

from rollbook.cli.bootstrap import database
from rollbook.cli.console import print_table
from rollbook.cli.disclosures import note_disclosure
from rollbook.core.quantities import counted
from rollbook.core.visible import visible_json

Job = Annotated[int, typer.Argument(help="The import's number.")]
Every = Annotated[bool, typer.Option("--all", help="All of them are our levels.")]
Fields = Annotated[
    list[str] | None,
    typer.Option("--field", help="Those of this field are our levels; can be repeated."),
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object.")]


def levels(job: Job, every: Every = False, fields: Fields = None, as_json: AsJson = False) -> None:
    """Show level names that no test publisher uses, or accept them as your district's own.

    Once accepted, they cause no more warnings from the next import on.
    """
    with database():
        from rollbook.records.operations.own_levels import take_own_levels
        from rollbook.records.queries.jobs import job_by_number
        from rollbook.records.queries.own_levels import unknown_levels

        found = job_by_number(job)
        words = {each.field.name: list(each.words) for each in unknown_levels(found)}
        taken = None
        if every or fields:
            chosen = words if every else {name: words.get(name, []) for name in fields or []}
            taken = take_own_levels(found, chosen, actor="command line")
            words = {name: left for name, left in words.items() if name not in chosen}
        if words:
            note_disclosure(f"job {job}", "words that may be levels")
    if as_json:
        typer.echo(visible_json({"job": job, "feed": found.feed, "levels": words}))
        return
    if taken is not None:
        said = counted(len(taken), "level")
        typer.echo(f"Added {said} of your own. They apply from the next import of {found.feed}.")
    elif not words:
        typer.echo(f"Import {job} has no unknown level names.")
    if words:
        print_table(["field", "words"], [(name, ", ".join(each)) for name, each in words.items()])
