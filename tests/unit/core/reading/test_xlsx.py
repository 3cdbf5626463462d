"""A workbook's cells arrive as a person sees them, and what was lost is marked."""

import io
import tempfile
import zipfile

import pytest
import xlsxwriter

from rollbook.core import cells
from rollbook.core.catalogue.students import student_catalogue
from rollbook.core.errors import FileRefused
from rollbook.core.feed_settings import FeedRules
from rollbook.core.reading.errors import (
    FileDamaged,
    FileTooLarge,
    ProtectedFile,
    UnsupportedKind,
    WorksheetMissing,
)
from rollbook.core.reading.open import open_table
from rollbook.core.table import Chunk
from tests.unit.core.reading.containers import container
from tests.unit.core.reading.packages import opened

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
HEADER = (
    '<row r="1"><c r="A1" t="inlineStr"><is><t>Student ID</t></is></c>'
    '<c r="B1" t="inlineStr"><is><t>SSID</t></is></c>'
    '<c r="C1" t="inlineStr"><is><t>Last Name</t></is></c></row>'
)


def _read(content: bytes, rules: FeedRules | None = None) -> Chunk:
    return opened(content, rules)[1]


def _by_hand(rows: str, *, sheet: str = "", formats: str = "") -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
            '<sheet name="Students" sheetId="1" r:id="a"/></sheets></workbook>',
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships><Relationship Id="a" Type="{OFFICE}/worksheet" '
            'Target="worksheets/sheet1.xml"/></Relationships>',
        )
        if formats:
            archive.writestr("xl/styles.xml", formats)
        body = (
            sheet or f'<worksheet xmlns="{MAIN}"><sheetData>{HEADER}{rows}</sheetData></worksheet>'
        )
        archive.writestr("xl/worksheets/sheet1.xml", body)
    return kept.getvalue()


def _third_cell(cell: str) -> str:
    row = (
        f'<row r="2"><c r="A2" t="str"><v>0012345</v></c><c r="B2" t="str"><v>9</v></c>{cell}</row>'
    )
    return _read(_by_hand(row)).records[0][2]


def _written(value: object, code: str = "", *, is_1904: bool = False) -> str:
    kept = io.BytesIO()
    book = xlsxwriter.Workbook(kept, {"date_1904": is_1904})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["Student ID", "SSID", "Last Name"])
    sheet.write_row(1, 0, ["0012345", "9"])
    sheet.write(1, 2, value, book.add_format({"num_format": code} if code else {}))
    book.close()
    return _read(kept.getvalue()).records[0][2]


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (12345, "0000000", "0012345"),
        (0.945, "0%", "94.5%"),
        (0.94499999999999995, "0.00%", "94.5%"),
        (94.499999999999986, "", f"{cells.NUMBER}94.5"),
        (7, "", f"{cells.NUMBER}7"),
        (45000, "yyyy-mm-dd", f"{cells.DATE}2023-03-15"),
        (45000, "m/d/yyyy", f"{cells.DATE}2023-03-15"),
        (True, "", "TRUE"),
        ("=1+1", "", f"{cells.NUMBER}0"),
    ],
)
def test_a_cell_is_read_as_its_format_means_it(value: object, code: str, shown: str) -> None:
    assert _written(value, code) == shown


def test_a_header_that_comes_again_is_no_student() -> None:
    again = HEADER.replace('"1"', '"2"').replace("A1", "A2").replace("B1", "B2").replace("C1", "C2")
    row = '<row r="3"><c r="A3" t="str"><v>S1</v></c><c r="B3" t="str"><v>9</v></c></row>'
    read = _read(_by_hand(again + row))
    assert [damaged.code for damaged in read.damaged] == ["HEADER_REPEATED"]
    assert read.records == [["S1", "9", ""]]


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="2"><c r="A2" t="str"><v>S1</v></c><c r="A2" t="str"><v>S2</v></c></row>',
        '<row r="2"><c r="A2" t="str"><v>S1</v></c></row>'
        '<row r="2"><c r="A2" t="str"><v>S2</v></c></row>',
        '<row r="3"><c r="A3" t="str"><v>S1</v></c></row>'
        '<row r="2"><c r="A2" t="str"><v>S2</v></c></row>',
    ],
    ids=["a cell twice", "a row twice", "rows out of order"],
)
def test_a_workbook_in_which_a_place_is_taken_twice_is_damaged(rows: str) -> None:
    with pytest.raises(FileDamaged):
        _read(_by_hand(HEADER + rows))


