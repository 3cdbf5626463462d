"""A workbook of one XML document means what its cells show, in the places that they name."""

import pytest

from rollbook.core import cells
from rollbook.core.feed_settings import FeedRules
from rollbook.core.reading.errors import FileDamaged, FileTooLarge, WorksheetMissing
from tests.unit.core.reading.packages import opened

NAMESPACE = "urn:schemas-microsoft-com:office:spreadsheet"
STYLES = (
    '<Styles><Style ss:ID="Default"><NumberFormat/></Style>'
    '<Style ss:ID="zeros"><NumberFormat ss:Format="0000000"/></Style>'
    '<Style ss:ID="child" ss:Parent="zeros"/>'
    '<Style ss:ID="percent"><NumberFormat ss:Format="Percent"/></Style>'
    '<Style ss:ID="fixed"><NumberFormat ss:Format="Fixed"/></Style>'
    '<Style ss:ID="hidden"><NumberFormat ss:Format="0;-0;;@"/></Style>'
    '<Style ss:ID="date"><NumberFormat ss:Format="Short Date"/></Style></Styles>'
)


def _cell(text: str, kind: str = "String", more: str = "") -> str:
    return f'<Cell {more}><Data ss:Type="{kind}">{text}</Data></Cell>'


HEADER = f"<Row>{''.join(map(_cell, ('Student ID', 'SSID', 'Last Name')))}</Row>"


def _sheet(rows: str, *, name: str = "Students", after: str = "", top: str = "") -> str:
    table = f"<Table>{top}{HEADER}{rows}</Table>"
    return f'<Worksheet ss:Name="{name}">{table}{after}</Worksheet>'


def _book(*sheets: str) -> bytes:
    body = "".join(sheets)
    return (
        '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
        f'<Workbook xmlns="{NAMESPACE}" xmlns:ss="{NAMESPACE}" '
        f'xmlns:x="urn:schemas-microsoft-com:office:excel">{STYLES}{body}</Workbook>'
    ).encode()


def _third(cell: str, *, top: str = "", row: str = "") -> str:
    rows = f"<Row {row}>{_cell('S1')}{_cell('9')}{cell}</Row>"
    return opened(_book(_sheet(rows, top=top)))[1].records[0][2]


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        (_cell("0012345"), "0012345"),
        (_cell("12345", "Number"), f"{cells.NUMBER}12345"),
        (_cell("12345", "Number", 'ss:StyleID="zeros"'), "0012345"),
        (_cell("12345", "Number", 'ss:StyleID="child"'), "0012345"),
        (_cell("0.945", "Number", 'ss:StyleID="percent"'), "94.5%"),
        (_cell("3.5", "Number", 'ss:StyleID="fixed"'), f"{cells.NUMBER}3.5"),
        (_cell("1.2345678E+8", "Number"), f"{cells.NUMBER}123456780"),
        (_cell("45000", "Number", 'ss:StyleID="date"'), f"{cells.DATE}2023-03-15"),
        (_cell("2023-03-15T00:00:00.000", "DateTime"), f"{cells.DATE}2023-03-15"),
        (_cell("1", "Boolean"), "TRUE"),
        (_cell("#REF!", "Error"), f"{cells.ERROR}#REF!"),
        ('<Cell ss:Formula="=1+1"/>', f"{cells.ERROR}formula without a result"),
        (_cell("O&apos;Hara"), "O'Hara"),
        ('<Cell><Data ss:Type="String">La<x:B>st</x:B></Data></Cell>', "Last"),
        ('<Cell><Comment><ss:Data>ask</ss:Data></Comment><Data ss:Type="String">Ray</Data></Cell>',
         "Ray"),
        ("<Cell/>", ""),
    ],
)  # fmt: skip
def test_a_cell_is_read_as_its_type_and_format_mean_it(cell: str, shown: str) -> None:
    assert _third(cell) == shown


def test_a_cell_takes_the_format_of_its_row_or_column() -> None:
    number = _cell("12345", "Number")
    assert _third(number, row='ss:StyleID="zeros"') == "0012345"
    columns = '<Column ss:Index="2"/><Column ss:StyleID="zeros"/>'
    assert _third(number, top=columns) == "0012345"


def test_rows_and_cells_are_where_they_say() -> None:
    rows = (
        f'<Row ss:Index="4">{_cell("S4")}{_cell("Ray", more="ss:Index=&quot;3&quot;")}</Row>'
        f"<Row>{_cell('S5', more='ss:MergeAcross=&quot;1&quot;')}{_cell('Lee')}</Row>"
    ).replace("&quot;", '"')
    _, chunk = opened(_book(_sheet(rows)))
    assert chunk.rows == [4, 5]
    assert chunk.records == [["S4", "", "Ray"], ["S5", "", "Lee"]]


