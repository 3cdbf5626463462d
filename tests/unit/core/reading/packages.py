"""A small writer of .xlsx packages, each part and each name as a test wants it."""

import io
import tempfile
import zipfile
from collections.abc import Mapping

from rollbook.core.catalogue.students import student_catalogue
from rollbook.core.feed_settings import FeedRules
from rollbook.core.reading.open import open_table
from rollbook.core.table import Chunk, Table

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
STRICT_OFFICE = "http://purl.oclc.org/ooxml/officeDocument/relationships"
TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml."

HEADER = ("Student ID", "SSID", "Last Name", "Attendance % YTD")
STYLES = (
    '<styleSheet xmlns="{main}"><numFmts><numFmt numFmtId="164" formatCode="0000000"/></numFmts>'
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="164"/>'
    '<xf numFmtId="10"/><xf numFmtId="14"/></cellXfs>'
    '<dxfs><dxf><numFmt numFmtId="164" formatCode="General"/></dxf></dxfs></styleSheet>'
)
TEXTS = '<sst xmlns="{main}">' + "".join(f"<si><t>{text}</t></si>" for text in HEADER) + "</sst>"


def header(row: str = 'r="1"') -> str:
    """Return the header's row, its texts shared ones."""
    cells = "".join(f'<c t="s"><v>{number}</v></c>' for number in range(len(HEADER)))
    return f"<row {row}>{cells}</row>"


STUDENT = (
    '<row r="2"><c r="A2" s="1"><v>12001</v></c><c r="B2" t="str"><v>9100000001</v></c>'
    '<c r="C2" t="inlineStr"><is><t>Quill</t></is></c><c r="D2" s="2"><v>0.945</v></c></row>'
)
READ = ["0012001", "9100000001", "Quill", "94.5%"]


def package(
    rows: str = STUDENT,
    *,
    top: str = header(),
    after: str = "",
    workbook: str = "<workbookPr/>",
    names: Mapping[str, str] | None = None,
    targets: Mapping[str, str] | None = None,
    left_out: tuple[str, ...] = (),
    is_strict: bool = False,
    kind: str = f"{TYPES}sheet.main+xml",
    end: str = "",
) -> bytes:
    """Return the package. `names` says how the zip stores a part, `targets` how links call it."""
    main, office = (STRICT, STRICT_OFFICE) if is_strict else (MAIN, OFFICE)
    stored, linked = names or {}, targets or {}
    sheet = f'<worksheet xmlns="{main}"><sheetData>{top}{rows}</sheetData>{after}</worksheet>'
    book = stored.get("xl/workbook.xml", "xl/workbook.xml")
    parts = {
        "_rels/.rels": _links(office, officeDocument=linked.get("xl/workbook.xml", book)),
        "xl/workbook.xml": (
            f'<workbook xmlns="{main}" xmlns:r="{office}">{workbook}<sheets>'
            f'<sheet name="Students" sheetId="1" r:id="worksheet"/></sheets>{end}</workbook>'
        ),
        "xl/_rels/workbook.xml.rels": _links(
            office,
            worksheet=linked.get("xl/worksheets/sheet1.xml", "worksheets/sheet1.xml"),
            styles=linked.get("xl/styles.xml", "styles.xml"),
            sharedStrings=linked.get("xl/sharedStrings.xml", "sharedStrings.xml"),
        ),
        "xl/worksheets/sheet1.xml": sheet,
        "xl/styles.xml": STYLES.format(main=main),
        "xl/sharedStrings.xml": TEXTS.format(main=main),
        "[Content_Types].xml": (
            f'<Types><Override PartName="/{book}" ContentType="{kind}"/></Types>'
        ),
    }
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in parts.items():
            if name not in left_out:
                archive.writestr(stored.get(name, name), body)
    return kept.getvalue()


def opened(content: bytes, rules: FeedRules | None = None) -> tuple[Table, Chunk]:
    """Return the table and all that it holds."""
    with io.BytesIO(content) as file:
        table = open_table(
            file,
            name="students",
            size=len(content),
            catalogue=student_catalogue(),
            rules=rules or FeedRules(),
            scratch=tempfile.TemporaryFile,
        )
        whole = Chunk([], [])
        for chunk in table.chunks():
            whole.rows += chunk.rows
            whole.records += chunk.records
            whole.damaged += chunk.damaged
    return table, whole


def _links(office: str, **links: str) -> str:
    body = "".join(
        f'<Relationship Id="{kind}" Type="{office}/{kind}" Target="{target}"/>'
        for kind, target in links.items()
    )
    return f"<Relationships>{body}</Relationships>"
