"""Files made to cost far more than they are: each a function that writes one to a path."""

import gzip
import io
import struct
import zipfile
from collections.abc import Iterable
from pathlib import Path

import xlwt

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TOP = f'<worksheet xmlns="{MAIN}">'
HEADER = (
    '<sheetData><row r="1"><c r="A1" t="str"><v>Student ID</v></c>'
    '<c r="B1" t="str"><v>SSID</v></c><c r="C1" t="str"><v>School</v></c></row>'
)
END = "</sheetData></worksheet>"
CSV_HEADER = b"Student ID,SSID,School\n"


def workbook(
    path: Path,
    sheet: Iterable[str],
    *,
    sheets: str = '<sheet name="S" r:id="a"/>',
    parts: dict[str, Iterable[str]] | None = None,
) -> None:
    """Write an .xlsx of one sheet part and further parts, block by block."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{sheets}</sheets></workbook>',
        )
        link = f'<Relationship Id="a" Type="{OFFICE}/worksheet" Target="s.xml"/>'
        links = [f"<Relationships>{link}</Relationships>"]
        written = {"xl/s.xml": sheet, "xl/_rels/workbook.xml.rels": links} | (parts or {})
        for part, blocks in written.items():
            with archive.open(part, "w", force_zip64=True) as packed:
                for block in blocks:
                    packed.write(block.encode())


def ods(path: Path, body: Iterable[str]) -> None:
    """Write an .ods of one document part."""
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("content.xml", "w", force_zip64=True) as packed,
    ):
        for block in ("<d>", *body, "</d>"):
            packed.write(block.encode())


def text_of_20_mb_200_times(path: Path) -> None:
    texts = ["<sst><si><t>", *["x" * (1 << 20)] * 20, "</t></si></sst>"]
    row = "<row>" + '<c t="s"><v>0</v></c>' * 200 + "</row>"
    workbook(path, [TOP, HEADER, row, END], parts={"xl/sharedStrings.xml": texts})


def longest_text_in_every_cell(path: Path) -> None:
    texts = ["<sst><si><t>", "x" * 60_000, "</t></si></sst>"]
    row = "<row>" + '<c t="s"><v>0</v></c>' * 1_000 + "</row>"
    workbook(path, [TOP, HEADER, *[row] * 1_000, END], parts={"xl/sharedStrings.xml": texts})


def cell_of_100_mb(path: Path) -> None:
    cell = ['<row><c t="str"><v>', *["x" * (1 << 20)] * 100, "</v></c></row>"]
    workbook(path, [TOP, HEADER, *cell, END])


def attribute_of_100_mb(path: Path) -> None:
    workbook(path, [TOP, HEADER, '<row x="', *["x" * (1 << 20)] * 100, '"/>', END])


def elements_within_elements(path: Path) -> None:
    workbook(path, [TOP, HEADER, *["<a>" * 100_000] * 300])


def default_attribute(path: Path) -> None:
    doctype = f'<!DOCTYPE worksheet [<!ATTLIST c x CDATA "{"y" * 60_000}">]>'
    row = "<row>" + "<c/>" * 1_000 + "</row>"
    workbook(path, [doctype, TOP, HEADER, *[row] * 100, END])


def billion_laughs(path: Path) -> None:
    doctype = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    workbook(path, [doctype, TOP, HEADER, END])


def number_format_of_zeros(path: Path) -> None:
    styles = (
        f'<styleSheet><numFmts><numFmt numFmtId="200" formatCode="{"0" * 400_000}"/></numFmts>'
        '<cellXfs><xf numFmtId="200"/></cellXfs></styleSheet>'
    )
    row = "<row>" + '<c s="0"><v>1</v></c>' * 20 + "</row>"
    workbook(path, [TOP, HEADER, row, END], parts={"xl/styles.xml": [styles]})


def a_hundred_thousand_formats(path: Path) -> None:
    formats = (f'<numFmt numFmtId="{n}" formatCode="{n}{"0" * 200}"/>' for n in range(100_000))
    styles = ["<styleSheet><numFmts>", *formats, "</numFmts></styleSheet>"]
    workbook(path, [TOP, HEADER, END], parts={"xl/styles.xml": styles})


def a_million_cell_styles(path: Path) -> None:
    styles = ["<styleSheet><cellXfs>", *['<xf numFmtId="1"/>' * 1_000] * 1_000]
    workbook(
        path, [TOP, HEADER, END], parts={"xl/styles.xml": [*styles, "</cellXfs></styleSheet>"]}
    )


def twenty_thousand_sheets(path: Path) -> None:
    names = "".join(f'<sheet name="S{n}" r:id="a"/>' for n in range(20_000))
    workbook(path, [TOP, "<sheetData/></worksheet>"], sheets=names)


def a_million_merged_ranges(path: Path) -> None:
    merged = ['<mergeCell ref="A1:B2"/>' * 1_000] * 1_000
    row = '<row r="2"><c r="A2" t="str"><v>S1</v></c><c r="B2" t="str"><v>9</v></c></row>'
    end = ["</sheetData><mergeCells>", *merged, "</mergeCells></worksheet>"]
    workbook(path, [TOP, HEADER, row, *end])


def a_billion_declared_rows(path: Path) -> None:
    lie = '<dimension ref="A1:XFD1000000000"/>'
    workbook(path, [TOP, lie, HEADER, END])


def long_numbers(path: Path) -> None:
    rows = (
        "<row>" + "".join(f"<c><v>{n}{'1' * 30_000}</v></c>" for n in range(20)) + "</row>"
        for _ in range(200)
    )
    workbook(path, [TOP, HEADER, *rows, END])


def three_thousand_tables(path: Path) -> None:
    ods(path, ['<table name="S"/>' * 3_000])


def row_repeated_a_million_times(path: Path) -> None:
    cells = "".join(f"<table-cell><p>{text}</p></table-cell>" for text in ("Student ID", "SSID"))
    again = '<table-row number-rows-repeated="1000000">' + cells + "</table-row>"
    ods(path, ['<table name="S">', f"<table-row>{cells}</table-row>", again, "</table>"])


def cells_repeated_in_every_row(path: Path) -> None:
    cell = '<table-cell number-columns-repeated="1990"><p>' + "x" * 60_000 + "</p></table-cell>"
    cells = "".join(f"<table-cell><p>{text}</p></table-cell>" for text in ("Student ID", "SSID"))
    row = f"<table-row>{cells}{cell}</table-row>"
    ods(path, ['<table name="S">', f"<table-row>{cells}</table-row>", *[row] * 500, "</table>"])


def gzip_of_a_zip_of_two_million(path: Path) -> None:
    entry = struct.pack(
        "<4s4B4HL2L5H2L", b"PK\1\2", *[20, 0, 20, 0], *[0] * 4, *[0] * 3, *[0] * 5, *[0] * 2
    )
    local = struct.pack("<4s2B4HL2L2H", b"PK\3\4", *[20, 0], *[0] * 4, *[0] * 3, *[0] * 2)
    size = len(entry) * 2_000_000
    with gzip.open(path, "wb", compresslevel=1) as packed:
        packed.write(local)
        for _ in range(200):
            packed.write(entry * 10_000)
        packed.write(_end_of_zip(size, len(local), entries=65_535))


def zip_that_lies_in_64_bits(path: Path) -> None:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("students.csv", "Student ID,SSID\nS1,9\n")
    whole = bytearray(kept.getvalue())
    at = whole.rindex(b"PK\1\2")
    whole[at + 20 : at + 28] = struct.pack("<2L", 0xFFFFFFFE, 0xFFFFFFFE)  # packed, unpacked
    path.write_bytes(whole)


def zip_whose_directory_is_endless(path: Path) -> None:
    local = struct.pack("<4s2B4HL2L2H", b"PK\3\4", *[20, 0], *[0] * 4, *[0] * 3, *[0] * 2)
    path.write_bytes(local + bytes(8 << 20) + _end_of_zip(8 << 20, len(local), entries=1))


def workbook_of_overlapping_parts(path: Path) -> None:
    names = "".join(f'<sheet name="S{n}" r:id="r{n}"/>' for n in range(250))
    row = "<row>" + "<c/>" * 1_000 + "</row>"
    links = "".join(
        f'<Relationship Id="r{n}" Type="{OFFICE}/worksheet" Target="s.xml"/>' for n in range(250)
    )
    workbook(
        path,
        [TOP, "<sheetData>", *[row] * 4_000, END],
        sheets=names,
        parts={"xl/_rels/workbook.xml.rels": [f"<Relationships>{links}</Relationships>"]},
    )


def gzip_of_zeros(path: Path) -> None:
    with gzip.open(path, "wb", compresslevel=6) as packed:
        for _ in range(150):
            packed.write(bytes(1 << 20))


def line_of_a_gigabyte(path: Path) -> None:
    with path.open("wb") as file:
        file.write(CSV_HEADER)
        file.truncate(1 << 30)


def a_million_empty_lines(path: Path) -> None:
    path.write_bytes(CSV_HEADER + b"\n" * 1_000_000)


def a_million_columns(path: Path) -> None:
    path.write_bytes(b"Student ID,SSID" + b"," * 1_000_000 + b"\nS1,9\n")


def nearly_known_names(path: Path) -> None:
    near = (f"Unexcused absences in last 3{n} days" for n in range(1, 1_900))
    path.write_text("Student ID,SSID," + ",".join(near) + "\nS1,9\n")


def quote_never_closed(path: Path) -> None:
    line = b"S1,9," + b"x" * 500 + b"\n"
    path.write_bytes(CSV_HEADER + b'"' + line * 100_000)


def quotes_at_every_hundredth_line(path: Path) -> None:
    block = b'"' + b"x" * 400 + b"\n" + (b"x" * 400 + b"\n") * 99
    path.write_bytes(CSV_HEADER + block * 1_200)


def quoted_quotes(path: Path) -> None:
    line = ",".join(f'"a{n}""b"' for n in range(80_000))
    path.write_text(CSV_HEADER.decode() + f"{line}\n" * 20)


def wide_characters_without_a_header(path: Path) -> None:
    path.write_text(("😀" + "x" * 1_000_000 + "\n") * 40)


def nul_in_two_bytes(path: Path) -> None:
    path.write_bytes(b"\xff\xfe" + bytes(50 << 20))


def school_of_50_mb(path: Path) -> None:
    path.write_bytes(CSV_HEADER + b"S1,9," + b"x" * (50 << 20) + b"\n")


def footers_of_half_a_megabyte(path: Path) -> None:
    path.write_bytes(CSV_HEADER + (b"Total " + b"x" * 500_000 + b"\n") * 100)


def letters_with_many_accents(path: Path) -> None:
    accents = "a" + "\u0315\u0300" * 200_000
    path.write_text(CSV_HEADER.decode() + f"S1,9,{accents}\n" * 40)


def xls_of_long_texts(path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("S")
    for column, text in enumerate(("Student ID", "SSID", "School")):
        sheet.write(0, column, text)
    for row in range(1, 60):
        for column in range(256):
            sheet.write(row, column, "x" * 32_000)
    book.save(str(path))


def xls_in_circles(path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("S")
    for row in range(2_000):
        sheet.write(row, 0, f"S{row}")
    kept = io.BytesIO()
    book.save(kept)
    whole = bytearray(kept.getvalue())
    table = (struct.unpack_from("<L", whole, 76)[0] + 1) * 512
    struct.pack_into("<L", whole, table + 4 * 5, 1)  # the sixth sector is followed by the second
    path.write_bytes(whole)


def comment_of_60_mb(path: Path) -> None:
    _page(path, ["<!--", *["x" * (1 << 20)] * 60])


def tables_within_tables(path: Path) -> None:
    _page(path, ["<table>" * 100_000])


def page_of_a_million_styles(path: Path) -> None:
    _page(path, ["<style>", *["a" * (1 << 20)] * 8])


def archive_of_half_a_million_pages(path: Path) -> None:
    head = 'MIME-Version: 1.0\nContent-Type: multipart/related; boundary="b"\n\n'
    path.write_text(head + "--b\nContent-Type: text/html\n\n<table>\n" * 500_000)


def xml_workbook_of_three_thousand_sheets(path: Path) -> None:
    name = "urn:schemas-microsoft-com:office:spreadsheet"
    sheets = '<Worksheet ss:Name="S"/>' * 3_000
    path.write_text(f'<?xml version="1.0"?><Workbook xmlns:ss="{name}">{sheets}</Workbook>')


def _page(path: Path, body: Iterable[str]) -> None:
    with path.open("w") as page:
        page.write("<table><tr><th>Student ID</th><th>SSID</th></tr>")
        page.writelines(body)


def _end_of_zip(size: int, start: int, *, entries: int) -> bytes:
    return struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, entries, entries, size, start, 0)
