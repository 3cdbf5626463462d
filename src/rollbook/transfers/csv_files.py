"""Downloads as CSV: streamed, and without anything that a spreadsheet program would run."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import StreamingHttpResponse

from rollbook.core.csv_lines import csv_lines
from rollbook.records.district import district_zone


def csv_response(rows: Iterable[Iterable[Any]], name: str) -> StreamingHttpResponse:
    """Return `rows` as a file to be saved, with a byte order mark so that Excel reads UTF-8."""
    response = StreamingHttpResponse(_lines(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _lines(rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    zone = district_zone()
    yield "\ufeff"
    yield from csv_lines([_shown(cell, zone) for cell in row] for row in rows)


def _shown(cell: Any, zone: ZoneInfo) -> Any:
    is_moment = isinstance(cell, datetime)
    return cell.astimezone(zone).isoformat(sep=" ", timespec="seconds") if is_moment else cell
