"""`rollbook calendar`: the district's school days, by which data gets too old."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from rollbook.cli.bootstrap import database
from rollbook.cli.command_group import Commands
from rollbook.cli.console import plain_console
from rollbook.core.errors import UsageError
from rollbook.core.quantities import counted

app = Commands(help="School days: weekends, holidays and breaks, by which data gets old.")

File = Annotated[Path, typer.Argument(help="A calendar file (.ics); - for standard input.")]
Everything = Annotated[
    bool, typer.Option("--all", help="Every all-day event, not only those that say no school.")
]
Save = Annotated[bool, typer.Option("--save", help="Add the days; otherwise they are only shown.")]


@app.command("show")
def show() -> None:
    """Show the days of the week with school, and the holidays and breaks."""
    with database():
        from rollbook.core.scheduling.parsing import pause_text, weekdays_text
        from rollbook.records.school_calendar import district_calendar

        calendar = district_calendar()
        if calendar is None:
            typer.echo("There is no calendar: each day counts. `rollbook calendar set` makes one.")
            return
        typer.echo(f"School: {weekdays_text(calendar.weekdays)}")
        for off in calendar.days_off:
            typer.echo(f"  off: {pause_text(off)}")


@app.command("set")
def set_week(
    weekdays: Annotated[
        str, typer.Argument(help="mon-fri, or 'mon, wed, fri'; none: there is no calendar.")
    ],
) -> None:
    """Set the days of the week with school; holidays and breaks stay."""
    with database():
        from rollbook.records.operations.calendar import set_weekdays

        chosen = "" if weekdays.strip().lower() == "none" else weekdays
        set_weekdays(chosen, actor="command line")
    typer.echo("The calendar was changed." if chosen else "There is no calendar now.")


@app.command("add")
def add(
    days: Annotated[
        list[str], typer.Argument(help="'2026-12-21 to 2027-01-03 Winter break' (repeatable).")
    ],
) -> None:
    """Add holidays and breaks."""
    with database():
        from rollbook.records.operations.calendar import add_days_off

        count = add_days_off(days, actor="command line")
    typer.echo(_added(count))


@app.command("remove")
def remove(
    first: Annotated[str, typer.Argument(help="The first day of a holiday or break: 2026-12-21.")],
) -> None:
    """Take a holiday or break out."""
    with database():
        from rollbook.records.operations.calendar import remove_day_off

        remove_day_off(first, actor="command line")
    typer.echo(f"What began on {first} was taken out.")


@app.command("import")
def import_file(file: File, everything: Everything = False, save: Save = False) -> None:
    """Show which days of a calendar file (.ics) have no school; with --save, add them."""
    data = _bytes(file)
    with database():
        from django.utils import timezone

        from rollbook.core.calendar_file.found import sounds_off
        from rollbook.core.calendar_file.process import read_calendar_file
        from rollbook.core.scheduling.parsing import pause_text
        from rollbook.records.district import district_zone
        from rollbook.records.operations.calendar import add_days_off

        today = timezone.now().astimezone(district_zone()).date()
        found = read_calendar_file(data, today)
        chosen = [each for each in found.periods if everything or sounds_off(each.reason)]
        plain_console().print(_table(chosen))
        left = len(found.periods) - len(chosen)
        if left:
            typer.echo(f"{counted(left, 'other all-day event')} left out; --all takes them too.")
        if found.left_out:
            typer.echo(found.left_out)
        if not save:
            typer.echo("Nothing was changed. Add --save to add these days.")
            return
        count = add_days_off(map(pause_text, chosen), actor="command line")
    typer.echo(_added(count))


def _bytes(file: Path) -> bytes:
    from rollbook.core.calendar_file.found import LARGEST

    if str(file) == "-":
        return sys.stdin.buffer.read(LARGEST + 1)
    try:
        with file.open("rb") as opened:
            return opened.read(LARGEST + 1)
    except OSError as error:
        raise UsageError(what=f"The file {file} cannot be read: {error.strerror}.") from None


def _table(periods: Any) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for title in ("from", "to", "name"):
        table.add_column(title, overflow="fold")
    for each in periods:
        table.add_row(f"{each.first}", f"{each.last}", each.reason)
    return table


def _added(count: int) -> str:
    return f"{counted(count, 'holiday or break was', 'holidays and breaks were')} added."
