"""`rollbook terms`: the assessment terms that the tables have columns for."""

import sys
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from rollbook.cli.bootstrap import database
from rollbook.cli.command_group import Commands
from rollbook.cli.console import print_table
from rollbook.cli.times import DAY, day_text
from rollbook.core.quantities import counted

if TYPE_CHECKING:
    from rollbook.core.catalogue.terms import Term

app = Commands(help="Assessment terms, such as “Winter 2026”.")


@app.command("list")
def list_terms() -> None:
    """List the terms."""
    with database():
        from rollbook.records.queries.feeds import read_catalogue

        rows = []
        for term in read_catalogue().terms:
            days = [day_text(day) if day else "" for day in (term.starts_on, term.ends_on)]
            rows.append((term.name, *days, f"{term.key}_"))
        missing = _missing_this_year()
    print_table(["term", "from", "to", "columns begin with"], rows)
    if missing:
        names = ", ".join(missing)
        typer.echo(f"Of this school year, these aren't set up: {names}.", err=True)


def _missing_this_year() -> list[str]:
    from django.utils import timezone

    from rollbook.core.catalogue.school_year import terms_of, usual_year
    from rollbook.records.district import district_zone
    from rollbook.records.queries.feeds import read_terms

    known = {term.name for term in read_terms()}
    today = timezone.now().astimezone(district_zone()).date()
    return [name for name in terms_of(usual_year(today)) if name not in known]


@app.command("add")
def add(
    name: Annotated[str, typer.Argument(help="Season and year, such as 'Winter 2026'.")],
    starts: Annotated[
        date | None, typer.Option("--from", help="First day, such as 1/4/2027.", click_type=DAY)
    ] = None,
    ends: Annotated[
        date | None, typer.Option("--to", help="Last day, such as 2/26/2027.", click_type=DAY)
    ] = None,
) -> None:
    """Add a term, so that its columns are imported."""
    from rollbook.core.catalogue.terms import Term, parse_term_name

    term = Term(parse_term_name(name), starts, ends)
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
        columns = counted(added, "column", "columns")
        typer.echo(f"Added {term.name}: {columns} added. Import the file again.")
        return
    days = {"first": term.starts_on, "last": term.ends_on}
    changes = [f"its {which} day is now {day_text(day)}" for which, day in days.items() if day]
    what = " and ".join(changes) or "nothing was changed"
    typer.echo(f"{term.name} already exists; {what}.")


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
    typer.echo(f"{said} Did you mean another? {assumed(other)}", err=True)
    if sys.stdin.isatty():
        typer.confirm(f"Add {term.name}?", abort=True, err=True)
