"""The synthetic district as a file: any style, and an exact list of what is wrong with it."""

import csv
import json
from pathlib import Path

import openpyxl
import pytest

from rollbook.core.catalogue.students import student_catalogue
from rollbook.demo.district import students
from rollbook.demo.faults import WHOLE_ROW
from rollbook.demo.files import Kind, write_demo_night, write_district
from rollbook.demo.table_styles import REPORT, TableStyle

CATALOGUE = student_catalogue()
HEADER = [field.header for field in CATALOGUE.fields]


def test_a_clean_file_holds_the_district_cell_for_cell(tmp_path: Path) -> None:
    written = write_district(tmp_path / "sis.csv", students=50, seed=1)
    header, *rows = _read(written.path)
    assert header == HEADER
    assert rows == list(students(CATALOGUE, count=50, seed=1))
    assert (written.records, written.faults) == (50, ())
    assert not list(tmp_path.glob("*.json"))


@pytest.mark.parametrize("faults", [False, True])
def test_the_same_file_is_written_twice_to_the_byte(tmp_path: Path, faults: bool) -> None:
    first, second = (
        write_district(tmp_path / name, students=300, seed=5, night=2, faults=faults).path
        for name in ("a.csv", "b.csv")
    )
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize(
    "style",
    [
        TableStyle(delimiter="\t", encoding="utf-16", line_end="\n"),
        TableStyle(delimiter=";", quotes_all=True),
        TableStyle(delimiter="|", encoding="utf-8-sig"),
    ],
    ids=["tab", "semicolon", "pipe"],
)
def test_another_style_holds_the_same_students(tmp_path: Path, style: TableStyle) -> None:
    written = write_district(tmp_path / "sis.txt", students=50, seed=1, style=style)
    rows = _read(written.path, delimiter=style.delimiter, encoding=style.encoding)
    assert rows[1:] == list(students(CATALOGUE, count=50, seed=1))


def test_windows_1252_loses_the_accents_that_it_cannot_write_and_keeps_the_others(
    tmp_path: Path,
) -> None:
    style = TableStyle(encoding="cp1252")
    written = write_district(tmp_path / "sis.csv", students=3_000, seed=1, style=style)
    names = {row[2] for row in _read(written.path, encoding="cp1252")}
    assert "Nguyen" in names and "Muñoz-Vale" in names


def test_a_workbook_keeps_identifiers_as_text_and_counts_as_numbers(tmp_path: Path) -> None:
    written = write_district(tmp_path / "sis.xlsx", students=20, seed=1, kind="xlsx")
    sheet = openpyxl.load_workbook(written.path).active
    rows = list(sheet.iter_rows(values_only=True))
    assert list(rows[0]) == HEADER and len(rows) == 21
    assert rows[1][:2] == ("0000001", "8100000037")
    assert isinstance(rows[1][HEADER.index("Absences YTD")], int)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_faults_stand_in_the_list_beside_the_file(tmp_path: Path, kind: Kind) -> None:
    written = write_district(tmp_path / f"sis.{kind}", students=500, seed=1, faults=True, kind=kind)
    listed = json.loads((tmp_path / f"sis.{kind}.faults.json").read_text())
    assert [(item["row"], item["code"], item["column"]) for item in listed] == [
        (fault.row, fault.code, fault.column) for fault in written.faults
    ]
    assert len({fault.code for fault in written.faults}) > 20


def test_a_listed_row_is_the_one_that_a_spreadsheet_program_shows(tmp_path: Path) -> None:
    written = write_district(
        tmp_path / "sis.csv", students=500, seed=1, faults=True, style=TableStyle()
    )
    lines = written.path.read_text("utf-8", errors="surrogateescape").splitlines()
    for fault in written.faults:
        if fault.row is None:
            continue
        if fault.code == "OUT_OF_RANGE" and fault.column == "Fall 2025 i-Ready Math Overall Score":
            assert ",900," in lines[fault.row - 1]
        if fault.code == "ROW_QUOTE_OPEN":
            assert ',"' in lines[fault.row - 1]


def test_a_cells_fault_names_its_column_and_a_rows_names_none(tmp_path: Path) -> None:
    written = write_district(tmp_path / "sis.csv", students=500, seed=1, faults=True)
    for fault in written.faults:
        assert (fault.column is None) == (fault.code in WHOLE_ROW)


def test_a_report_has_preamble_footer_and_more_columns(tmp_path: Path) -> None:
    written = write_district(tmp_path / "sis.csv", students=50, seed=1, style=REPORT)
    raw = written.path.read_bytes()
    rows = _read(written.path, encoding="utf-8-sig")
    assert raw.startswith(b"\xef\xbb\xbfAlder Valley School District\r\n")
    assert rows[3][:1] == ["Student ID"] and rows[3][-1] == ""
    assert rows[-1] == ["End of report"]
    assert {fault.code for fault in written.faults} == {"UNKNOWN_COLUMN", "UNKNOWN_TERM"}


def test_a_file_that_was_cut_off_ends_in_the_middle_of_a_student(tmp_path: Path) -> None:
    style = TableStyle(is_cut_off=True)
    written = write_district(tmp_path / "sis.csv", students=50, seed=1, style=style)
    rows = _read(written.path)
    assert len(rows[-1]) < len(HEADER) == len(rows[-2])
    assert [(fault.row, fault.code) for fault in written.faults] == [(51, "FILE_TRUNCATED")]


def test_the_demo_has_a_few_realistic_faults_and_an_old_file(tmp_path: Path) -> None:
    written = write_demo_night(tmp_path / "sis.csv", students=2_000, seed=1, night=0)
    assert 10 <= len(written.faults) <= 20
    assert all(fault.row is not None for fault in written.faults)


def test_a_small_file_has_the_first_faults_only(tmp_path: Path) -> None:
    written = write_district(
        tmp_path / "sis.csv", students=10, seed=1, faults=True, style=TableStyle()
    )
    assert 1 <= len(written.faults) <= 5


def _read(path: Path, *, delimiter: str = ",", encoding: str = "utf-8") -> list[list[str]]:
    with path.open(newline="", encoding=encoding) as file:
        return list(csv.reader(file, delimiter=delimiter))
