"""Downloads as CSV: streamed where possible, with nothing that a spreadsheet program would run."""

import os
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase

from rollbook.core.csv_lines import csv_lines
from rollbook.environ import in_function
from rollbook.records.district import district_zone
from rollbook.transfers.large_downloads import handed_out


def csv_response(rows: Iterable[Iterable[Any]], name: str) -> HttpResponseBase:
    """Return `rows` as a file to be saved, with a byte order mark so that Excel reads UTF-8.

    Raises FileTooLargeHere, UploadsUnavailable where this is a function of AWS.
    """
    headers = {
        "Content-Type": "text/csv; charset=utf-8",
        "Content-Disposition": f'attachment; filename="{name}"',
    }
    if in_function(os.environ):
        return handed_out(_lines(rows), headers)
    return StreamingHttpResponse(_lines(rows), headers=headers)


def _lines(rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    zone = district_zone()
    yield "\ufeff"
    yield from csv_lines([_shown(cell, zone) for cell in row] for row in rows)


def _shown(cell: Any, zone: ZoneInfo) -> Any:
    is_moment = isinstance(cell, datetime)
    return cell.astimezone(zone).isoformat(sep=" ", timespec="seconds") if is_moment else cell
