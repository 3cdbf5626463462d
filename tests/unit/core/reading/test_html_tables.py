"""Tables of web pages are read as a spreadsheet program shows them; other pages are refused."""

import quopri
from base64 import encodebytes
from collections.abc import Callable

import pytest

from rollbook.core import cells
from rollbook.core.feed_settings import FeedRules
from rollbook.core.reading.errors import FileDamaged, FileTooLarge, MissingColumns, NotATable
from tests.unit.core.reading.packages import opened

HEADER = "<tr><th>Student ID</th><th>SSID</th><th>Last Name</th></tr>"
STUDENT = "<tr><td>0012345</td><td>9100000001</td><td>Quill</td></tr>"
READ = ["0012345", "9100000001", "Quill"]
TABLE = f'<table border="1">{HEADER}{STUDENT}</table>'

PAGES: dict[str, str] = {
    "a whole page": f"<!DOCTYPE html><html><head></head><body>{TABLE}</body></html>",
    "a table alone": TABLE,
    "blank lines first": f"\r\n\r\n  {TABLE}",
    "no quirk of capitals": TABLE.upper().replace("STUDENT ID", "Student ID")
    .replace("SSID", "SSID").replace("LAST NAME", "Last Name").replace("QUILL", "Quill"),
    "a meta element first": f'<meta http-equiv="Content-Type" content="text/html">{TABLE}',
    "a comment first": f"<!-- report -->{TABLE}",
    "a conditional comment of Excel": "<html xmlns:x='urn:schemas-microsoft-com:office:excel'>"
    "<head><!--[if gte mso 9]><xml><x:Name>Students</x:Name></xml><![endif]--></head><body>"
    f"<![if true]>{TABLE}<![endif]></body></html>",
    "XHTML": f'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml">{TABLE}</html>',
    "head and body of the table": f"<table><thead>{HEADER}</thead><tbody>{STUDENT}</tbody></table>",
    "a table within a layout": f"<table><tr><td><div>{TABLE}</div></td></tr></table>",
    "the header in a table of its own": f"<table>{HEADER}</table><table>{STUDENT}</table>",
    "elements that nobody closes": TABLE.replace("</td>", "").replace("</th>", ""),
    "rows that nobody closes": TABLE.replace("</tr>", ""),
    "line breaks and markup within cells": TABLE.replace("0012345", "\n  <b>0012345</b>\n ")
    .replace("Last Name", "Last\n   <i>Name</i>"),
    "character references": TABLE.replace("Quill", "&#81;u&#x69;ll").replace("SSID", "&#83;SID"),
    "scripts": TABLE.replace("</table>", "</table><script>'<table><tr><td>'</script>"),
}  # fmt: skip


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES.keys())
def test_the_table_of_a_page_is_read_however_it_is_written(page: str) -> None:
    table, chunk = opened(page.encode())
    assert chunk.records == [READ]
    assert (table.facts.kind, table.facts.worksheet) == ("html", None)


def test_a_title_before_the_table_is_no_hindrance() -> None:
    assert opened(f"Students of today\n{TABLE}".encode())[1].records == [READ]


@pytest.mark.parametrize(
    ("encode", "declared"),
    [
        (lambda text: text.encode(), ""),
        (lambda text: text.encode("utf-8-sig"), ""),
        (lambda text: text.encode("cp1252"), ""),
        (lambda text: text.encode("cp1252"), '<meta charset="iso-8859-1">'),
        (lambda text: text.encode("mac_roman"), '<meta charset="macintosh">'),
        (lambda text: text.encode("utf-16"), ""),
    ],
)
def test_a_page_is_decoded_as_it_says(encode: Callable[[str], bytes], declared: str) -> None:
    page = declared + TABLE.replace("Quill", "Muñoz")
    assert opened(encode(page))[1].records[0][2] == "Muñoz"


def test_an_encoding_that_nobody_says_is_noted_where_it_matters() -> None:
    page = TABLE.replace("Quill", "Muñoz")
    assert "doesn't say its encoding" in opened(page.encode("cp1252"))[0].facts.notes[0]
    told = opened(page.encode("cp1252"), FeedRules(encoding="windows-1252"))
    for table, _ in (opened(page.encode()), opened(TABLE.encode()), told):
        assert table.facts.notes == ()


def test_a_feed_may_say_the_encoding_of_a_page() -> None:
    page = TABLE.replace("Quill", "Muñoz").encode("mac_roman")
    assert opened(page, FeedRules(encoding="mac-roman"))[1].records[0][2] == "Muñoz"


