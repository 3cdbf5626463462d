"""`rollbook students`: one student's values, and where each came from."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import typer

from rollbook.cli.bootstrap import database
from rollbook.cli.command_group import Commands
from rollbook.cli.console import plain_console, print_table
from rollbook.cli.disclosures import note_disclosure
from rollbook.cli.imports import AsJson
from rollbook.cli.student_protections import StudentId, protect, protected, release, wanted
from rollbook.cli.student_record import record
from rollbook.cli.times import Clock, day_text, district_clock
from rollbook.core.quantities import counted
from rollbook.core.visible import visible_json

if TYPE_CHECKING:
    from rollbook.records.queries.as_of import AsOf
    from rollbook.records.queries.lineage import FieldLineage, StudentLineage
    from rollbook.records.queries.student_search import Presence

app = Commands(help="One student: values, where they came from and the full record.")


@app.callback()
def students() -> None:
    """One student: values, where they came from and the full record."""


WIDE = 100
"""Columns of a terminal in which a line has room for when a value came, and the file's name."""

app.command("record")(record)


@app.command("show")
def show(
    student_id: StudentId,
    as_json: AsJson = False,
) -> None:
    """Show a student's values, the import and row each came from, and the value before."""
    with database():
        from rollbook.records.queries.as_of import dated_object, dates_of
        from rollbook.records.queries.feeds import field_headers
        from rollbook.records.queries.lineage import lineage_of
        from rollbook.records.queries.student_search import presence_of

        found = lineage_of(wanted(student_id))
        note_disclosure(f"student {found.number}", "values and where they came from")
        presence = presence_of(found.number)
        dates = dates_of(found, datetime.now(UTC))
        if as_json:
            feeds = {"presence": [each.as_object() for each in presence]}
            typer.echo(visible_json(dated_object(found, dates) | feeds))
            return
        _print(found, field_headers(), presence, dates)


app.command("protect")(protect)
app.command("release")(release)
app.command("protected")(protected)


def _print(
    student: "StudentLineage",
    headers: dict[str, str],
    presence: "Sequence[Presence]",
    dates: "Mapping[str, AsOf]",
) -> None:
    from rollbook.records.queries.as_of import NO_VALUE
    from rollbook.records.queries.lineage import header_of

    console, clock = plain_console(), district_clock()
    console.print(f"\nStudent {student.student_id}", style="bold", highlight=False)
    last = student.import_job
    if student.imported_at is not None:
        by = f", by import {last}" if last is not None else ""
        console.print(f"  last changed {clock.told(student.imported_at)}{by}", style="dim")
    else:
        console.print("  No import has saved anything for this student.", style="dim")
    for each in presence:
        console.print(f"  {_in_file(each, clock)}", style="dim")
    told = {name: each for name, each in student.fields.items() if each.had[0].value is not None}
    told |= {name: each for name, each in student.fields.items() if each.changes}
    rows = []
    for name in (name for name in student.fields if name in told):
        value, *origin = _row(told[name], last, clock)
        as_of = _as_of(dates.get(name, NO_VALUE), clock)
        rows.append((header_of(name, headers), value, as_of, *origin))
    titles = ["field", "value", "as of", "before", "came from", "row"]
    titles += [f"when ({clock.words})", "file"]
    if console.width < WIDE:  # the import says when, and of which file
        titles, rows = titles[:6], [each[:6] for each in rows]
    print_table(titles, rows, right=["row"])
    if empty := len(student.fields) - len(told):
        console.print(f"  {counted(empty, 'field')} without a value.", style="dim")


def _in_file(each: "Presence", clock: Clock) -> str:
    if each.missing_since is not None:
        return f"missing from the file of {each.feed} since {clock.told(each.missing_since)}"
    since = f" since {clock.told(each.present_since)}" if each.present_since else ""
    return f"in the file of {each.feed}{since}"


def _as_of(date: "AsOf", clock: Clock) -> str:
    """Return the day on which an import last brought the value, and whether it is stale or old."""
    at = day_text(date.at.astimezone(clock.zone)) if date.at else ""
    mark = "stale" if date.is_stale else f"old, {date.old_days} school days" if date.is_old else ""
    return "\n".join(filter(None, (at, mark)))


def _row(field: "FieldLineage", last: int | None, clock: Clock) -> list[str]:
    change, kept = field.newest, field.kept
    if kept is not None:
        by = f"kept by {kept.by}: {kept.reason}"
        before = _text(change.value) if change else ""
        return [_text(field.value), before, by, "", clock.column(kept.at), ""]
    if change is None:
        # Brought by a version before the record, or by another hand.
        until = f", up to import {last}" if last is not None else ""
        return [_text(field.value), "", f"not on record{until}", "", "", ""]
    if field.is_by_another_hand:
        after = "switch of the school year" if change.is_by_year else f"import {change.job}"
        by = f"someone else, after {after}"
        return [_text(field.value), _text(change.value), by, "", "", ""]
    if change.is_by_year:
        at = clock.column(change.at)
        return [_text(field.value), _text(change.before), "switch of the school year", "", at, ""]
    before = _text(change.before) if change.is_before_known else "not on record"
    return [
        _text(field.value),
        before,
        f"import {change.job}",
        str(change.row),
        clock.column(change.at),
        change.file or "",
    ]


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "(blank)" if value is None else str(value)
