"""An OpenDocument sheet means what it shows, in the rows where it shows it."""

import io
import tempfile
import zipfile

import pytest
from odf.element import Element
from odf.office import Annotation
from odf.opendocument import OpenDocumentSpreadsheet
from odf.style import Style, TableProperties
from odf.table import CoveredTableCell, TableCell, TableRow
from odf.table import Table as OdfTable
from odf.text import LineBreak, P

from rollbook.core import cells
from rollbook.core.catalogue.students import student_catalogue
from rollbook.core.feed_settings import FeedRules
from rollbook.core.reading.errors import (
    FileDamaged,
    FileTooLarge,
    ProtectedFile,
    WorksheetMissing,
)
from rollbook.core.reading.open import open_table
from rollbook.core.table import Chunk, FileFacts, Table

CALCEXT = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"
HEADER = ("Student ID", "SSID", "Last Name")


def _table(content: bytes, rules: FeedRules | None = None) -> Table:
    return open_table(
        io.BytesIO(content),
        name="students.ods",
        size=len(content),
        catalogue=student_catalogue(),
        rules=rules or FeedRules(),
        scratch=tempfile.TemporaryFile,
    )


def _open(content: bytes, rules: FeedRules | None = None) -> tuple[FileFacts, Chunk]:
    table = _table(content, rules)
    whole = Chunk([], [])
    for chunk in table.chunks():
        whole.rows += chunk.rows
        whole.records += chunk.records
        whole.damaged += chunk.damaged
    return table.facts, whole


def _cell(text: str = "", **attributes: object) -> Element:
    cell = TableCell(**attributes)
    if text:
        cell.addElement(P(text=text))
    return cell


def _row(*written: str | Element, repeated: int = 1) -> Element:
    row = TableRow(numberrowsrepeated=repeated)
    for cell in written:
        is_text = isinstance(cell, str)
        row.addElement(_cell(cell, valuetype="string") if is_text else cell)
    return row


def _sheet(*rows: Element, name: str = "Students", style: Element | None = None) -> Element:
    table = OdfTable(name=name, **({"stylename": style} if style else {}))
    for row in rows:
        table.addElement(row)
    return table


def _saved(*sheets: Element, hidden: Element | None = None) -> bytes:
    book = OpenDocumentSpreadsheet()
    if hidden is not None:
        book.automaticstyles.addElement(hidden)
    for sheet in sheets:
        book.spreadsheet.addElement(sheet)
    kept = io.BytesIO()
    book.write(kept)
    return kept.getvalue()


def _third_cell(cell: Element) -> str:
    return _open(_saved(_sheet(_row(*HEADER), _row("S1", "9", cell))))[1].records[0][2]


def _with_part(content: bytes, part: str, body: str) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(kept, "w") as new:
        for name in old.namelist():
            new.writestr(name, body if name == part else old.read(name))
    return kept.getvalue()


@pytest.mark.parametrize(
    ("text", "attributes", "shown"),
    [
        ("0012345", {"valuetype": "float", "value": "12345"}, "0012345"),
        ("12345", {"valuetype": "float", "value": "12345"}, f"{cells.NUMBER}12345"),
        ("0", {"valuetype": "float", "value": "0"}, f"{cells.NUMBER}0"),
        ("123-45-6789", {"valuetype": "float", "value": "123456789"}, "123-45-6789"),
        ("S00123", {"valuetype": "float", "value": "123"}, "S00123"),
        ("1E5", {"valuetype": "float", "value": "100000"}, f"{cells.NUMBER}100000"),
        ("1.234", {"valuetype": "float", "value": "1234"}, f"{cells.NUMBER}1234"),
        ("-5", {"valuetype": "float", "value": "-5"}, f"{cells.NUMBER}-5"),
        ("", {"valuetype": "float", "value": "5"}, f"{cells.NUMBER}5"),
        ("95%", {"valuetype": "float", "value": "94.5"}, "94.5%"),
        (
            "1234567890123456",
            {"valuetype": "float", "value": "1.23456789012346E+15"},
            f"{cells.NUMBER}1234567890123460",
        ),
        ("95%", {"valuetype": "percentage", "value": "0.945"}, "94.5%"),
        ("94%", {"valuetype": "percentage", "value": "0.94499999999999995"}, "94.5%"),
        ("3/15/23", {"valuetype": "date", "datevalue": "2023-03-15"}, f"{cells.DATE}2023-03-15"),
        ("TRUE", {"valuetype": "boolean", "booleanvalue": "true"}, "TRUE"),
        (
            "3",
            {"valuetype": "float", "value": "3", "formula": "of:=1+2"},
            f"{cells.NUMBER}3",
        ),
        ("O'Hara", {"valuetype": "string", "formula": "of:=[.A9]"}, "O'Hara"),
    ],
)
def test_a_cell_is_read_as_its_kind_means_it(
    text: str, attributes: dict[str, str], shown: str
) -> None:
    assert _third_cell(_cell(text, **attributes)) == shown


@pytest.mark.parametrize(
    ("text", "attributes", "shown"),
    [
        ("#DIV/0!", {"formula": "of:=1/0", "valuetype": "string"}, "#DIV/0!"),
        ("Err:502", {"formula": "of:=X()", "valuetype": "float", "value": "0"}, "Err:502"),
        ("", {"formula": "of:=1+1"}, "formula without a result"),
    ],
)
def test_a_formula_that_failed_is_an_error_and_no_blank(
    text: str, attributes: dict[str, str], shown: str
) -> None:
    assert _third_cell(_cell(text, **attributes)) == f"{cells.ERROR}{shown}"


