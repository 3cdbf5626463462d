"""Everything that the synthetic district's files have wrong is found, and nothing else."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from rollbook.demo.faults import WHOLE_ROW, Fault
from rollbook.demo.files import Kind, Written, write_district
from rollbook.demo.table_styles import REPORT, TableStyle
from tests.integration.cli.commands import CommandLine

STUDENTS = 400
DISTRICT: dict[str, Any] = {"students": STUDENTS, "seed": 7}


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_every_fault_is_found_and_nothing_else(
    rollbook: CommandLine, tmp_path: Path, kind: Kind
) -> None:
    written = write_district(tmp_path / f"sis.{kind}", faults=True, kind=kind, **DISTRICT)
    done = rollbook.json("import", written.path, "--issues", "all")
    assert _found(done) == _listed(written.faults)
    assert done["counts"]["total"] == _students(written)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_later_night_has_faults_of_known_students_too(
    rollbook: CommandLine, tmp_path: Path, kind: Kind
) -> None:
    clean = write_district(tmp_path / f"night_0.{kind}", kind=kind, **DISTRICT)
    assert rollbook.json("import", clean.path)["issues"] == {
        "errors": 0,
        "warnings": 0,
        "by_code": {},
    }
    written = write_district(
        tmp_path / f"night_1.{kind}", night=1, faults=True, kind=kind, **DISTRICT
    )
    codes = {fault.code for fault in written.faults}
    assert {"MATCHED_BY_SSID", "ID_CONFLICT", "SSID_CHANGED"} <= codes
    # Of a student who is known the saved name stays, so a blank one is no fault.
    told = tuple(fault for fault in written.faults if fault.code != "NAME_BLANK")
    assert _found(rollbook.json("import", written.path, "--issues", "all")) == _listed(told)


@pytest.mark.parametrize(
    "style",
    [
        TableStyle(delimiter="\t", encoding="utf-16", line_end="\n"),
        TableStyle(delimiter="^", encoding="cp1252", preamble=REPORT.preamble),
        TableStyle(delimiter=";", quotes_all=True, footer=(("Total students", "400"),)),
        TableStyle(delimiter="|", line_end="\r", trailing_delimiter=True),
        TableStyle(encoding="utf-8-sig", is_cut_off=True),
    ],
    ids=["utf-16 tab", "cp1252 caret", "quoted semicolon", "CR pipe", "cut off"],
)
def test_every_style_is_read_alike(
    rollbook: CommandLine, tmp_path: Path, style: TableStyle
) -> None:
    written = write_district(tmp_path / "sis.csv", faults=True, style=style, **DISTRICT)
    code = 7 if style.is_cut_off else 0
    done = rollbook.json("import", written.path, "--issues", "all", code=code)
    assert _found(done) == _listed(written.faults)


def _found(done: dict[str, Any]) -> Counter[tuple[int | None, str, str | None]]:
    return Counter(
        (issue["row"], issue["code"], None if issue["code"] in WHOLE_ROW else issue["column"])
        for issue in done["issue_list"]
    )


def _listed(faults: tuple[Fault, ...]) -> Counter[tuple[int | None, str, str | None]]:
    return Counter((fault.row, fault.code, fault.column) for fault in faults)


def _students(written: Written) -> int:
    blank = 1
    return written.records - blank
