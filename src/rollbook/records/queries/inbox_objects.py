"""A feed's inbox as JSON, the same from the command line and from the API."""

from typing import Any

from rollbook.records.queries.inbox_items import Inbox


def inbox_object(feed: str, found: Inbox) -> dict[str, Any]:
    """Return a feed's inbox as an object for JSON."""
    return {
        "feed": feed,
        "job": found.job.number if found.job else None,
        "codes": [
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
        ],
        "columns_of_many_texts": [
            {"field": each.field.name, "column": each.header, "rows": each.rows}
            for each in found.full
        ],
        "columns": [
            {
                "header": each.column.header,
                "examples": list(each.column.examples),
                "since": each.since.isoformat() if each.since else None,
                "nearest": each.column.nearest[0].name if each.column.nearest else None,
            }
            for each in found.columns
        ],
    }
