"""`rollbook feeds inbox`: new columns and codes that nobody has said the meaning of."""

from typing import Annotated, Any

import typer

from rollbook.cli.bootstrap import database
from rollbook.cli.console import print_lines
from rollbook.cli.disclosures import note_disclosure
from rollbook.core.visible import visible_json


def inbox(
    name: Annotated[str, typer.Argument(help="The feed's name.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """List columns and codes of FEED's newest file that are not known. `feeds map` says what they
    mean."""
    with database():
        from rollbook.records.queries.feeds import feed_by_name
        from rollbook.records.queries.inbox import inbox_of

        found = inbox_of(feed_by_name(name))
        if found.count:
            note_disclosure(name, "new columns and codes")
    codes: list[dict[str, Any]] = [
        {
            "field": each.field.name,
            "column": each.header,
            "text": each.text,
            "rows": each.rows,
            "since": each.since.isoformat() if each.since else None,
            "nearest": each.nearest or None,
            "is_kept": each.is_kept,
        }
        for each in found.codes
    ]
    full = [
        {"field": each.field.name, "column": each.header, "rows": each.rows} for each in found.full
    ]
    columns: list[dict[str, Any]] = [
        {
            "header": each.column.header,
            "examples": list(each.column.examples),
            "since": each.since.isoformat() if each.since else None,
            "nearest": each.column.nearest[0].name if each.column.nearest else None,
        }
        for each in found.columns
    ]
    if as_json:
        job = found.job.number if found.job else None
        about = {"feed": name, "job": job, "codes": codes, "columns": columns}
        typer.echo(visible_json(about | {"columns_of_many_texts": full}))
        return
    if not found.count:
        typer.echo("Nothing waits: every column and code of the newest file is known.")
        return
    lines = [
        *(("code", each["text"], each["field"], f"{each['rows']:,}", each["nearest"] or "")
          for each in codes),
        *(("more than 20 texts", "", each["field"], f"{each['rows']:,}", "") for each in full),
        *(("column", each["header"], "", "", each["nearest"] or "") for each in columns),
    ]  # fmt: skip
    print_lines(["what", "in the file", "field", "rows", "perhaps"], lines)