def test_a_byte_that_the_declared_encoding_does_not_know_is_marked() -> None:
    page = b'<meta charset="utf-8">' + TABLE.replace("Quill", "Mu\xf1oz").encode("cp1252")
    assert opened(page)[1].records[0][2] == "Mu\udcf1oz"


def _third(cell: str, before: str = "") -> str:
    row = f"<tr><td>S1</td><td>9</td>{cell}</tr>"
    return opened(f"{before}<table>{HEADER}{row}</table>".encode())[1].records[0][2]


STYLE = '<style>.id {{mso-number-format:"{}";}} td {{color:red}}</style>'


@pytest.mark.parametrize(
    ("cell", "before", "shown"),
    [
        ("<td>0012345</td>", "", "0012345"),
        ("""<td style='mso-number-format:"\\@"'>0012345</td>""", "", "0012345"),
        ("""<td style='mso-number-format:"0000000"'>12345</td>""", "", "0012345"),
        ("<td style=\"color:red;mso-number-format:'0000000'\">12345</td>", "", "0012345"),
        ("""<td style='mso-number-format:0000000;'>0012345</td>""", "", "0012345"),
        ('<td class="x id">12345</td>', STYLE.format("0000000"), "0012345"),
        ('<td class="id">0.945</td>', STYLE.format("0\\.0%"), "94.5%"),
        ("<td style='mso-number-format:Percent'>0.945</td>", "", "94.5%"),
        ("<td style='mso-number-format:Percent'>94.5%</td>", "", "94.5%"),
        ("<td x:num=0.945>95%</td>", "", "94.5%"),
        ("<td x:num>12345</td>", "", f"{cells.NUMBER}12345"),
        ('<td x:num="12345">0012345</td>', "", "0012345"),
        ("<td x:num=45000>3/15/2023</td>", "", "3/15/2023"),
        ('<td class="id" x:num="45000">3/15/2023</td>', STYLE.format("Short Date"),
         f"{cells.DATE}2023-03-15"),
        ("<td x:err='#REF!'>#REF!</td>", "", f"{cells.ERROR}#REF!"),
        ("<td x:str='0012345'>0012345</td>", "", "0012345"),
        ("<td>Van<br>Dyke</td>", "", "Van\nDyke"),
        ("<td><p>Van</p> <p>Dyke</p></td>", "", "Van\nDyke"),
        ("<td>O&#39;Hara &amp; Ray</td>", "", "O'Hara & Ray"),
        ("<td>&#xd801;7</td>", "", "\ufffd7"),
        ("<td>&nbsp;</td>", "", "\xa0"),
    ],
)  # fmt: skip
def test_a_cell_is_what_it_shows(cell: str, before: str, shown: str) -> None:
    assert _third(cell, before) == shown


def test_spanned_cells_keep_the_others_in_their_columns() -> None:
    rows = (
        "<tr><td colspan=3>Exported today</td></tr>"
        + HEADER
        + "<tr><td>S1</td><td>9</td><td rowspan=2>Quill</td></tr><tr><td>S2</td><td>8</td></tr>"
        "<tr><td>S3</td><td rowspan='2'>7</td><td>Ray</td></tr><tr><td>S4</td><td>Lee</td></tr>"
    )
    table, chunk = opened(f"<table>{rows}</table>".encode())
    assert chunk.rows == [3, 4, 5, 6]
    assert chunk.records == [
        ["S1", "9", "Quill"],
        ["S2", "8", ""],
        ["S3", "7", "Ray"],
        ["S4", "", "Lee"],
    ]
    assert table.facts.header_row == 2
    assert "in 2 places" in table.notes[0]
    assert len(table.notes) == 1


def test_a_cell_over_several_columns_is_told_in_a_row_and_in_the_header() -> None:
    rows = "<tr><td>S1</td><td colspan=2>Quill Ann</td></tr><tr><td>S2</td><td>8</td><td>Ray</td>"
    table, chunk = opened(f"<table>{HEADER}{rows}</tr></table>".encode())
    assert chunk.records == [["S1", "Quill Ann", ""], ["S2", "8", "Ray"]]
    assert table.notes[0].startswith("Cells are merged over several columns in 1 place")
    wide = HEADER.replace("<th>Last", "<th colspan=2>Last").replace("</tr>", "<th>School</th></tr>")
    row = "<tr><td>S1</td><td>9</td><td>Quill</td><td>Ann</td><td>North</td></tr>"
    table, chunk = opened(f"<table>{wide}{row}</table>".encode())
    assert table.header == ("Student ID", "SSID", "Last Name", "", "School")
    assert table.notes[0].startswith("The header is merged over several columns in 1 place")