def test_merged_and_hidden_rows_and_hidden_numbers_are_told() -> None:
    merged = _cell("Lee", more='ss:MergeDown="1"')
    zero = _cell("0", "Number", 'ss:StyleID="hidden"')
    rows = (
        f"<Row>{_cell('S1')}{_cell('9')}{merged}</Row><Row>{_cell('S2')}{_cell('8')}</Row>"
        f'<Row ss:Hidden="1">{_cell("S3")}{_cell("7")}{zero}</Row>'
    )
    table, chunk = opened(_book(_sheet(rows)))
    assert [record[2] for record in chunk.records] == ["Lee", "", f"{cells.NUMBER}0"]
    assert table.notes[0].startswith("1 row is hidden")
    assert "in 1 place" in table.notes[1]
    assert "format hides" in table.notes[2]


def test_cells_that_are_merged_over_several_columns_are_told() -> None:
    merged = _cell("Lee", more='ss:MergeAcross="1"')
    table, _ = opened(_book(_sheet(f"<Row>{_cell('S1')}{merged}</Row>")))
    assert "over several columns in 1 place" in table.notes[0]


def test_hidden_sheets_are_not_read_and_a_named_one_must_be_there() -> None:
    hidden = "<x:WorksheetOptions><x:Visible>SheetHidden</x:Visible></x:WorksheetOptions>"
    row = "<Row>{}</Row>"
    old = _sheet(row.format(_cell("OLD") + _cell("9")), name="Old", after=hidden)
    new = _sheet(row.format(_cell("NEW") + _cell("9")), name="New")
    more = _sheet(row.format(_cell("MORE") + _cell("9")), name="More")
    table, chunk = opened(_book(old, new, more))
    assert [record[0] for record in chunk.records] == ["NEW"]
    assert (table.facts.worksheet, table.facts.other_worksheets) == ("New", ("More",))
    assert opened(_book(old, new, more), FeedRules(worksheet="More"))[1].records[0][0] == "MORE"
    with pytest.raises(WorksheetMissing):
        opened(_book(old, new), FeedRules(worksheet="Old"))


@pytest.mark.parametrize(
    "rows",
    [
        f'<Row ss:Index="1">{_cell("S1")}</Row>',
        f"<Row>{_cell('S1')}{_cell('x', more='ss:Index=' + chr(34) + '1' + chr(34))}</Row>",
        f"<Row>{_cell('S1', more='ss:MergeDown=' + chr(34) + '1' + chr(34))}</Row>"
        f"<Row>{_cell('S2')}</Row>",
    ],
    ids=["a row twice", "a cell twice", "a cell under a merged one"],
)
def test_a_workbook_in_which_a_place_is_taken_twice_is_damaged(rows: str) -> None:
    with pytest.raises(FileDamaged):
        opened(_book(_sheet(rows)))


def test_a_workbook_that_broke_off_is_damaged() -> None:
    whole = _book(_sheet(f"<Row>{_cell('S1')}{_cell('9')}</Row>" * 50))
    with pytest.raises(FileDamaged):
        opened(whole[:-200])


def test_other_prefixes_and_encodings_are_the_same_workbook() -> None:
    row = f"<Row>{_cell('S1')}{_cell('9')}{_cell('Muñoz')}</Row>"
    plain = _book(_sheet(row)).decode()
    for content in (
        plain.replace('<?xml version="1.0"?>', "").encode(),
        plain.replace('"1.0"?>', '"1.0" encoding="windows-1252"?>').encode("cp1252"),
        plain.replace('"1.0"?>', '"1.0" encoding="utf-16"?>').encode("utf-16"),
    ):
        assert opened(content)[1].records == [["S1", "9", "Muñoz"]]


def test_entities_of_its_own_refuse_it() -> None:
    doctype = '<!DOCTYPE Workbook [<!ENTITY a "ha"><!ENTITY b SYSTEM "file:///etc/passwd">]>'
    content = _book(_sheet("")).decode().replace("<Workbook", f"{doctype}<Workbook")
    with pytest.raises(FileTooLarge):
        opened(content.encode())


def test_a_stray_value_in_the_last_cell_rejects_its_row_alone() -> None:
    stray = (
        f'<Row ss:Index="1048576">{_cell("x", more="ss:Index=Q16384Q").replace("Q", chr(34))}</Row>'
    )
    student = f"<Row>{_cell('S1')}{_cell('9')}</Row>"
    _, chunk = opened(_book(_sheet(student + stray)))
    assert chunk.rows == [2]
    assert [(each.row, each.code) for each in chunk.damaged] == [(1_048_576, "ROW_TOO_LONG")]
