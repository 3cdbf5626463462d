"""Downloads as CSV: nothing in them is run by a spreadsheet program."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http.response import HttpResponseBase

from rollbook.core.csv_lines import csv_lines
from rollbook.records.district import district_zone
from rollbook.transfers.attachments import attachment


def csv_response(rows: Iterable[Iterable[Any]], name: str) -> HttpResponseBase:
    """Return `rows` as a file to be saved, with a byte order mark so that Excel reads UTF-8.

    Raises FileTooLargeHere, UploadsUnavailable where this is a function of AWS.
    """
    return attachment(_lines(rows), name, content_type="text/csv")


def _lines(rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    zone = district_zone()
    yield "\ufeff"
    yield from csv_lines([_shown(cell, zone) for cell in row] for row in rows)


def _shown(cell: Any, zone: ZoneInfo) -> Any:
    is_moment = isinstance(cell, datetime)
    return cell.astimezone(zone).isoformat(sep=" ", timespec="seconds") if is_moment else cell