@pytest.mark.parametrize(
    "cell",
    [
        '<span style="display:none">99</span>3',
        '<span style="display: none"><b>9</b>9</span>3<span hidden>7</span>',
        "<del>9</del>3",
        '<div style="display:none"><p>9<br>9</div>3',
    ],
)
def test_what_nobody_sees_in_a_cell_is_no_part_of_its_value(cell: str) -> None:
    student = STUDENT.replace("Quill", cell)
    _, chunk = opened(f"<table>{HEADER}{student}{STUDENT}</table>".encode())
    assert [record[2] for record in chunk.records] == ["3", "Quill"]


def test_hidden_rows_are_read_and_the_report_says_how_many() -> None:
    hidden = STUDENT.replace("<tr>", '<tr style="display:none">')
    table, chunk = opened(f"<table>{HEADER}{STUDENT}{hidden}{hidden}</table>".encode())
    assert len(chunk.rows) == 3
    assert table.notes[0].startswith("2 rows are hidden")


FORM = '<form><table><tr><td>Student ID</td><td><input name="u"></td></tr>{}</table></form>'
SECRET = '<tr><td>Password</td><td><input type="password"></td></tr>'


@pytest.mark.parametrize(
    "page",
    [
        "<!DOCTYPE html><html><head><title>Sign in</title></head><body></body></html>",
        f"<html>{FORM.format(SECRET)}</html>",
        f"<html>{FORM.format('')}</html>",
        "<html><body><h1>502 Bad Gateway</h1><table><tr><td>nginx</td></tr></table></html>",
        f"<html>{FORM.format(SECRET)}{TABLE}</html>",
        "<p>Your session has expired",
        '<?xml version="1.0"?><error><code>5</code></error>',
    ],
)
def test_a_page_that_is_no_table_stays_refused(page: str) -> None:
    with pytest.raises(NotATable):
        opened(page.encode())


def test_a_table_without_the_columns_names_what_it_found() -> None:
    rows = "".join(f"<tr><td>a{n}</td><td>b{n}</td><td>c{n}</td></tr>" for n in range(5))
    with pytest.raises(MissingColumns):
        opened(f"<table>{rows}</table>".encode())


@pytest.mark.parametrize("end", [-1, -10, -30, -60])
def test_a_page_that_broke_off_is_damaged(end: int) -> None:
    with pytest.raises(FileDamaged):
        opened(TABLE.encode()[:end])


def test_a_page_that_broke_off_within_a_declaration_is_damaged() -> None:
    with pytest.raises(FileDamaged):
        opened(f"{TABLE}<!-- <![ -- cut".encode())


@pytest.mark.parametrize(
    "page",
    [
        f"{TABLE}<table><tr><td>{'x' * 70_000}</td></tr></table>",
        f"{TABLE}<table><tr><td title='{'x' * (2 << 20)}",
        TABLE + "<table>" * 100,
    ],
)
def test_a_page_made_to_harm_is_refused(page: str) -> None:
    with pytest.raises(FileTooLarge):
        opened(page.encode())


def _archive(body: bytes, packing: str, *, end: str = "--b--") -> bytes:
    head = (
        "From: <Saved by a program>\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/related; boundary="b"\r\n\r\nfirst\r\n'
        "--b\r\nContent-Location: file:///C:/x/book.htm\r\nContent-Type: text/html\r\n\r\n"
        "<html><frameset></frameset></html>\r\n"
        "--b\r\nContent-Location: file:///C:/x/Students.htm\r\n"
        f'Content-Transfer-Encoding: {packing}\r\nContent-Type: text/html; charset="utf-8"\r\n\r\n'
    )
    return head.encode() + body + f"\r\n{end}\r\n".encode()


@pytest.mark.parametrize(
    ("packing", "pack"),
    [("quoted-printable", quopri.encodestring), ("base64", encodebytes), ("8bit", bytes)],
)
def test_the_pages_of_a_web_archive_are_its_sheets(
    packing: str, pack: Callable[[bytes], bytes]
) -> None:
    page = f"<html>{'<p>x</p>' * 5_000}{TABLE.replace('Quill', 'Muñoz')}</html>"
    content = _archive(pack(page.encode()), packing)
    table, chunk = opened(content)
    assert chunk.records == [["0012345", "9100000001", "Muñoz"]]
    assert (table.facts.kind, table.facts.worksheet) == ("mhtml", "Students")
    assert opened(content, FeedRules(worksheet="Students"))[1].records == chunk.records


def test_a_web_archive_that_broke_off_is_damaged() -> None:
    with pytest.raises(FileDamaged):
        opened(_archive(TABLE.encode(), "8bit", end=""))
