"""The synthetic district as a file of any size, clean or with faults and their list."""

import csv
import json
import os
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from rollbook.core.catalogue.students import Catalogue, student_catalogue
from rollbook.demo.district import students as make_students
from rollbook.demo.faults import EVERY_FAULT, REALISTIC_FAULTS, Fault, FaultKind, damage

Kind = Literal["csv", "xlsx"]


@dataclass(frozen=True, slots=True)
class Written:
    """A file and what is wrong with it; the list also stands beside it, as `.faults.json`."""

    path: Path
    records: int
    faults: tuple[Fault, ...]


def write_district(
    path: Path,
    *,
    students: int,
    seed: int,
    night: int = 0,
    faults: bool = False,
    kind: Kind = "csv",
    changed_percent: float = 5.0,
) -> Written:
    """Write one night's export of the district; `faults`: with every kind of fault."""
    kinds = EVERY_FAULT if faults else ()
    return _write(path, kinds, students=students, seed=seed, night=night, kind=kind,
                  changed_percent=changed_percent)  # fmt: skip


def write_demo_night(path: Path, *, students: int, seed: int, night: int) -> Written:
    """Write the demo's export: a few realistic faults on each night."""
    written = _write(path, REALISTIC_FAULTS, students=students, seed=seed, night=night, kind="csv",
                     changed_percent=3.0)  # fmt: skip
    # As if the SIS had written it at 1 AM: nobody must wait to see whether it still grows.
    written_at = time.time() - 3600
    os.utime(path, (written_at, written_at))
    return written


def _write(
    path: Path,
    kinds: Iterable[FaultKind],
    *,
    students: int,
    seed: int,
    night: int,
    kind: Kind,
    changed_percent: float,
) -> Written:
    catalogue = student_catalogue()
    rows = make_students(
        catalogue, count=students, seed=seed, night=night, changed_percent=changed_percent
    )
    listed: list[Fault] = []
    kinds = tuple(kinds)
    damaged: Iterable[list[str]] = rows
    if kinds:
        damaged = damage(catalogue, rows, kinds, listed=listed, count=students)
    count = _write_rows(path, catalogue, damaged, kind=kind)
    if kinds:
        beside = path.with_name(f"{path.name}.faults.json")
        beside.write_text(json.dumps([asdict(fault) for fault in listed], indent=1) + "\n")
    return Written(path, count, tuple(listed))


def _write_rows(path: Path, catalogue: Catalogue, rows: Iterable[list[str]], *, kind: Kind) -> int:
    header = [field.header for field in catalogue.fields]
    return _write_xlsx(path, header, rows) if kind == "xlsx" else _write_csv(path, header, rows)


def _write_csv(path: Path, header: list[str], rows: Iterable[list[str]]) -> int:
    count = 0
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        for row in _counted(rows):
            writer.writerow(row[1])
            count = row[0]
    return count


def _write_xlsx(path: Path, header: list[str], rows: Iterable[list[str]]) -> int:
    import xlsxwriter

    count = 0
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("Students")
        sheet.write_row(0, 0, header)
        for count, row in _counted(rows):
            for column, text in enumerate(row):
                # Identifiers and names are text, as a careful export writes them.
                if column > 4 and text.replace(".", "", 1).isdigit():
                    sheet.write_number(count, column, float(text))
                elif text:
                    sheet.write_string(count, column, text)
    return count


def _counted(rows: Iterable[list[str]]) -> Iterator[tuple[int, list[str]]]:
    return enumerate(rows, 1)
