"""A workbook is the same table however its package names, links, splits and numbers its parts."""

from typing import Any

import pytest

from rollbook.core import cells
from rollbook.core.reading.errors import FileDamaged, FileTooLarge, NotATable
from tests.unit.core.reading.packages import READ, STUDENT, header, opened, package

EXTENSION = (
    '<extLst><ext xmlns:x15="urn:ext" uri="x"><x15:workbookPr chartTrackingRefBase="1"/></ext>'
    "</extLst>"
)
PACKAGINGS: dict[str, dict[str, Any]] = {
    "as Excel writes it": {},
    "another name of the workbook": {
        "names": {
            "xl/workbook.xml": "xl/workbook22.xml",
            "xl/_rels/workbook.xml.rels": "xl/_rels/workbook22.xml.rels",
        }
    },
    "another name, known by its content type alone": {
        "names": {
            "xl/workbook.xml": "xl/book.xml",
            "xl/_rels/workbook.xml.rels": "xl/_rels/book.xml.rels",
        },
        "left_out": ("_rels/.rels",),
    },
    "capitals in the zip": {
        "names": {
            "xl/styles.xml": "xl/Styles.xml",
            "xl/sharedStrings.xml": "XL/SharedStrings.xml",
            "xl/worksheets/sheet1.xml": "xl/Worksheets/Sheet1.xml",
            "[Content_Types].xml": "[content_types].xml",
        }
    },
    "capitals in the links": {"targets": {"xl/styles.xml": "STYLES.XML"}},
    "backslashes in the zip": {
        "names": {
            "xl/workbook.xml": "xl\\workbook.xml",
            "xl/_rels/workbook.xml.rels": "xl\\_rels\\workbook.xml.rels",
            "xl/worksheets/sheet1.xml": "xl\\worksheets\\sheet1.xml",
            "xl/styles.xml": "xl\\styles.xml",
            "xl/sharedStrings.xml": "xl\\sharedStrings.xml",
        },
        "targets": {"xl/workbook.xml": "xl/workbook.xml"},
    },
    "backslashes in the links": {
        "targets": {"xl/worksheets/sheet1.xml": "worksheets\\sheet1.xml"},
    },
    "parts at the root": {
        "names": {
            "xl/workbook.xml": "workbook.xml",
            "xl/_rels/workbook.xml.rels": "_rels/workbook.xml.rels",
            "xl/worksheets/sheet1.xml": "worksheets/sheet1.xml",
            "xl/styles.xml": "styles.xml",
            "xl/sharedStrings.xml": "sharedStrings.xml",
        },
    },
    "absolute links": {
        "targets": {
            "xl/workbook.xml": "/xl/workbook.xml",
            "xl/worksheets/sheet1.xml": "/xl/worksheets/sheet1.xml",
            "xl/styles.xml": "/xl/styles.xml",
        }
    },
    "links from the root": {"targets": {"xl/worksheets/sheet1.xml": "xl/worksheets/sheet1.xml"}},
    "links with dots": {"targets": {"xl/worksheets/sheet1.xml": "../xl/./worksheets/sheet1.xml"}},
    "a blank in a name": {
        "names": {"xl/worksheets/sheet1.xml": "xl/worksheets/sheet 1.xml"},
        "targets": {"xl/worksheets/sheet1.xml": "worksheets/sheet%201.xml"},
    },
    "strict": {"is_strict": True},
    "no content types": {"left_out": ("[Content_Types].xml",)},
    "no link to the workbook": {"left_out": ("_rels/.rels", "[Content_Types].xml")},
}


@pytest.mark.parametrize("packaging", PACKAGINGS.values(), ids=PACKAGINGS.keys())
def test_a_package_is_read_by_what_its_parts_are(packaging: dict[str, Any]) -> None:
    table, chunk = opened(package(**packaging))
    assert (chunk.rows, chunk.records) == ([2], [READ])
    assert (table.facts.kind, table.facts.worksheet) == ("xlsx", "Students")


def test_without_its_formats_a_number_is_marked_as_one() -> None:
    _, chunk = opened(package(left_out=("xl/styles.xml",)))
    assert chunk.records[0][0] == f"{cells.NUMBER}12001"


def test_a_document_of_another_program_is_no_table() -> None:
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    names = {"xl/workbook.xml": "word/document.xml"}
    with pytest.raises(NotATable):
        opened(package(names=names, kind=kind))


ROWS: dict[str, str] = {
    "a row element for each cell": STUDENT.replace("</c><c", '</c></row><row r="2"><c'),
    "cells without a place": STUDENT.replace(' r="A2"', "").replace(' r="B2"', ""),
    "no number of the row": STUDENT.replace('<row r="2"', "<row"),
    "neither": "".join(STUDENT.split(' r="2"')).replace(' r="A2"', "").replace(' r="D2"', ""),
    "an empty number": STUDENT.replace('r="2"', 'r=""').replace('r="A2"', 'r=""'),
    "a number with a point": STUDENT.replace('<row r="2"', '<row r="2.0"'),
    "small letters": STUDENT.replace('"A2"', '"a2"').replace('"D2"', '"d2"'),
    "absolute places": STUDENT.replace('"A2"', '"$A$2"'),
    "the column's number": STUDENT.replace('"A2"', '"1"').replace('"B2"', '"2"'),
    "the column's number from 0": STUDENT.replace('"A2"', '"0"').replace('"B2"', '"1"'),
    "the row's number": STUDENT.replace('"A2"', '"2"').replace('"B2"', '"2"'),
    "cells out of order": (
        '<row r="2"><c r="D2" s="2"><v>0.945</v></c><c r="A2" s="1"><v>12001</v></c>'
        '<c r="B2" t="str"><v>9100000001</v></c><c r="C2" t="str"><v>Quill</v></c></row>'
    ),
    "an empty style and type": STUDENT.replace('r="C2"', 's="" r="C2"'),
}


