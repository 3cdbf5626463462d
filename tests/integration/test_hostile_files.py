"""A file made to harm is refused within bounds of memory and time, and says why."""

import gzip
import io
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

MEMORY = 1 << 30
SECONDS = 30
"""Of processor time, which a busy machine gives slowly."""

READ = f"""
import pathlib, resource, sys, tempfile
resource.setrlimit(resource.RLIMIT_AS, ({MEMORY}, {MEMORY}))
resource.setrlimit(resource.RLIMIT_CPU, ({SECONDS}, {SECONDS}))
from rollbook.core.catalogue.students import student_catalogue
from rollbook.core.errors import FileRefused
from rollbook.core.reading.open import open_table
from rollbook.core.feed_settings import FeedRules
path = pathlib.Path(sys.argv[1])
try:
    with path.open("rb") as file:
        table = open_table(file, name="students", size=path.stat().st_size,
            catalogue=student_catalogue(), rules=FeedRules(), scratch=tempfile.TemporaryFile)
        chunks = [(len(chunk.rows), len(chunk.damaged)) for chunk in table.chunks()]
    print("read", sum(rows for rows, _ in chunks), sum(damaged for _, damaged in chunks))
except FileRefused as refused:
    print("refused", type(refused).__name__, refused)
"""
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TOP = f'<worksheet xmlns="{MAIN}">'
HEADER = (
    '<sheetData><row r="1"><c r="A1" t="str"><v>Student ID</v></c>'
    '<c r="B1" t="str"><v>SSID</v></c></row>'
)
END = "</sheetData></worksheet>"


def _said(path: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", READ, str(path)],
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def _workbook(
    path: Path, sheet: list[str], *, texts: list[str] | None = None, level: int = 1
) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
            '<sheet name="S" r:id="a"/></sheets></workbook>',
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships><Relationship Id="a" Type="{OFFICE}/worksheet" Target="s.xml"/>'
            "</Relationships>",
        )
        for part, blocks in (("xl/s.xml", sheet), ("xl/sharedStrings.xml", texts)):
            if blocks is not None:
                with archive.open(part, "w", force_zip64=True) as packed:
                    for block in blocks:
                        packed.write(block.encode())
    return path


def test_a_gzip_bomb_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.gz"
    with gzip.open(path, "wb", compresslevel=6) as packed:
        for _ in range(150):
            packed.write(bytes(1 << 20))
    assert _said(path).startswith("refused FileTooLarge")


def test_a_zip_bomb_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("students.csv", "w") as packed,
    ):
        for _ in range(150):
            packed.write(bytes(1 << 20))
    assert _said(path).startswith("refused FileTooLarge")


def test_endless_shared_texts_are_refused(tmp_path: Path) -> None:
    texts = ["<sst>", *[f"<si><t>{'x' * (1 << 20)}</t></si>"] * 80]
    path = _workbook(tmp_path / "a.xlsx", [TOP, HEADER, END], texts=texts)
    assert _said(path).startswith("refused FileTooLarge")


def test_a_billion_laughs_are_refused(tmp_path: Path) -> None:
    doctype = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    path = _workbook(tmp_path / "a.xlsx", [doctype, TOP, HEADER, END])
    assert "declares entities" in _said(path)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ('<row r="1048576"><c r="XFD1048576" t="str"><v>x</v></c></row>', "read 0 1"),
        ('<row r="2"><c r="A2"><v>1e999999999</v></c></row>', "read 1 0"),
        ('<row r="99999999999"><c><v>1</v></c></row>', "refused FileTooLarge"),
        ('<row r="2"><c r="A2" t="str"><v>=cmd()</v></c></row>', "read 1 0"),
    ],
)
def test_an_absurd_cell_costs_nothing(tmp_path: Path, rows: str, said: str) -> None:
    assert _said(_workbook(tmp_path / "a.xlsx", [TOP, HEADER, rows, END])).startswith(said)


def test_a_dimension_that_lies_is_not_believed(tmp_path: Path) -> None:
    lie = '<dimension ref="A1:XFD1048576"/>'
    assert _said(_workbook(tmp_path / "a.xlsx", [TOP, lie, HEADER, END])) == "read 0 0\n"


def test_a_million_blank_rows_are_passed_over(tmp_path: Path) -> None:
    blank = "<row><c/></row>" * 10_000
    path = _workbook(tmp_path / "a.xlsx", [TOP, HEADER, *[blank] * 100, END])
    assert _said(path) == "read 0 0\n"


def test_a_row_that_repeats_for_ever_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.ods"
    row = '<table-row number-rows-repeated="1000000">' + (
        '<table-cell number-columns-repeated="1900"><p>Student ID</p></table-cell></table-row>'
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("content.xml", f'<d><table name="S">{row}</table></d>')
    assert _said(path).startswith("refused FileTooLarge")


def test_a_sheet_that_unpacks_to_hundreds_of_times_its_size_is_refused(tmp_path: Path) -> None:
    block = f'<row><c t="str"><v>{"x" * 1000}</v></c></row>' * 1000
    path = _workbook(tmp_path / "a.xlsx", [TOP, HEADER, *[block] * 400, END], level=6)
    assert path.stat().st_size < 1 << 20
    assert _said(path).startswith("refused FileTooLarge")


def test_a_line_of_a_gigabyte_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with path.open("wb") as file:
        file.write(b"Student ID,SSID\n")
        for _ in range(1024):
            file.write(b"x" * (1 << 20))
    said = _said(path)
    assert said.startswith(("refused", "read 0")), said
    assert "xxx" not in said


def test_a_member_with_dots_in_its_name_is_read_and_written_nowhere(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../../escaped.csv", "Student ID,SSID\nS1,9\n")
    assert _said(path) == "read 1 0\n"
    assert list(tmp_path.rglob("*")) == [path]


def test_an_archive_cut_off_in_the_middle_is_damaged(tmp_path: Path) -> None:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        archive.writestr("a.csv", "Student ID,SSID\n" * 1000)
    path = tmp_path / "a.zip"
    path.write_bytes(whole.getvalue()[:5000])
    assert _said(path).startswith("refused FileDamaged")


def test_nul_bytes_name_no_student(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(bytes(5 << 20))
    assert _said(path).startswith("refused")


def test_ten_thousand_columns_are_bounded(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    wide = ",".join(f"c{number}" for number in range(10_000))
    path.write_text(f"Student ID,SSID,{wide}\nS1,9{',' * 10_000}\n")
    assert _said(path).startswith(("refused", "read 1 0"))
