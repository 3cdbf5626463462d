"""An old workbook is read like a new one, and leaves nothing open when it is refused."""

import gzip
import io
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from typing import BinaryIO

import pytest
import xlwt

from rollbook.core import cells
from rollbook.core.catalogue.students import student_catalogue
from rollbook.core.errors import FileRefused
from rollbook.core.feed_settings import FeedRules
from rollbook.core.reading.errors import (
    FileDamaged,
    MissingColumns,
    ProtectedFile,
    WorksheetMissing,
)
from rollbook.core.reading.open import open_table
from rollbook.core.table import Chunk, FileFacts

CONTAINER = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
HEADER = ("Student ID", "SSID", "Last Name")


def _open(
    content: bytes,
    rules: FeedRules | None = None,
    scratch: Callable[[], BinaryIO] | None = None,
) -> tuple[FileFacts, Chunk]:
    with ExitStack() as opened:
        file = opened.enter_context(tempfile.TemporaryFile())
        file.write(content)
        table = open_table(
            file,
            name="students.xls",
            size=len(content),
            catalogue=student_catalogue(),
            rules=rules or FeedRules(),
            scratch=scratch or (lambda: opened.enter_context(tempfile.TemporaryFile())),
        )
        whole = Chunk([], [])
        for chunk in table.chunks():
            whole.rows += chunk.rows
            whole.records += chunk.records
        return table.facts, whole


def _fill(book: xlwt.Workbook, name: str, rows: dict[int, tuple[str, ...]]) -> xlwt.Worksheet:
    sheet = book.add_sheet(name)
    for number, values in rows.items():
        for column, value in enumerate(values):
            sheet.write(number - 1, column, value)
    return sheet


def _saved(book: xlwt.Workbook) -> bytes:
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def _with_rows(rows: dict[int, tuple[str, ...]]) -> bytes:
    book = xlwt.Workbook()
    _fill(book, "Students", rows)
    return _saved(book)


def _third_cell(write: Callable[[xlwt.Worksheet], None], *, is_1904: bool = False) -> str:
    book = xlwt.Workbook()
    book.dates_1904 = is_1904
    write(_fill(book, "Students", {1: HEADER, 2: ("0012345", "9")}))
    return _open(_saved(book))[1].records[0][2]


def _written(value: object, code: str, *, is_1904: bool = False) -> str:
    style = xlwt.easyxf(num_format_str=code)
    return _third_cell(lambda sheet: sheet.write(1, 2, value, style), is_1904=is_1904)


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (12345, "0000000", "0012345"),
        (12345, "General", f"{cells.NUMBER}12345"),
        (0.945, "0%", "94.5%"),
        (0.94499999999999995, "0.00%", "94.5%"),
        (45000, "yyyy-mm-dd", f"{cells.DATE}2023-03-15"),
        (45000, "m/d/yyyy", f"{cells.DATE}2023-03-15"),
        (True, "General", "TRUE"),
        ("Muñoz", "General", "Muñoz"),
    ],
)
def test_a_cell_is_read_as_its_format_means_it(value: object, code: str, shown: str) -> None:
    assert _written(value, code) == shown


def test_a_workbook_that_counts_from_1904_means_another_day() -> None:
    assert _written(43538, "yyyy-mm-dd", is_1904=True) == f"{cells.DATE}2023-03-15"


@pytest.mark.parametrize("error", ["#REF!", "#DIV/0!", "#NAME?"])
def test_an_error_cell_is_an_error_and_no_blank(error: str) -> None:
    shown = _third_cell(lambda sheet: sheet.row(1).set_cell_error(2, error))
    assert shown == f"{cells.ERROR}{error}"


def test_rows_keep_the_numbers_of_the_sheet() -> None:
    _, chunk = _open(_with_rows({1: HEADER, 4: ("S4", "9"), 9: ("S9", "9")}))
    assert chunk.rows == [4, 9]
    assert [record[0] for record in chunk.records] == ["S4", "S9"]


def test_a_preamble_is_passed_over_and_named() -> None:
    facts, chunk = _open(_with_rows({1: ("District export",), 4: HEADER, 5: ("S1", "9", "Ray")}))
    assert (facts.kind, facts.header_row, chunk.rows) == ("xls", 4, [5])
    assert "row 4" in facts.notes[0]


def test_hidden_sheets_are_not_read_and_a_named_one_must_be_there() -> None:
    book = xlwt.Workbook()
    for name, visibility in (("Old", 1), ("Older", 2), ("New", 0), ("More", 0)):
        sheet = _fill(book, name, {1: HEADER, 2: (name.upper(), "9")})
        sheet.visibility = visibility
    book.set_active_sheet(2)
    content = _saved(book)
    assert _open(content)[1].records[0][0] == "NEW"
    facts, chunk = _open(content, FeedRules(worksheet="More"))
    assert (facts.worksheet, chunk.records[0][0]) == ("More", "MORE")
    for hidden in ("Old", "Older"):
        with pytest.raises(WorksheetMissing):
            _open(content, FeedRules(worksheet=hidden))


@pytest.mark.parametrize(
    ("content", "rules", "refusal"),
    [
        (CONTAINER, FeedRules(), FileDamaged),
        (
            CONTAINER + "EncryptedPackage".encode("utf-16-le") + bytes(480),
            FeedRules(),
            ProtectedFile,
        ),
        (_with_rows({1: ("Room", "Seats"), 2: ("12", "30")}), FeedRules(), MissingColumns),
        (_with_rows({1: HEADER, 2: ("S1", "9")}), FeedRules(worksheet="No"), WorksheetMissing),
    ],
)
def test_a_refused_workbook_leaves_no_scratch_file_open(
    content: bytes, rules: FeedRules, refusal: type[FileRefused]
) -> None:
    with tempfile.TemporaryFile() as spool:
        with pytest.raises(refusal):
            _open(gzip.compress(content), rules, lambda: spool)
        assert spool.closed
