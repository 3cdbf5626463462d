"""`rollbook quality`: coverage, freshness, success and error rates against their targets."""

import json
from typing import Annotated, Any

import typer
from rich.table import Table

from rollbook.cli.bootstrap import database
from rollbook.cli.console import plain_console
from rollbook.core.quantities import measured_text

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object.")]

_STATES = {
    "met": "ok",
    "missed": "MISSED",
    "under_way": "under way",
    "nothing": "nothing yet",
}


def quality(as_json: AsJson = False) -> None:
    """Measure the data against its targets: coverage, success, errors, time, freshness."""
    with database():
        from django.utils import timezone

        from rollbook.records.queries import quality as records
        from rollbook.records.queries.quality_objects import quality_object

        found = records.quality(timezone.now(), schools=True)
        if as_json:
            typer.echo(json.dumps(quality_object(found, schools=True)))
            return
        console = plain_console()
        console.print(_metrics(found.metrics))
        console.print(_coverage(found.coverage))
        for line in _lines(found):
            console.print(line)


def _metrics(metrics: Any) -> Table:
    table = _table("", "metric", "measured", "target", "before")
    for each in metrics:
        table.add_row(
            _STATES[each.state.value],
            each.title,
            number(each.value, each.unit, each.target),
            each.asked,
            number(each.before, each.unit, each.target),
        )
    return table


def number(value: float | None, unit: str, target: float) -> str:
    """Return a measured number with its unit; a dash where nothing was measured."""
    return "-" if value is None else f"{measured_text(value, target)} {unit}"


def _coverage(found: Any) -> Table:
    from rollbook.core.catalogue.instruments import INSTRUMENTS
    from rollbook.records.queries.coverage import TARGET

    table = _table("term", "all", *(each.title for each in INSTRUMENTS))
    for term in found.terms:
        line = found.total(term.term.key)
        cells = (number(rate.percent, "%", TARGET) for rate in (line.whole, *line.parts))
        table.add_row(term.term.name, *cells)
    return table


def _lines(found: Any) -> list[str]:
    current = found.coverage.current
    lines = [f"Feeds on schedule: {found.on_schedule:,} of {found.planned:,}"]
    if current and not current.is_of_this_year:
        coming = found.coverage.coming
        lines.append(
            f"{current.term.name} is the newest term that has begun, and it is of an earlier "
            "school year: "
            + (
                f"{coming.term.name} begins on {coming.begins_on}."
                if coming
                else "add this year's with `rollbook terms add`."
            )
        )
    lines += [
        f"{each.code}: {each.last:,} in the last import of each feed, {each.usual:,g} before; in "
        f"{each.imports:,} of the last {each.of_imports:,} imports ({each.meaning})"
        for each in found.problems
    ]
    return lines


def _table(*titles: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for title in titles:
        table.add_column(title, overflow="fold")
    return table
