"""`rollbook quality`: coverage, freshness, success and error rates against their targets."""

import json
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from rollbook.cli.bootstrap import database
from rollbook.cli.console import plain_console, print_table
from rollbook.cli.times import day_text
from rollbook.core.quantities import measured_text, rate_text

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object.")]

_STATES = {
    "met": "ok",
    "missed": "MISSED",
    "under_way": "under way",
    "nothing": "nothing yet",
}


def quality(as_json: AsJson = False) -> None:
    """Compare your data with its targets: coverage, success, errors, time, freshness."""
    with database():
        from django.utils import timezone

        from rollbook.records.queries import quality as records
        from rollbook.records.queries.quality_objects import quality_object

        found = records.quality(timezone.now(), schools=True)
        if as_json:
            typer.echo(json.dumps(quality_object(found, schools=True)))
            return
        console = plain_console()
        print_table(*_metrics(found.metrics))
        console.print()
        print_table(*_coverage(found.coverage))
        console.print()
        for line in _lines(found):
            console.print(line)


Lines = tuple[Sequence[str], Sequence[Sequence[str]]]


def _metrics(metrics: Any) -> Lines:
    rows = [
        (
            each.title,
            number(each.value, each.unit, each.target),
            each.asked,
            number(each.before, each.unit, each.target),
            _STATES[each.state.value],
        )
        for each in metrics
    ]
    return ["metric", "measured", "target", "before", ""], rows


def number(value: float | None, unit: str, target: float) -> str:
    """Return a measured number with its unit; a dash where nothing was measured."""
    if value is None:
        return "-"
    if unit == "%":
        return rate_text(value, target)
    return f"{measured_text(value, target)} {unit}"


def _coverage(found: Any) -> Lines:
    from rollbook.core.catalogue.instruments import INSTRUMENTS
    from rollbook.records.queries.coverage import TARGET

    rows = []
    for term in found.terms:
        line = found.total(term.term.key)
        cells = (number(rate.percent, "%", TARGET) for rate in (line.whole, *line.parts))
        rows.append((term.term.name, *cells))
    return ["term", "all", *(each.title for each in INSTRUMENTS)], rows


def _lines(found: Any) -> list[str]:
    current = found.coverage.current
    lines = [f"Feeds on schedule: {found.on_schedule:,} of {found.planned:,}"]
    if current and not current.is_of_this_year:
        coming = found.coverage.coming
        lines.append(
            f"{current.term.name}, the newest term that has begun, is from an earlier school year. "
            + (
                f"{coming.term.name} begins {day_text(coming.begins_on)}."
                if coming
                else "Add this year's with `rollbook terms add`."
            )
        )
    lines += [
        f"{each.code}: {each.last:,} in the feeds' last imports, {each.usual:,g} before; in "
        f"{each.imports:,} of the last {each.of_imports:,} imports ({each.meaning})"
        for each in found.problems
    ]
    return lines