def test_a_workbook_that_counts_from_1904_means_another_day() -> None:
    assert _written(43538, "yyyy-mm-dd", is_1904=True) == f"{cells.DATE}2023-03-15"


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ('<c r="C2" t="e"><v>#REF!</v></c>', f"{cells.ERROR}#REF!"),
        ('<c r="C2"><f>1+1</f></c>', f"{cells.ERROR}formula without a result"),
        ('<c r="C2" t="inlineStr"><is><r><t>O</t></r><r><t>\'Hara</t></r></is></c>', "O'Hara"),
        ('<c r="C2" t="inlineStr"><is><t>A</t><rPh><t>b</t></rPh></is></c>', "A"),
        ('<c r="C2" t="str"><v>A_x000D_B</v></c>', "A\rB"),
        ('<c r="C2" t="str"><v>_xD801_7</v></c>', "\ufffd7"),
        ('<c r="C2"><v>1e999999999</v></c>', f"{cells.ERROR}a number that can't be read"),
        ('<c r="C2" t="b"><v>true</v></c>', "TRUE"),
        ('<c r="C2" t="b"><v>0</v></c>', "FALSE"),
        ('<c r="C2" t="b"><v>yes</v></c>', f"{cells.ERROR}neither true nor false"),
        ('<c r="C2" t="s"><v>99</v></c>', f"{cells.ERROR}text missing"),
        ('<c r="C2" t="str"><f>cmd()</f><v>=cmd()</v></c>', "=cmd()"),
    ],
)
def test_a_cell_written_by_another_program_is_understood(cell: str, shown: str) -> None:
    assert _third_cell(cell) == shown


def test_rows_keep_the_numbers_of_the_sheet() -> None:
    rows = "".join(
        f'<row r="{n}"><c r="A{n}" t="str"><v>S{n}</v></c><c r="B{n}" t="str"><v>9</v></c></row>'
        for n in (4, 9)
    )
    assert _read(_by_hand(rows)).rows == [4, 9]


def test_prefixed_elements_are_the_same_elements() -> None:
    plain = f"<sheetData>{HEADER}{HEADER.replace('Student ID', 'S1').replace('1', '2')}</sheetData>"
    prefixed = plain.replace("</", "<~").replace("<", "<x:").replace("<x:~", "</x:")
    sheet = f'<x:worksheet xmlns:x="{MAIN}">{prefixed}</x:worksheet>'
    assert _read(_by_hand("", sheet=sheet)).rows == [2]


def test_a_value_beyond_the_header_rejects_its_row() -> None:
    row = '<row r="2"><c r="A2" t="str"><v>S1</v></c><c r="F2" t="str"><v>x</v></c></row>'
    assert [record.code for record in _read(_by_hand(row)).damaged] == ["ROW_TOO_LONG"]


@pytest.mark.parametrize(
    ("cell", "refusal"),
    [
        ('<c r="A1048577" t="str"><v>x</v></c>', FileTooLarge),
        ('<c r="5" t="str"><v>x</v></c>', FileDamaged),
        ('<c r="A2" s="x"><v>1</v></c>', FileDamaged),
    ],
)
def test_a_cell_at_an_absurd_place_refuses_the_file(cell: str, refusal: type[FileRefused]) -> None:
    with pytest.raises(refusal):
        _read(_by_hand(f'<row r="2">{cell}</row>'))


def test_hidden_sheets_are_not_read_and_a_named_one_must_be_there() -> None:
    kept = io.BytesIO()
    book = xlsxwriter.Workbook(kept)
    secret, shown = book.add_worksheet("Old"), book.add_worksheet("New")
    for sheet, number in ((secret, "OLD"), (shown, "NEW")):
        sheet.write_row(0, 0, ["Exported for the district"])
        sheet.write_row(2, 0, ["Student ID", "SSID"])
        sheet.write_row(3, 0, [number, "9"])
    shown.activate()
    shown.set_first_sheet()
    secret.hide()
    book.close()
    chunk = _read(kept.getvalue())
    assert (chunk.rows, chunk.records) == ([4], [["NEW", "9"]])
    with pytest.raises(WorksheetMissing):
        _read(kept.getvalue(), FeedRules(worksheet="Old"))


def test_a_workbook_with_a_password_is_called_protected_not_damaged() -> None:
    with tempfile.TemporaryFile() as file, tempfile.TemporaryFile() as spool:
        file.write(container({"EncryptedPackage": bytes(5_000)}))
        with pytest.raises(ProtectedFile):
            open_table(
                file,
                name="students.xlsx",
                size=file.tell(),
                catalogue=student_catalogue(),
                rules=FeedRules(),
                scratch=lambda: spool,
            )


def test_a_binary_workbook_is_refused_by_name() -> None:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.bin", b"x")
    with pytest.raises(UnsupportedKind, match="xlsb"):
        _read(kept.getvalue())
