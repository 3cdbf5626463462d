"""The synthetic district as a file of any size, clean or with faults and their list."""

import json
import os
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import cycle
from pathlib import Path
from typing import Final, Literal

from rollbook.core.catalogue.students import Catalogue, student_catalogue
from rollbook.demo import fault_kinds
from rollbook.demo.district import students as make_students
from rollbook.demo.faults import Fault, FaultKind, Row, damage
from rollbook.demo.table_styles import PLAIN, REPORT, TableStyle
from rollbook.demo.writers import write_text, write_workbook

Kind = Literal["csv", "xlsx"]

DEMO_CHANGED: Final = 3.0
"""Percent of the demo's students whose attendance changes per night."""


@dataclass(frozen=True, slots=True)
class Written:
    """A file and what is wrong with it; the list is also written beside it, as `.faults.json`.

    `records`: rows between header and footer, blank ones included.
    """

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
    style: TableStyle | None = None,
) -> Written:
    """Write one night's export of the district.

    `faults`: with every kind of fault, in the style of a report unless another is given.
    """
    catalogue = student_catalogue()
    style = style or (REPORT if faults else PLAIN)
    rows = make_students(
        catalogue, count=students, seed=seed, night=night, changed_percent=changed_percent
    )
    return _write(
        path,
        rows,
        _kinds(kind, night, style) if faults else (),
        catalogue=catalogue,
        style=style,
        kind=kind,
        count=students,
    )


def write_demo_night(path: Path, *, students: int, seed: int, night: int) -> Written:
    """Write the demo's export: a few realistic faults on each night."""
    rows = make_students(
        student_catalogue(), count=students, seed=seed, night=night, changed_percent=DEMO_CHANGED
    )
    # As if the SIS had written it at 1 AM: no wait to see whether it still grows.
    return write_demo_rows(path, rows, count=students, written_at=time.time() - 3600)


def write_demo_rows(
    path: Path,
    rows: Iterable[list[str]],
    *,
    count: int,
    written_at: float,
    kinds: Sequence[FaultKind] = fault_kinds.REALISTIC,
    style: TableStyle = PLAIN,
) -> Written:
    """Write `count` rows of the demo's district, with faults, as if at `written_at`."""
    catalogue = student_catalogue()
    written = _write(path, rows, kinds, catalogue=catalogue, style=style, kind="csv", count=count)
    os.utime(path, (written_at, written_at))
    return written


def _kinds(kind: Kind, night: int, style: TableStyle) -> tuple[FaultKind, ...]:
    kinds: tuple[FaultKind, ...] = fault_kinds.EVERYWHERE
    if night:
        kinds += fault_kinds.OF_KNOWN_STUDENTS
    if kind == "xlsx":
        return (*kinds, *fault_kinds.IN_WORKBOOKS, fault_kinds.LINE_BREAK)
    kinds += fault_kinds.IN_TEXT
    kinds += (fault_kinds.REPAIRED_KNOWN if night else fault_kinds.REPAIRED,)
    if style.encoding.startswith("utf-8"):
        kinds += fault_kinds.IN_UTF_8
    # The reader does not yet put a record of several lines together that has an unnamed cell at
    # its end; it rejects both lines.
    return kinds if style.trailing_delimiter else (*kinds, fault_kinds.LINE_BREAK)


def _write(
    path: Path,
    rows: Iterable[list[str]],
    kinds: Sequence[FaultKind],
    *,
    catalogue: Catalogue,
    style: TableStyle,
    kind: Kind,
    count: int,
) -> Written:
    listed = [Fault(None, code, header) for header, _, code in style.more_columns]
    if more := [cycle(cells) for _, cells, _ in style.more_columns]:
        rows = (row + [next(cells) for cells in more] for row in rows)
    if kinds:
        first = len(style.preamble) + 2
        rows = damage(catalogue, map(Row, rows), kinds, listed=listed, count=count, first_row=first)
    write = write_workbook if kind == "xlsx" else write_text
    records = write(path, catalogue, rows, style=style)
    if style.is_cut_off:
        listed.append(Fault(len(style.preamble) + 1 + records, "FILE_TRUNCATED", None))
    if listed:
        beside = path.with_name(f"{path.name}.faults.json")
        beside.write_text(json.dumps([asdict(fault) for fault in listed], indent=1) + "\n")
    return Written(path, records, tuple(listed))
