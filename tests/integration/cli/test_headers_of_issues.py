"""Every issue names the header that its cell has in the file, however the layout reads the file."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from rollbook.core.catalogue.students import student_catalogue
from rollbook.core.catalogue.terms import INITIAL_TERMS, Term
from rollbook.demo.district import students
from rollbook.demo.vendors import VendorFile, vendor_files
from rollbook.demo.vendors_wide import data_system_file, instruction_files
from tests.integration.cli.commands import CommandLine, Stored

TERMS = (*INITIAL_TERMS, Term("Winter 2026"))
CATALOGUE = student_catalogue(TERMS)
DISTRICT = list(students(CATALOGUE, count=60, seed=7))
FILES = [
    *instruction_files(CATALOGUE, DISTRICT),
    data_system_file(CATALOGUE, DISTRICT),
    *vendor_files(CATALOGUE, DISTRICT)[:3],
]
ALL = ("--issues", "all")
WORDS = [*(word for term in TERMS for word in ("--term", term.name)), *ALL]
UNREADABLE, UNKNOWN = "many", "A level of our own"


def is_score(header: str) -> bool:
    return any(word in header for word in ("Overall Scale Score", "LNF", "PSF", "NWF", "ORF"))


def is_level(header: str) -> bool:
    return any(word in header for word in ("Relative Placement", "Benchmark_Status", "- Level"))


def damaged(file: VendorFile, *, every: int) -> list[list[str]]:
    """The file with an unreadable score or an unknown level in one of so many rows, each time in
    another of its tests."""
    header, *rows = ([*row] for row in file.rows)
    columns = [
        at
        for at, text in enumerate(header)
        if (is_level(text) or is_score(text)) and "Date" not in text and "Domain" not in text
    ]
    for number, row in enumerate(rows):
        filled = [at for at in columns if row[at]]
        if filled and number % every == 0:
            at = filled[number // every % len(filled)]
            for each in (at, *again(header, row, at)):
                row[each] = UNKNOWN if is_level(header[at]) else UNREADABLE
    return [header, *rows]


def again(header: Sequence[str], row: Sequence[str], at: int) -> Iterator[int]:
    """Where i-Ready has the same test once more: as the most recent, and with its number."""
    stem, _, name = header[at].partition(" (")
    if name and stem.startswith("Diagnostic: "):
        day = row[header.index(f"Diagnostic: Completion Date ({name}")]
        for other, text in enumerate(header):
            same, _, test = text.partition(" (")
            if same == stem and row[header.index(f"Diagnostic: Completion Date ({test}")] == day:
                yield other


def write(path: Path, rows: Sequence[Sequence[str]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return path


def of_cells(report: dict[str, Any]) -> Iterator[tuple[int, str, str]]:
    for issue in report["issue_list"]:
        if issue["row"] is not None and issue["value"] is not None:
            yield issue["row"], issue["column"], issue["value"]


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    return CommandLine(tmp_path_factory.mktemp("headers") / "home-without-database")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_the_value_of_an_issue_is_under_the_header_that_it_names(
    alone: CommandLine, tmp_path: Path, file: VendorFile
) -> None:
    rows = damaged(file, every=3)
    header = rows[0]
    report = alone.json("check", write(tmp_path / file.name, rows), *WORDS, code=None)
    found = [*of_cells(report)]
    assert {value for _, _, value in found} >= {UNREADABLE, UNKNOWN}
    assert len({column for _, column, _ in found}) > 1
    for row, column, value in found:
        assert rows[row - 1][header.index(column)] == value
    named = [issue["column"] for issue in report["issue_list"] if issue["column"] is not None]
    assert {*named} <= {*header}


def test_a_field_that_is_set_aside_names_each_column_that_filled_it(
    alone: CommandLine, tmp_path: Path
) -> None:
    file = FILES[-4]
    header, *rows = ([*row] for row in file.rows)
    columns = [at for at, text in enumerate(header) if text.startswith("LNF_")]
    fall = [at for at in columns if header[at].endswith("Beginning")]
    filled = [(row, at) for row in rows for at in fall if row[at]]
    for row, at in filled:
        row[at] = UNREADABLE
    report = alone.json("check", write(tmp_path / file.name, [header, *rows]), *WORDS, code=None)
    aside = [issue for issue in report["issue_list"] if issue["code"] == "COLUMN_SET_ASIDE"]
    of_fall = [issue for issue in aside if issue["field"] == "fall_2025_dibels_lnf_score"]
    named = [issue["column"] for issue in of_fall]
    assert 1 < len(named) == len({*named})
    assert {*named} <= {header[at] for _, at in filled}
    assert (
        f"values in the {len(named)} columns for Fall 2025 DIBELS LNF Score couldn't be read, "
        "so those columns were skipped." in of_fall[0]["message"]
    )


def test_the_fields_of_another_feed_are_told_under_the_headers_of_the_file(
    rollbook: CommandLine, stored: Stored, tmp_path: Path
) -> None:
    assert rollbook("terms", "add", "Winter 2026").code == 0
    server = ("--host", "sftp.example.org", "--user", "u", "--pattern", "*.csv", "--make-key")
    for name in ("first", "second"):
        assert rollbook("feeds", "add", name, *server).code == 0
    of_sis = [at for at, field in enumerate(CATALOGUE.fields) if field.term is None]
    roster = [[CATALOGUE.fields[at].header for at in of_sis]]
    roster += [[row[at] for at in of_sis] for row in DISTRICT]
    rollbook.json("import", write(tmp_path / "roster.csv", roster))
    file = FILES[-4]
    path = write(tmp_path / file.name, file.rows)
    rollbook.json("import", path, "--feed", "first")
    report = rollbook.json("import", path, "--feed", "second", *ALL, code=None)
    told = [each for each in report["issue_list"] if each["code"] == "FIELD_OF_ANOTHER_FEED"]
    filled = {
        text
        for at, text in enumerate(file.rows[0])
        if is_score(text) and "Date" not in text and any(row[at] for row in file.rows[1:])
    }
    assert {each["column"] for each in told} == filled


def test_a_last_cell_that_may_be_cut_is_named_by_the_files_own_header(
    rollbook: CommandLine, stored: Stored, tmp_path: Path
) -> None:
    assert rollbook("terms", "add", "Winter 2026").code == 0
    roster = [["Student ID", "SSID", "Last Name", "First Name"], ["1", "9", "Lovelace", "Ada"]]
    rollbook.json("import", write(tmp_path / "roster.csv", roster))
    header = [
        "Last Name", "First Name", "Student ID", "Academic Year",
        "Diagnostic: Lexile Measure (Most Recent)",
        *(f"Diagnostic: {what} ({name})" for name in ("1", "2")
          for what in ("Completion Date", "Rush Flag", "Overall Scale Score",
                       "Overall Relative Placement")),
    ]  # fmt: skip
    row = ["Lovelace", "Ada", "1", "2025-2026", "", "9/10/2025", "", "431", "Early On-Grade"]
    whole = [*row, "1/12/2026", "", "451", "Early On-Grade"]
    rollbook.json("import", write(tmp_path / "whole.csv", [header, whole]))
    cut = tmp_path / "cut.csv"
    cut.write_text("\n".join(",".join(each) for each in (header, whole))[: -len("-Grade")])
    report = rollbook.json("import", cut, code=None)
    [issue] = [each for each in report["issue_list"] if each["code"] == "VALUE_CUT_OFF"]
    assert issue["column"] == "Diagnostic: Overall Relative Placement (2)"


@pytest.mark.parametrize("file", [FILES[-4], FILES[-3]], ids=lambda file: file.name)
def test_of_several_files_each_row_has_the_headers_of_its_own(
    alone: CommandLine, tmp_path: Path, file: VendorFile
) -> None:
    header, *rows = damaged(file, every=3)
    half = len(rows) // 2
    parts = {"a.csv": [header, *rows[:half]], "b.csv": [[*map(str.upper, header)], *rows[half:]]}
    paths = [write(tmp_path / name, part) for name, part in parts.items()]
    report = alone.json("check", *paths, *WORDS, code=None)
    found = [each for each in report["issue_list"] if each["value"] in (UNREADABLE, UNKNOWN)]
    assert {each["file"] for each in found} == {*parts}
    for each in found:
        own, *_ = part = parts[each["file"]]
        assert part[each["row"] - 1][own.index(each["column"])] == each["value"]
