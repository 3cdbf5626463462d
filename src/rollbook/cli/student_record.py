"""`rollbook students record`: all that is held of one student, for a parent or a court."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from rollbook.cli.bootstrap import database
from rollbook.cli.imports import AsJson
from rollbook.cli.private_files import check_free, write_private
from rollbook.core.quantities import counted
from rollbook.core.visible import visible, visible_json

RequestedBy = Annotated[
    str,
    typer.Option("--requested-by", help="Who requested it; kept in the audit log."),
]
Output = Annotated[
    Path | None,
    typer.Option("--output", "-o", help="The file to write; only you can read it."),
]


def record(
    student_id: Annotated[
        str,
        typer.Argument(
            help="The Student ID; - reads it from standard input, so that no one else on this "
            "computer sees it."
        ),
    ],
    requested_by: RequestedBy,
    as_json: AsJson = False,
    output: Output = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing file.")] = False,
) -> None:
    """Write a student's full record for a parent's or court's request.

    It has every value with its history, and problems found in the student's rows.
    """
    if output is not None:
        check_free(output, force=force)  # before it is noted that a record was made
    wanted = sys.stdin.readline().strip() if student_id == "-" else student_id
    with database():
        from rollbook.records.operations.audit import this_account
        from rollbook.records.operations.student_records import make_record

        what = "record as JSON" if as_json else "record as text"
        made = make_record(
            actor="command line", requested_by=requested_by, what=what, student_id=wanted
        )
        found = made.as_object() | {"made_by": f"command line ({this_account()})"}
    if output is not None:
        text = json.dumps(found, ensure_ascii=False, indent=2) if as_json else _text(found)
        write_private(output, [text, "\n"], force=force)
        typer.echo(f"Saved the record to {output}.", err=True)
    else:
        typer.echo(visible_json(found) if as_json else visible(_text(found)))


def _text(found: dict[str, Any]) -> str:
    return "\n".join(_lines(found))


def _lines(found: dict[str, Any]) -> Iterator[str]:
    yield from filter(None, (found["district"],))
    yield f"Record of student {found['student_id']}"
    yield f"Made {found['made_at']} by {found['made_by']}"
    yield f"Requested by {found['requested_by']}"
    yield "\nIn the district's files"
    for each in found["presence"] or ():
        since = each["missing_since"] or each["present_since"] or "a time that isn't on record"
        yield f"  {each['feed']}: {'missing' if each['missing_since'] else 'there'} since {since}"
    yield "\nValues"
    told = [each for each in found["values"].values() if len(each["history"]) > 1 or _is_set(each)]
    for each in told:
        now, *earlier = each["history"]
        yield f"  {each['header']}: {_shown(now['value'])}{_origin(now)}"
        yield from (f"    before: {_shown(old['value'])}{_origin(old)}" for old in earlier)
    if empty := len(found["values"]) - len(told):
        yield f"  {counted(empty, 'field')} without a value."
    yield "\nProblems found in the student's rows"
    for each in found["problems"]:
        place = "the file" if each["row"] is None else f"row {each['row']}"
        yield (
            f"  import {each['job']}, {place}, {each['column'] or 'the row'}: "
            f"{_shown(each['value'])}. {each['message']}"
        )
    yield from _undone_lines(found)
    yield from _protected_lines(found)
    yield "\nRecords made before"
    for each in found["copies"]:
        yield f"  {each['at']} by {each['by']}, requested by {each['requested_by']}"
    if not found["has_all_problems"]:
        yield "\nNot all problems are listed: there are too many imports to look through at once."
    for part in found["cut"]:
        yield f"\nNot all of {part} is listed; the newest are."


def _undone_lines(found: dict[str, Any]) -> Iterator[str]:
    if found["undone"]:
        yield "\nValues of imports that were undone"
    for each in found["undone"]:
        yield (
            f"  {each['field']}: {_shown(each['value'])} by import {each['job']}, undone "
            f"{each['undone_at']}"
        )
    if found["kept_by_undo"]:
        yield "\nWhat an undo has left as it was"
    for each in found["kept_by_undo"]:
        yield f"  import {each['job']}: {each['field'] or 'the student'} ({each['why']})"


def _protected_lines(found: dict[str, Any]) -> Iterator[str]:
    if found["protected"]:
        yield "\nValues that the district keeps, whatever its files say"
    for each in found["protected"]:
        ended, until = each["ended_at"], each["until"] or "the files agree"
        yield (
            f"  {each['field']}: {_shown(each['value'])}, "
            f"{f'ended {ended}' if ended else f'until {until}'}; {each['reason']} ({each['by']}, "
            f"{each['at']})"
        )


def _is_set(each: dict[str, Any]) -> bool:
    return each["value"] is not None


def _origin(each: dict[str, Any]) -> str:
    if each["job"] is None:
        return ""
    return f" (import {each['job']}, row {each['row']}, {each['at']})"


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "(blank)" if value is None else str(value)
