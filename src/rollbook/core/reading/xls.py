"""Old workbooks (.xls), read by a child process and kept in an anonymous file."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from typing import BinaryIO

from rollbook.core.catalogue.students import Catalogue
from rollbook.core.reading.errors import FileDamaged, ProtectedFile
from rollbook.core.reading.sheet_table import Row, SheetTable, open_sheet
from rollbook.core.reading.xls_child import LONGEST_SECONDS, PROTECTED
from rollbook.core.rules import FeedRules
from rollbook.core.table import FileFacts


def open_xls(
    file: BinaryIO,
    *,
    name: str,
    size: int,
    catalogue: Catalogue,
    rules: FeedRules,
    scratch: Callable[[], BinaryIO],
) -> SheetTable:
    """Return the feed's sheet, or the first visible one with a recognisable header."""
    with ExitStack() as on_refusal:
        spool = scratch()
        on_refusal.callback(spool.close)
        _read_into(spool, file)
        sheets = ((sheet, _rows_at(spool, start)) for sheet, start in list(_sheets(spool)))
        facts = FileFacts(name=name, size=size, kind="xls")
        table = open_sheet(sheets, catalogue, rules, facts=facts, place=lambda: size)
        on_refusal.pop_all()
    return table


def _read_into(spool: BinaryIO, file: BinaryIO) -> None:
    file.flush()
    try:
        done = subprocess.run(
            [sys.executable, "-m", "rollbook.core.reading.xls_child"],
            stdin=file.fileno(),
            stdout=spool.fileno(),
            stderr=subprocess.DEVNULL,
            timeout=LONGEST_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise FileDamaged(what="workbook") from error
    if done.returncode == PROTECTED:
        raise ProtectedFile(what="workbook")
    if done.returncode != 0:
        raise FileDamaged(what="workbook")


def _sheets(spool: BinaryIO) -> Iterator[tuple[str, int]]:
    spool.seek(0)
    while line := spool.readline():
        if line.startswith(b'"'):
            yield json.loads(line), spool.tell()


def _rows_at(spool: BinaryIO, start: int) -> Callable[[], Iterable[Row]]:
    def rows() -> Iterator[Row]:
        place = start
        while True:
            spool.seek(place)
            line = spool.readline()
            place = spool.tell()
            if not line or line.startswith(b'"'):
                return
            number, written = json.loads(line)
            yield number, written

    return rows
