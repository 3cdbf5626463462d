"""`rollbook year`: the school year, from its days to the switch."""

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from rollbook.cli.bootstrap import database
from rollbook.cli.command_group import Commands
from rollbook.cli.times import KEPT_DAY, day_text, days_text
from rollbook.core.errors import UsageError
from rollbook.core.quantities import counted
from rollbook.core.visible import visible_json

if TYPE_CHECKING:
    from rollbook.records.operations.school_year import SetAside

app = Commands(help="The school year, and the switch to a new one.")

ACTOR = "command line"
FIRST_FILES = (
    "Which files would be held after the switch isn't known yet: the new year's first files "
    "aren't here. To find out eight hours before each run, use `rollbook feeds schedule FEED "
    "--rehearse 8`."
)
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object.")]
Reason = Annotated[str, typer.Option(help="Why; kept in the audit log.")]
Yes = Annotated[bool, typer.Option("--yes", help="Don't ask first.")]


@app.command("show")
def show(as_json: AsJson = False) -> None:
    """Show the school year, the last switch, and what to do before the next one."""
    with database():
        from django.utils import timezone

        from rollbook.records.queries.new_year import preparation

        found = preparation(timezone.now())
        year, last = found.year, found.last
    if as_json:
        typer.echo(visible_json(found.as_object()))
        return
    if year is None:
        typer.echo(
            "The school year isn't set. Set it like this: `rollbook year set 8/11/2027 6/2/2028`."
        )
    else:
        typer.echo(f"School year {year.name}: {days_text(year.first, year.last)}")
    if last is not None:
        typer.echo(f"Last switch: to the year that began {day_text(last.first)}, by {last.by}.")
    if found.leavers is not None:
        typer.echo(f"Left the roster since the switch: {counted(found.leavers, 'student')}")
    for each in found.promotions:
        typer.echo(f"  grade {each.grade}: {each.students:,} to {each.to or 'leaving'}")
    for expected in found.expected:
        typer.echo(
            f"  {expected.feed}: moving up a grade holds no file "
            f"{days_text(expected.first, expected.last)}"
        )
    for task in found.tasks:
        typer.echo(f"  To do: {task.what} {task.advice}")


@app.command("set")
def set_days(
    first: Annotated[
        str, typer.Argument(help="The first day of school, such as 8/11/2027.", click_type=KEPT_DAY)
    ],
    last: Annotated[
        str, typer.Argument(help="The last day of school, such as 6/2/2028.", click_type=KEPT_DAY)
    ],
) -> None:
    """Set the first and the last day of the school year."""
    with database():
        from rollbook.records.operations.school_year import set_school_year

        set_school_year(first, last, actor=ACTOR)
    if not (first and last):
        typer.echo("Removed the dates of the school year.")
        return
    days = days_text(date.fromisoformat(first), date.fromisoformat(last))
    typer.echo(f"The school year is {days}.")


@app.command("rehearse")
def rehearse(as_json: AsJson = False) -> None:
    """Show what the switch would clear. Nothing changes.

    Which files will be held afterwards isn't known yet: they aren't here. To find out some hours
    before each run, use `rollbook feeds schedule FEED --rehearse 8`.
    """
    with database():
        from rollbook.records.operations.school_year import rehearse_switch

        found = rehearse_switch()
    _tell(found, as_json=as_json)
    if not as_json:
        typer.echo(FIRST_FILES)


@app.command("switch")
def switch(reason: Reason = "", yes: Yes = False, as_json: AsJson = False) -> None:
    """Clear last year's attendance and behavior, so they aren't taken for this year's.

    Absences, tardies and incidents become blank until the new year's imports. Protected values
    stay. `rollbook year undo` restores everything.
    """
    with database():
        from rollbook.records.operations.reasons import check_reason
        from rollbook.records.operations.school_year import rehearse_switch, switch_year

        check_reason(reason)
        if not yes:
            if as_json:
                raise UsageError(
                    what="Nothing was switched: with --json, no one can be asked.",
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
    """Undo the last switch: restore what it cleared, unless an import brought a new value."""
    with database():
        from rollbook.records.operations.school_year import undo_switch

        done = undo_switch(actor=ACTOR, reason=reason)
    if as_json:
        told = {"values_restored": done.values_restored, "values_kept": done.values_kept}
        typer.echo(visible_json(told))
        return
    typer.echo(
        f"Undone: restored {counted(done.values_restored, 'value')},"
        f" kept {counted(done.values_kept, 'newer value')}."
    )


def _tell(found: "SetAside", *, as_json: bool) -> None:
    if as_json:
        typer.echo(visible_json(found.as_object()))
        return
    word = "Would clear" if found.number is None else "Cleared"
    typer.echo(f"{word} values of {counted(found.students, 'student')}:")
    for name, count in found.values.items():
        if count:
            typer.echo(f"  {name}: {count:,}")
    if not found.students:
        typer.echo("  none")
