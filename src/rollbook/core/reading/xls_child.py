"""The child process that reads an .xls: file on standard input, one JSON line per row out.

Old workbooks are a binary format with many liars. Here one can only bring down this process,
within limits of memory and time that it sets itself before it looks at the first byte.
"""

import json
import os
import resource
import sys
from typing import Any

LARGEST_MEMORY = 2 << 30
LONGEST_SECONDS = 120
PROTECTED = 3
"""Exit code for a workbook with a password."""

ENCRYPTED_XLSX = "EncryptedPackage".encode("utf-16-le").ljust(64, b"\0")
"""Directory entry of the stream that holds an .xlsx with a password, in an .xls container."""


def main() -> int:
    """Write the visible sheets: a line with the name, then [row number, cells] per row."""
    resource.setrlimit(resource.RLIMIT_AS, (LARGEST_MEMORY, LARGEST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (LONGEST_SECONDS, LONGEST_SECONDS))
    import xlrd

    os.lseek(0, 0, os.SEEK_SET)
    content = sys.stdin.buffer.read()
    if ENCRYPTED_XLSX in content:
        return PROTECTED
    try:
        book = xlrd.open_workbook(
            file_contents=content, formatting_info=True, on_demand=True, logfile=sys.stderr
        )
    except xlrd.XLRDError as error:
        return PROTECTED if "encrypted" in str(error).lower() else 1
    for sheet in book.sheets():
        if sheet.visibility == 0:
            _write(sheet.name)
            for index in range(sheet.nrows):
                written = [_shown(book, cell) for cell in sheet.row(index)]
                if any(written):
                    _write([index + 1, written])
    return 0


def _shown(book: Any, cell: Any) -> str:
    import xlrd

    from rollbook.core import cells
    from rollbook.core.reading.number_formats import shown_number

    match cell.ctype:
        case xlrd.XL_CELL_TEXT:
            return str(cell.value)
        case xlrd.XL_CELL_NUMBER | xlrd.XL_CELL_DATE:
            code = book.format_map[book.xf_list[cell.xf_index].format_key].format_str
            return shown_number(repr(cell.value), code, epoch_1904=bool(book.datemode))
        case xlrd.XL_CELL_BOOLEAN:
            return "TRUE" if cell.value else "FALSE"
        case xlrd.XL_CELL_ERROR:
            return f"{cells.ERROR}{xlrd.error_text_from_code.get(cell.value, '#ERROR')}"
    return ""


def _write(line: object) -> None:
    # ASCII: the marks before cells are surrogates, which only an escape can carry.
    sys.stdout.write(json.dumps(line) + "\n")


if __name__ == "__main__":
    sys.exit(main())
