"""Downloads as CSV: streamed, and without anything that a spreadsheet program would run."""

import csv
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.http import StreamingHttpResponse

from rollbook.core.report import harmless
from rollbook.records.district import district_zone


class _Line:
    """What csv writes into: it hands each line on."""

    def write(self, text: str) -> str:
        return text


def csv_response(rows: Iterable[Iterable[Any]], name: str) -> StreamingHttpResponse:
    """Return `rows` as a file to be saved, with a byte order mark so that Excel reads UTF-8."""
    response = StreamingHttpResponse(_lines(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _lines(rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    writer, zone = csv.writer(_Line()), district_zone()
    yield "\ufeff"
    for row in rows:
        yield writer.writerow([_text(cell, zone) for cell in row])


def _text(cell: object, zone: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.astimezone(zone).isoformat(sep=" ", timespec="seconds")
    return harmless(str(cell)) if isinstance(cell, str) else str(cell)
