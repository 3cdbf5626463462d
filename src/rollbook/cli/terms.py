"""`rollbook terms`: the assessment terms that the tables have columns for."""

import sys
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from rollbook.cli.bootstrap import database
from rollbook.cli.command_group import Commands
from rollbook.cli.console import plain_console
from rollbook.core.quantities import counted

if TYPE_CHECKING:
    from rollbook.core.catalogue.terms import Term

app = Commands(help="Assessment terms, such as “Winter 2026”.")

DAY = {"formats": ["%Y-%m-%d"], "metavar": "YYYY-MM-DD"}


@app.command("list")
def list_terms() -> None:
    """List the terms that are set up."""
    with database():
        from rollbook.records.queries.feeds import read_catalogue

        table = Table(box=None, pad_edge=False)
        for title in ("term", "from", "to", "columns begin with"):
            table.add_column(title)
        for term in read_catalogue().terms:
            days = [day.isoformat() if day else "" for day in (term.starts_on, term.ends_on)]
            table.add_row(term.name, *days, f"{term.key}_")
        plain_console().print(table)


@app.command("add")
def add(
    name: Annotated[str, typer.Argument(help="Season and year: “Winter 2026”.")],
    starts: Annotated[
        datetime | None, typer.Option("--from", help="First day of the term.", **DAY)
    ] = None,
    ends: Annotated[
        datetime | None, typer.Option("--to", help="Last day of the term.", **DAY)
    ] = None,
) -> None:
    """Add a term: its columns in student_data_snapshots, its headers in the catalogue."""
    from rollbook.core.catalogue.terms import Term, parse_term_name

    term = Term(
        parse_term_name(name), starts.date() if starts else None, ends.date() if ends else None
    )
    with database():
        from rollbook.records.operations.terms import OwnerNeeded, add_term
        from rollbook.records.queries.feeds import read_terms

        if all(term.name != each.name for each in read_terms()):
            _say_what_is_assumed(term)
        try:
            added = add_term(term, actor="command line")
        except OwnerNeeded as error:
            # Standard output is for psql, and for nothing else.
            typer.echo(f"{error.details['statement']};")
            raise
    if added:
        columns = counted(added, "column was", "columns were")
        typer.echo(f"{term.name} is set up: {columns} added. Import the file again.")
        return
    days = {"first": term.starts_on, "last": term.ends_on}
    changes = [f"its {which} day is {day.isoformat()} now" for which, day in days.items() if day]
    what = " and ".join(changes) or "nothing was changed"
    typer.echo(f"{term.name} was set up already; {what}.")


def _say_what_is_assumed(term: "Term") -> None:
    """Say it before anything is changed; ask where another term is probably meant, and who can
    answer is there."""
    from django.utils import timezone

    from rollbook.core.catalogue.meant_terms import assumed, likely_instead
    from rollbook.records.district import district_zone

    said = assumed(term)
    other = likely_instead(term, timezone.now().astimezone(district_zone()).date())
    if other is None:
        typer.echo(said, err=True)
        return
    typer.echo(f"{said} If that is not meant: {assumed(other)}", err=True)
    if sys.stdin.isatty():
        typer.confirm(f"Add {term.name}?", abort=True, err=True)
