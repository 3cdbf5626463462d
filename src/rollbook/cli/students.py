"""`rollbook students`: one student's values, and where each came from."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import typer
from rich.table import Table

from rollbook.cli.bootstrap import database
from rollbook.cli.console import plain_console
from rollbook.cli.disclosures import note_disclosure
from rollbook.cli.imports import AsJson
from rollbook.cli.student_protections import StudentId, protect, protected, release, wanted
from rollbook.cli.student_record import record
from rollbook.core.quantities import counted
from rollbook.core.visible import visible_json

if TYPE_CHECKING:
    from rollbook.records.queries.as_of import AsOf
    from rollbook.records.queries.lineage import FieldLineage, StudentLineage
    from rollbook.records.queries.student_search import Presence

app = typer.Typer(
    no_args_is_help=True, help="One student: values and where they came from, and the record."
)


@app.callback()
def students() -> None:
    """One student: values and where they came from, and the record."""


app.command("record")(record)


@app.command("show")
def show(
    student_id: StudentId,
    as_json: AsJson = False,
) -> None:
    """Show a student's values: the import, file and row that brought each, and the value before."""
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

    console = plain_console()
    console.print(f"\nStudent {student.student_id}", style="bold", highlight=False)
    last = student.import_job
    if student.imported_at is not None:
        by = f", by import {last}" if last is not None else ""
        console.print(f"  last changed {student.imported_at:%Y-%m-%d %H:%M} UTC{by}", style="dim")
    else:
        console.print("  No import has stored anything of this student.", style="dim")
    for each in presence:
        console.print(f"  {_in_file(each)}", style="dim")
    told = {name: each for name, each in student.fields.items() if each.had[0].value is not None}
    told |= {name: each for name, each in student.fields.items() if each.changes}
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="dim")
    for title in ("field", "value", "as of", "before", "brought by", "row", "UTC", "file"):
        table.add_column(title, overflow="fold", justify="right" if title == "row" else "left")
    for name in (name for name in student.fields if name in told):
        value, *origin = _row(told[name], last)
        as_of = _as_of(dates.get(name, NO_VALUE))
        table.add_row(header_of(name, headers), value, as_of, *origin)
    console.print(table)
    if empty := len(student.fields) - len(told):
        console.print(f"  {counted(empty, 'field')} without a value.", style="dim")


def _in_file(each: "Presence") -> str:
    if each.missing_since is not None:
        return f"missing from the file of {each.feed} since {each.missing_since:%Y-%m-%d %H:%M} UTC"
    since = f" since {each.present_since:%Y-%m-%d %H:%M} UTC" if each.present_since else ""
    return f"in the file of {each.feed}{since}"


def _as_of(date: "AsOf") -> str:
    """Return the day on which an import last brought the value, and whether it is stale or old."""
    at = f"{date.at:%Y-%m-%d}" if date.at else ""
    mark = "stale" if date.is_stale else f"old, {date.old_days} school days" if date.is_old else ""
    return "\n".join(filter(None, (at, mark)))


def _row(field: "FieldLineage", last: int | None) -> list[str]:
    change, kept = field.newest, field.kept
    if kept is not None:
        by = f"kept by {kept.by}: {kept.reason}"
        before = _text(change.value) if change else ""
        return [_text(field.value), before, by, "", f"{kept.at:%Y-%m-%d %H:%M}", ""]
    if change is None:
        # Brought by a version before the record, or by another hand.
        until = f", up to import {last}" if last is not None else ""
        return [_text(field.value), "", f"not on record{until}", "", "", ""]
    if field.is_by_another_hand:
        after = "the school year turned" if change.is_by_year else f"import {change.job}"
        by = f"another hand, after {after}"
        return [_text(field.value), _text(change.value), by, "", "", ""]
    if change.is_by_year:
        at = f"{change.at:%Y-%m-%d %H:%M}"
        return [_text(field.value), _text(change.before), "the school year turned", "", at, ""]
    before = _text(change.before) if change.is_before_known else "not on record"
    return [
        _text(field.value),
        before,
        f"import {change.job}",
        str(change.row),
        f"{change.at:%Y-%m-%d %H:%M}",
        change.file or "",
    ]


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "(empty)" if value is None else str(value)
