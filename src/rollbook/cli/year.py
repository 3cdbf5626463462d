"""`rollbook year`: the school year, from its days to the switch."""

from typing import TYPE_CHECKING, Annotated

import typer

from rollbook.cli.bootstrap import database
from rollbook.core.errors import UsageError
from rollbook.core.quantities import counted
from rollbook.core.visible import visible_json

if TYPE_CHECKING:
    from rollbook.records.operations.school_year import SetAside

app = typer.Typer(no_args_is_help=True, help="The school year: its days, and the turn to it.")

ACTOR = "command line"
FIRST_FILES = (
    "Which files would be held after the switch is not known yet: the first files of the new year"
    " are not here. `rollbook feeds schedule FEED --rehearse 8` tells it eight hours before a run."
)
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object.")]
Reason = Annotated[str, typer.Option(help="Why; it is kept in the audit log.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


@app.command("show")
def show(as_json: AsJson = False) -> None:
    """Show the school year, the last switch, and what is to be done before the next one."""
    with database():
        from django.utils import timezone

        from rollbook.records.queries.new_year import preparation

        found = preparation(timezone.now())
        year, last = found.year, found.last
    if as_json:
        typer.echo(visible_json(found.as_object()))
        return
    if year is None:
        typer.echo("The days of the school year are not set. `rollbook year set` sets them.")
    else:
        typer.echo(f"School year {year.name}: {year.first} to {year.last}")
    if last is not None:
        typer.echo(f"Last switch: to the year that begins on {last.first}, by {last.by}.")
    if found.leavers is not None:
        typer.echo(f"Left the roster since the switch: {counted(found.leavers, 'student')}")
    for each in found.promotions:
        typer.echo(f"  grade {each.grade}: {each.students:,} to {each.to or 'leave'}")
    for expected in found.expected:
        typer.echo(
            f"  {expected.feed}: {expected.first} to {expected.last}, a promotion holds no file"
        )
    for task in found.tasks:
        typer.echo(f"  to do: {task.what} {task.advice}")


@app.command("set")
def set_days(
    first: Annotated[str, typer.Argument(help="The first day with school: 2027-08-11.")],
    last: Annotated[str, typer.Argument(help="The last day with school: 2028-06-02.")],
) -> None:
    """Set the first and the last day of the school year."""
    with database():
        from rollbook.records.operations.school_year import set_school_year

        set_school_year(first, last, actor=ACTOR)
    typer.echo(f"The school year is {first} to {last}.")


@app.command("rehearse")
def rehearse(as_json: AsJson = False) -> None:
    """Say in numbers what the switch would do; nothing is written.

    Which files will be held afterwards is not known: they are judged by what is in them, and are
    not here yet. `rollbook feeds schedule FEED --rehearse 8` tells it some hours before each run.
    """
    with database():
        from rollbook.records.operations.school_year import rehearse_switch

        found = rehearse_switch()
    _tell(found, as_json=as_json)
    if not as_json:
        typer.echo(FIRST_FILES)


@app.command("switch")
def switch(reason: Reason = "", yes: Yes = False, as_json: AsJson = False) -> None:
    """Set aside what was counted in last year, until the new year brings its own.

    Absences, tardies and incidents of each student become blank and stay in the change record, all
    or nothing. Protected values stay. `rollbook year undo` brings them back.
    """
    with database():
        from rollbook.records.operations.reasons import check_reason
        from rollbook.records.operations.school_year import rehearse_switch, switch_year

        check_reason(reason)
        if not yes:
            if as_json:
                raise UsageError(
                    what="Nothing was switched: a program cannot be asked.",
                    advice="Add --yes, or use `rollbook year rehearse`.",
                    field="yes",
                )
            _tell(rehearse_switch(), as_json=False)
            if not typer.confirm("Switch the school year?", err=True):
                raise typer.Abort
        found = switch_year(actor=ACTOR, reason=reason)
    _tell(found, as_json=as_json)


@app.command("undo")
def undo(reason: Reason = "", as_json: AsJson = False) -> None:
    """Undo the last switch: what it set aside returns, unless a later import brought a value."""
    with database():
        from rollbook.records.operations.school_year import undo_switch

        done = undo_switch(actor=ACTOR, reason=reason)
    if as_json:
        told = {"values_restored": done.values_restored, "values_kept": done.values_kept}
        typer.echo(visible_json(told))
        return
    typer.echo(
        f"Undone: {counted(done.values_restored, 'value')} returned,"
        f" {counted(done.values_kept, 'value')} stayed."
    )


def _tell(found: "SetAside", *, as_json: bool) -> None:
    if as_json:
        typer.echo(visible_json(found.as_object()))
        return
    word = "would be set aside" if found.number is None else "set aside"
    typer.echo(f"Values of {counted(found.students, 'student')} {word}:")
    for name, count in found.values.items():
        if count:
            typer.echo(f"  {name}: {count:,}")
    if not found.students:
        typer.echo("  none")
