"""An old workbook is read like a new one, and leaves nothing open when it is refused."""

import gzip
import io
import struct
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from typing import BinaryIO

import pytest
import xlwt

from rollbook.core import cells
from rollbook.core.catalogue.students import student_catalogue
from rollbook.core.errors import FileRefused
from rollbook.core.feed_settings import FeedRules
from rollbook.core.reading.errors import (
    FileDamaged,
    FileTooLarge,
    MissingColumns,
    NotATable,
    ProtectedFile,
    WorksheetMissing,
)
from rollbook.core.reading.open import open_table
from rollbook.core.table import Chunk, FileFacts
from tests.unit.core.reading.containers import FREE, container

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
            whole.damaged += chunk.damaged
        return replace(table.facts, notes=table.facts.notes + table.notes), whole


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
        (container({"EncryptedPackage": bytes(5_000)}), FeedRules(), ProtectedFile),
        (container({"WordDocument": bytes(5_000)}), FeedRules(), NotATable),
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


def _stream(rows: int = 40) -> bytes:
    """Return the stream of a workbook without its container."""
    students = {row: (f"{row:07}", f"9{row}") for row in range(2, rows + 2)}
    whole = _with_rows({1: HEADER, **students})
    found = whole.index(b"\x09\x08\x10\x00")
    return whole[found:]


ODD_CONTAINERS: dict[str, Callable[[bytes], bytes]] = {
    "none": lambda stream: stream,
    "as it should be": lambda stream: container({"Workbook": stream}),
    "an older name": lambda stream: container({"BOOK": stream}),
    "two streams claim the same sectors": lambda stream: container(
        {"Workbook": stream}, claims_twice=True
    ),
    "chains end with the mark of a free sector": lambda stream: container(
        {"Workbook": stream}, end=FREE
    ),
    "the last sector is not filled up": lambda stream: container(
        {"Workbook": stream[:-100]}, cut_at_the_end=True
    ),
    "bytes behind the last sector": lambda stream: container(
        {"Workbook": stream}, padding=b"\0" * 77
    ),
    "sectors in another order": lambda stream: container({"Workbook": stream}, is_scattered=True),
    "a short stream among the large sectors": lambda stream: container(
        {"Workbook": stream}, size=4_000
    ),
    "more streams": lambda stream: container({"Workbook": stream, "Summary": bytes(5_000)}),
}


@pytest.mark.parametrize("pack", ODD_CONTAINERS.values(), ids=ODD_CONTAINERS.keys())
def test_a_workbook_is_read_whatever_its_container_is_like(pack: Callable[[bytes], bytes]) -> None:
    facts, chunk = _open(pack(_stream()))
    assert facts.kind == "xls"
    assert [record[0] for record in chunk.records] == [f"{row:07}" for row in range(2, 42)]


def test_a_chain_that_is_longer_than_the_file_is_damage() -> None:
    for size in (60_000, 1 << 31):
        with pytest.raises((FileDamaged, FileTooLarge)):
            _open(container({"Workbook": _stream()}, size=size))


def _record(code: int, content: bytes) -> bytes:
    return struct.pack("<2H", code, len(content)) + content


def test_a_stream_as_scripts_write_it_without_any_format_is_read() -> None:
    stream = _record(0x809, struct.pack("<4H", 0, 0x10, 0, 0))
    for row, texts in enumerate((HEADER, ("0012345", "9", "Ray"))):
        for column, text in enumerate(texts):
            label = struct.pack("<4H", row, column, 0, len(text)) + text.encode()
            stream += _record(0x204, label)
    stream += _record(0x203, struct.pack("<3Hd", 2, 0, 0, 12345.0))
    stream += _record(0x204, struct.pack("<4H", 2, 1, 0, 1) + b"8") + _record(0x0A, b"")
    _, chunk = _open(stream)
    assert chunk.records == [["0012345", "9", "Ray"], [f"{cells.NUMBER}12345", "8", ""]]


def test_hidden_rows_and_merged_cells_are_told() -> None:
    book = xlwt.Workbook()
    sheet = _fill(book, "Students", {1: HEADER, **{n: (f"S{n}", "9") for n in range(2, 12)}})
    for row in (3, 4, 7):
        sheet.row(row).hidden = True
    sheet.write_merge(1, 5, 2, 2, "Lakeview")
    facts, chunk = _open(_saved(book))
    assert len(chunk.rows) == 10
    assert facts.notes[0].startswith("3 rows are hidden")
    assert "in 1 place" in facts.notes[1]


def test_a_stray_value_in_the_last_cell_rejects_its_row_alone() -> None:
    book = xlwt.Workbook()
    sheet = _fill(book, "Students", {1: HEADER, 2: ("S1", "9")})
    sheet.write(65_535, 255, "x")
    _, chunk = _open(_saved(book))
    assert chunk.rows == [2]
    assert [(each.row, each.code) for each in chunk.damaged] == [(65_536, "ROW_TOO_LONG")]
