"""Writes the synthetic district's rows as text or as a workbook, in one of the layouts."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rollbook.core.catalogue.field import Count, Percent, Score
from rollbook.core.catalogue.students import Catalogue
from rollbook.demo.faults import Row
from rollbook.demo.table_styles import TableStyle

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

CELL_ERRORS: Final = ("#REF!", "#N/A")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?", re.ASCII)


def write_text(
    path: Path, catalogue: Catalogue, rows: Iterable[list[str]], *, style: TableStyle
) -> int:
    """Write a text file; return how many rows are between header and footer."""
    end, last = style.line_end, [""] if style.trailing_delimiter else []
    may_lack = not style.encoding.startswith("utf")
    count = 0
    with path.open("w", newline="", encoding=style.encoding, errors="surrogateescape") as file:
        writer = csv.writer(
            file,
            delimiter=style.delimiter,
            lineterminator=end,
            quoting=csv.QUOTE_ALL if style.quotes_all else csv.QUOTE_MINIMAL,
        )
        writer.writerows(style.preamble)
        writer.writerow([*_header(catalogue, style), *last])
        for count, row in enumerate(rows, 1):  # noqa: B007 - it is returned
            cells = [_written(cell, style.encoding) for cell in row] if may_lack else row
            if isinstance(row, Row) and row.is_raw:
                file.write(style.delimiter.join(cells) + end)
            else:
                writer.writerow(cells + last if last else cells)
        if not style.is_cut_off:
            writer.writerows(style.footer)
    if style.is_cut_off:
        _cut_off(path)
    return count


def write_rows(path: Path, rows: Iterable[Sequence[str]]) -> None:
    """Write a plain CSV file, as vendors do."""
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)


def rows_as_text(rows: Iterable[Sequence[str]]) -> str:
    """Return what `write_rows` would write."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


def write_workbook(
    path: Path, catalogue: Catalogue, rows: Iterable[list[str]], *, style: TableStyle
) -> int:
    """Write a workbook of one sheet in constant memory; return its rows as `write_text` does."""
    import xlsxwriter

    numbers = {
        column
        for column, field in enumerate(catalogue.fields)
        if isinstance(field.type, Count | Percent | Score)
    }
    count, top = 0, len(style.preamble)
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("Students")
        for number, line in enumerate((*style.preamble, _header(catalogue, style))):
            sheet.write_row(number, 0, line)
        for count, row in enumerate(rows, 1):
            _write_cells(sheet, top + count, row, numbers=numbers)
        for number, line in enumerate(style.footer, top + count + 1):
            sheet.write_row(number, 0, line)
    return count


def _header(catalogue: Catalogue, style: TableStyle) -> list[str]:
    more = [header for header, _, _ in style.more_columns]
    renamed = dict(style.renamed)
    return [*(renamed.get(field.header, field.header) for field in catalogue.fields), *more]


def _written(text: str, encoding: str) -> str:
    """Return `text`, without the accents of what the encoding cannot write."""
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        parts = unicodedata.normalize("NFD", text)
        return "".join(part for part in parts if not unicodedata.combining(part))
    return text


def _cut_off(path: Path) -> None:
    """Take away the second half of the last line and its end."""
    with path.open("rb+") as file:
        size = file.seek(0, 2)
        file.seek(max(size - 4096, 0))
        last = file.read().splitlines()[-1]
        file.truncate(size - len(last) // 2)


def _write_cells(sheet: "Worksheet", row: int, cells: list[str], *, numbers: set[int]) -> None:
    for column, text in enumerate(cells):
        # Identifiers, names and grades are text, as a careful export writes them.
        if column in numbers and _NUMBER.fullmatch(text):
            sheet.write_number(row, column, float(text))
        elif text in CELL_ERRORS:
            sheet.write_formula(row, column, "=NA()", None, text)
        elif text:
            sheet.write_string(row, column, text)
