"""`rollbook calendar`: the district's school days, by which data gets too old."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from rollbook.cli.bootstrap import database
from rollbook.cli.command_group import Commands
from rollbook.cli.console import print_table
from rollbook.cli.times import days_text
from rollbook.core.errors import UsageError
from rollbook.core.quantities import counted
from rollbook.core.scheduling.typed_days import typed_period

app = Commands(help="School days: weekdays, holidays and breaks.")

File = Annotated[Path, typer.Argument(help="A calendar file (.ics); - for standard input.")]
Everything = Annotated[
    bool, typer.Option("--all", help="Take every all-day event, not only days without school.")
]
Save = Annotated[bool, typer.Option("--save", help="Add the days; otherwise they're only shown.")]


@app.command("show")
def show() -> None:
    """Show school days, holidays and breaks."""
    with database():
        from rollbook.core.scheduling.parsing import weekdays_text
        from rollbook.records.school_calendar import district_calendar

        calendar = district_calendar()
        if calendar is None:
            typer.echo(
                "No calendar yet, so every day counts as a school day. Start with "
                "`rollbook calendar set weekdays`."
            )
            return
        typer.echo(f"School days: {weekdays_text(calendar.weekdays)}")
        for off in calendar.days_off:
            typer.echo(f"  off: {typed_period(off)}")


@app.command("set")
def set_week(
    weekdays: Annotated[
        str, typer.Argument(help="weekdays, mon-fri, or 'mon, wed, fri'. none: no calendar.")
    ],
) -> None:
    """Set the days of the week with school. Holidays and breaks stay."""
    with database():
        from rollbook.records.operations.calendar import set_weekdays

        chosen = "" if weekdays.strip().lower() == "none" else weekdays
        set_weekdays(chosen, actor="command line")
    typer.echo(
        "Changed the calendar."
        if chosen
        else "Removed the calendar. Every day counts as a school day."
    )


@app.command("add")
def add(
    days: Annotated[
        list[str],
        typer.Argument(help="Days off: '12/21/2026 to 1/3/2027 Winter break'. Can be repeated."),
    ],
) -> None:
    """Add holidays and breaks."""
    with database():
        from rollbook.records.operations.calendar import add_days_off

        count = add_days_off(days, actor="command line")
    typer.echo(_added(count))


@app.command("remove")
def remove(
    first: Annotated[str, typer.Argument(help="Its first day, such as 12/21/2026.")],
) -> None:
    """Remove a holiday or break."""
    with database():
        from rollbook.records.operations.calendar import remove_day_off

        remove_day_off(first, actor="command line")
    typer.echo(f"Removed the days off that begin on {first}.")


@app.command("import")
def import_file(file: File, everything: Everything = False, save: Save = False) -> None:
    """Find days without school in a calendar file (.ics), and add them with --save."""
    data = _bytes(file)
    with database():
        from django.utils import timezone

        from rollbook.core.calendar_file.found import sounds_off
        from rollbook.core.calendar_file.process import read_calendar_file
        from rollbook.records.district import district_zone
        from rollbook.records.operations.calendar import add_days_off

        today = timezone.now().astimezone(district_zone()).date()
        found = read_calendar_file(data, today)
        chosen = [each for each in found.periods if everything or sounds_off(each.reason)]
        print_table(["no school", "name"], _rows(chosen))
        left = len(found.periods) - len(chosen)
        if left:
            typer.echo(
                f"Left out {counted(left, 'other all-day event')}. Add --all to take them, too."
            )
        if found.left_out:
            typer.echo(found.left_out)
        if not save:
            typer.echo("Preview only. Add --save to add these days.")
            return
        count = add_days_off(map(typed_period, chosen), actor="command line")
    typer.echo(_added(count))


def _bytes(file: Path) -> bytes:
    from rollbook.core.calendar_file.found import LARGEST

    if str(file) == "-":
        return sys.stdin.buffer.read(LARGEST + 1)
    try:
        with file.open("rb") as opened:
            return opened.read(LARGEST + 1)
    except OSError as error:
        raise UsageError(what=f"Can't read {file}: {error.strerror}.") from None


def _rows(periods: Any) -> list[tuple[str, str]]:
    return [(days_text(each.first, each.last), each.reason) for each in periods]


def _added(count: int) -> str:
    return f"Added {counted(count, 'holiday or break', 'holidays and breaks')}."
