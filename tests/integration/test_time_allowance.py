"""Reading may take as long as what is written in a file explains, in each pass, and no longer."""

import signal
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from tests.integration.bombs import ods

pytestmark = [pytest.mark.timeout(600), pytest.mark.usefixtures("readers_from_the_start")]

WIDTH = 55
ROWS = 6_000

OPEN = """
import os, resource, sys, tempfile
from rollbook.core.catalogue.students import student_catalogue
from rollbook.core.feed_settings import FeedRules
from rollbook.core.sandbox import limits
from rollbook.core.sandbox.task import Task, Wanted
from rollbook.core.sandbox.work import Work
limits.SECONDS = 1
path, worksheet = sys.argv[1], sys.argv[2] or None
task = Task(Wanted.HEADER, "s", os.path.getsize(path), student_catalogue(),
            FeedRules(worksheet=worksheet))
with open(path, "rb") as file, tempfile.TemporaryFile() as scratch:
    work = Work(task, file, scratch=scratch, answers=os.open(os.devnull, os.O_WRONLY))
    while resource.getrusage(resource.RUSAGE_SELF).ru_utime < float(sys.argv[3]):
        work.write_judged() if sys.argv[4] else work.write_columns()
"""
"""Opens the file again and again until so much processor time is used: on any machine that is more
than what the process may use before the file has earned any."""


def _opened(path: Path, *, worksheet: str = "", seconds: float = 4, is_judged: bool = False) -> int:
    """Open the file in a process that may use one second before it; return its exit code.

    `is_judged`: its rows are read and judged, too.
    """
    judged = "judged" if is_judged else ""
    given = [sys.executable, "-c", OPEN, str(path), worksheet, str(seconds), judged]
    return subprocess.run(given, timeout=500, check=False).returncode


def _header() -> str:
    names = ("Student ID", "SSID", *(f"Column {n}" for n in range(WIDTH - 2)))
    return _row(f"<table-cell><p>{name}</p></table-cell>" for name in names)


def _row(cells: Iterable[str]) -> str:
    return f"<table-row>{''.join(cells)}</table-row>"


def _students() -> list[str]:
    cells = (f"<table-cell><p>{n}</p></table-cell>" for n in range(WIDTH))
    return [_row(cells)]


def _one_long_sheet(path: Path) -> None:
    ods(path, ['<table name="S">', _header(), *_students() * ROWS, "</table>"])


def _last_years_sheet_in_front(path: Path) -> None:
    old = ['<table name="Old">', *_students() * ROWS, "</table>"]
    ods(path, [*old, '<table name="S">', _header(), *_students(), "</table>"])


def _empty_cells(path: Path) -> None:
    row = _row(["<table-cell/>"] * 1_000)
    ods(path, ['<table name="S">', _header(), *[row] * 1_000, "</table>"])


def _repeated_cells(path: Path) -> None:
    again = '<table-cell number-columns-repeated="1000000"/>'
    row = f'<table-row number-rows-repeated="1000">{again * 1_000}</table-row>'
    ods(path, ['<table name="S">', _header(), *[row] * 1_000, "</table>"])


@pytest.mark.parametrize(
    "write",
    [_one_long_sheet, pytest.param(_last_years_sheet_in_front, marks=pytest.mark.long)],
)
def test_rows_that_are_only_passed_over_earn_the_time_that_this_takes(
    tmp_path: Path, write: Callable[[Path], None]
) -> None:
    write(tmp_path / "s.ods")
    assert _opened(tmp_path / "s.ods", worksheet="S") == 0


@pytest.mark.parametrize("write", [_empty_cells, _repeated_cells])
def test_what_is_not_written_earns_nothing(tmp_path: Path, write: Callable[[Path], None]) -> None:
    write(tmp_path / "s.ods")
    assert _opened(tmp_path / "s.ods") == -signal.SIGXCPU


@pytest.mark.parametrize(("row", "code"), [("a", -signal.SIGXCPU), ("00123,9", 0)])
def test_rows_of_text_earn_their_time_and_damaged_ones_none(
    tmp_path: Path, row: str, code: int
) -> None:
    lines = [row] * 20_000
    (tmp_path / "s.csv").write_text("\n".join(["Student ID,SSID", *lines, ""]))
    assert _opened(tmp_path / "s.csv", is_judged=True) == code