def test_an_error_that_only_an_extension_tells_of_is_an_error() -> None:
    cell = _cell("#REF!", valuetype="string")
    content = _saved(_sheet(_row(*HEADER), _row("S1", "9", cell)))
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        body = book.read("content.xml").decode()
    extended = f'office:value-type="string" xmlns:c="{CALCEXT}" c:value-type="error"><text:p>#REF!'
    changed = body.replace('office:value-type="string"><text:p>#REF!', extended)
    assert changed != body
    chunk = _open(_with_part(content, "content.xml", changed))[1]
    assert chunk.records[0][2] == f"{cells.ERROR}#REF!"


def test_rows_keep_the_numbers_of_the_sheet_over_gaps_and_repeats() -> None:
    rows = (_row(*HEADER), _row("", repeated=2), _row("S4", "9"), _row("S5", "9", repeated=2))
    far = (_row("", repeated=93), _row("S100", "9"), _row("", repeated=1_048_476))
    _, chunk = _open(_saved(_sheet(*rows, *far)))
    assert chunk.rows == [4, 5, 6, 100]
    assert [record[0] for record in chunk.records] == ["S4", "S5", "S5", "S100"]


def test_repeated_empty_cells_keep_later_values_in_their_columns() -> None:
    gap = TableCell(numbercolumnsrepeated=2)
    header = _row(*HEADER, "First Name")
    _, chunk = _open(_saved(_sheet(header, _row("S1", gap, "Ann"))))
    assert chunk.records == [["S1", "", "", "Ann"]]


def test_a_preamble_is_passed_over_and_named() -> None:
    preamble = (_row("Exported for the district"), _row("", repeated=2))
    facts, chunk = _open(_saved(_sheet(*preamble, _row(*HEADER), _row("S1", "9", "Ray"))))
    assert (facts.kind, facts.header_row, chunk.rows) == ("ods", 4, [5])
    assert "row 4" in facts.notes[0]


def test_hidden_sheets_are_not_read_and_a_named_one_must_be_there() -> None:
    hidden = Style(name="hidden", family="table")
    hidden.addElement(TableProperties(display="false"))
    old = _sheet(_row(*HEADER), _row("OLD", "9"), name="Old", style=hidden)
    new = _sheet(_row(*HEADER), _row("NEW", "9"), name="New")
    more = _sheet(_row(*HEADER), _row("MORE", "9"), name="More")
    content = _saved(old, new, more, hidden=hidden)
    assert _open(content)[1].records[0][0] == "NEW"
    facts, chunk = _open(content, FeedRules(worksheet="More"))
    assert (facts.worksheet, chunk.records[0][0]) == ("More", "MORE")
    with pytest.raises(WorksheetMissing):
        _open(content, FeedRules(worksheet="Old"))


def test_a_sheet_that_lies_about_its_size_is_refused() -> None:
    with pytest.raises(FileTooLarge):
        _open(_saved(_sheet(_row(*HEADER), _row("S1", "9", repeated=1_048_576))))


def test_a_stray_value_in_the_last_cell_rejects_its_row_alone() -> None:
    stray = _row(TableCell(numbercolumnsrepeated=16_383), "x")
    far = (_row("", repeated=1_048_573), stray)
    _, chunk = _open(_saved(_sheet(_row(*HEADER), _row("S1", "9"), *far)))
    assert [record[0] for record in chunk.records] == ["S1"]
    assert [(each.row, each.code) for each in chunk.damaged] == [(1_048_576, "ROW_TOO_LONG")]


@pytest.mark.parametrize("how", ["filter", "collapse"])
def test_hidden_rows_are_read_and_the_report_says_how_many(how: str) -> None:
    hidden = _row("S2", "9", repeated=2)
    hidden.setAttribute("visibility", how)
    table = _table(_saved(_sheet(_row(*HEADER), _row("S1", "9"), hidden, _row("S4", "9"))))
    rows = [row for chunk in table.chunks() for row in chunk.rows]
    assert rows == [2, 3, 4, 5]
    assert table.notes[0].startswith("2 rows are hidden")


def test_merged_cells_over_rows_are_told() -> None:
    merged = _cell("Lakeview", valuetype="string", numberrowsspanned=3)
    covered = CoveredTableCell()
    rows = (_row("S1", "9", merged), _row("S2", "9", covered), _row("S3", "9", CoveredTableCell()))
    table = _table(_saved(_sheet(_row(*HEADER), *rows)))
    assert [chunk.records for chunk in table.chunks() if chunk.records]
    assert "merged over several rows in 1 place" in table.notes[0]


def test_a_protected_workbook_and_a_damaged_one_are_distinguished() -> None:
    whole = _saved(_sheet(_row(*HEADER), _row("S1", "9")))
    manifest = "<m><file-entry><encryption-data/></file-entry></m>"
    with pytest.raises(ProtectedFile):
        _open(_with_part(whole, "META-INF/manifest.xml", manifest))
    with pytest.raises(FileDamaged):
        _open(_with_part(whole, "content.xml", "<office><table>"))


def test_a_comment_is_not_the_text_of_its_cell() -> None:
    cell = TableCell(valuetype="string")
    note = Annotation()
    note.addElement(P(text="ask the registrar"))
    cell.addElement(note)
    cell.addElement(P(text="Ray"))
    assert _third_cell(cell) == "Ray"


def test_a_line_break_and_a_tab_part_words_and_a_value_without_a_paragraph_counts() -> None:
    parted = TableCell(valuetype="string")
    paragraph = P(text="Van")
    paragraph.addElement(LineBreak())
    paragraph.addText("Dyke")
    parted.addElement(paragraph)
    assert _third_cell(parted) == "Van\nDyke"
    assert _third_cell(TableCell(valuetype="string", stringvalue="Ray")) == "Ray"
