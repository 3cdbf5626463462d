"""`rollbook feeds backtest`: which nights on record a feed's limits would have held."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from rollbook.cli.bootstrap import database
from rollbook.cli.console import print_table
from rollbook.cli.times import day_text
from rollbook.core.errors import UsageError
from rollbook.core.quantities import counted, percent_text

if TYPE_CHECKING:
    from rollbook.core.limits.backtest import Backtest

Name = Annotated[str, typer.Argument(help="The feed's name.")]
Limits = Annotated[
    list[str] | None,
    typer.Option("--limit", help="Try another percentage: missing=10. Can be repeated."),
]


def backtest(
    name: Name,
    limit: Limits = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Show which of the last 60 imports a feed's limits would have held."""
    chosen = dict(map(_limit, limit or []))
    with database():
        from rollbook.records.district import district_zone
        from rollbook.records.queries.backtest import try_limits
        from rollbook.records.queries.feeds import feed_by_name

        tried, zone = try_limits(feed_by_name(name), chosen), district_zone()
    if as_json:
        typer.echo(json.dumps({"feed": name} | tried.as_object()))
        return
    typer.echo(f"{counted(tried.nights, 'import')} on record. Preview only; nothing changes.\n")
    header = ["limit", "tried", "imports", "would hold", "of these, good", "no false alarm from"]
    print_table(header, [_line(each) for each in tried.limits if each.nights])
    for each in tried.limits:
        for night in each.held:
            at = day_text(night.night.at.astimezone(zone))
            share = percent_text(night.percent)
            how = f"{night.measure.part:,} of {night.measure.whole:,} ({share})"
            typer.echo(f"{at}, import {night.night.job}: {each.label}: {how}")


def _line(found: "Backtest") -> tuple[str, ...]:
    quiet = "" if found.quiet is None else f"{found.quiet}%"
    numbers = (found.nights, len(found.held), found.alarms)
    return (found.label, f"{found.percent}%", *map(str, numbers), quiet)


def _limit(text: str) -> tuple[str, int]:
    name, _, percent = text.partition("=")
    if not (percent.isascii() and percent.isdigit()):
        raise UsageError(
            what=f"“{text[:100]}” isn't a limit with a percentage.",
            advice="Write it as --limit missing=10.",
        )
    return f"{name.strip()}_limit", int(percent[:4])