@pytest.mark.parametrize("rows", ROWS.values(), ids=ROWS.keys())
def test_a_row_is_read_however_it_is_split_and_numbered(rows: str) -> None:
    _, chunk = opened(package(rows))
    assert (chunk.rows, chunk.records) == ([2], [READ])


def test_a_place_counts_where_the_row_has_no_number() -> None:
    rows = STUDENT.replace('<row r="2"', "<row")
    for column in "ABCD":
        rows = rows.replace(f'"{column}2"', f'"{column}7"')
    assert opened(package(rows))[1].rows == [7]


@pytest.mark.parametrize(
    "rows",
    [
        STUDENT.replace('"A2"', '"5"'),
        STUDENT.replace('"A2"', '"?"'),
        STUDENT.replace('<row r="2"', '<row r="2.5"'),
        STUDENT.replace('<row r="2"', '<row r="0"'),
        STUDENT.replace('"D2"', '"D1"'),
        STUDENT + STUDENT.replace('"2"', '"1"'),
    ],
)
def test_a_place_that_nothing_explains_is_damage(rows: str) -> None:
    with pytest.raises(FileDamaged):
        opened(package(rows))


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="A2" t="inlineStr"><v>1200</v><is><t>0001200</t></is></c>',
        '<c r="A2" t="inlineStr"><is><t>0001200</t></is><v>1200</v></c>',
        '<c r="A2" t="inlineStr"><v>0001200</v></c>',
        '<c r="A2"><is><t>0001200</t></is></c>',
        '<c r="A2" t="str"><v>0001200</v><is><t>1200</t></is></c>',
        '<c r="A2" t="inlineStr"><v>9</v><is><r><t>0001</t></r><r><t>200</t></r></is></c>',
    ],
)
def test_a_text_beside_a_value_counts_and_is_not_joined_with_it(cell: str) -> None:
    rows = f'<row r="2">{cell}<c r="B2" t="str"><v>9</v></c></row>'
    assert opened(package(rows))[1].records[0][0] == "0001200"


@pytest.mark.parametrize("date1904", ["1", "true"])
def test_an_extension_does_not_change_from_which_day_a_workbook_counts(date1904: str) -> None:
    rows = STUDENT.replace('s="2"><v>0.945', 's="3"><v>43708')
    book = package(rows, workbook=f'<workbookPr date1904="{date1904}"/>', end=EXTENSION)
    assert opened(book)[1].records[0][3] == f"{cells.DATE}2023-09-01"


def _rows(*hidden: int, mark: str = 'hidden="1"') -> str:
    return "".join(
        f'<row r="{row}" {mark if row in hidden else ""}><c r="A{row}" t="str"><v>S{row}</v></c>'
        f'<c r="B{row}" t="str"><v>9{row}</v></c></row>'
        for row in range(2, 12)
    )


@pytest.mark.parametrize("mark", ['hidden="1"', 'hidden="true"', 'ht="0" customHeight="1"'])
def test_hidden_rows_are_read_and_the_report_says_how_many(mark: str) -> None:
    table, chunk = opened(package(_rows(3, 4, 9, mark=mark)))
    assert chunk.rows == list(range(2, 12))
    assert [note for note in table.notes if note.startswith("3 rows are hidden")]
    table, _ = opened(package(_rows(5, mark=mark)))
    assert [note for note in table.notes if note.startswith("1 row is hidden")]
    table, _ = opened(package(_rows()))
    assert table.notes == ()


def test_a_hidden_title_is_not_worth_a_note() -> None:
    title = '<row r="1" hidden="1"><c r="A1" t="str"><v>Report</v></c></row>'
    table, chunk = opened(
        package(_rows()[_rows().index('<row r="3"') :], top=title + header('r="2"'))
    )
    assert table.notes == ()
    assert chunk.rows[0] == 3


def test_merged_cells_over_rows_are_told() -> None:
    merged = '<mergeCells><mergeCell ref="C2:C6"/><mergeCell ref="A8:B8"/></mergeCells>'
    table, _ = opened(package(_rows(), after=merged))
    assert [note for note in table.notes if "merged over several rows in 1 place:" in note]


def test_a_stray_value_in_the_last_cell_rejects_its_row_alone() -> None:
    stray = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    _, chunk = opened(package(STUDENT + stray))
    assert chunk.records == [READ]
    assert [(each.row, each.code) for each in chunk.damaged] == [(1_048_576, "ROW_TOO_LONG")]


def test_a_row_below_the_last_one_refuses_the_file() -> None:
    with pytest.raises(FileTooLarge):
        opened(package(STUDENT + '<row r="1048577"><c><v>1</v></c></row>'))


def test_a_header_in_the_last_column_refuses_the_file() -> None:
    wide = header().replace("</row>", '<c r="XFD1" t="str"><v>x</v></c></row>')
    with pytest.raises(FileTooLarge):
        opened(package(top=wide))
