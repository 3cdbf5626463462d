"""One writer of CSV for all: nothing in it runs, and everything comes back as it was."""

import csv
import re
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollbook.core.csv_lines import csv_lines, harmless, original

PACKAGE = Path(__file__).parents[3] / "src" / "rollbook"
EDGES = st.text(st.sampled_from("'=+-@|%\t\r\n \u00a0\ufeff＝＋－＠0a"), max_size=8)


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1", "+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\tx", "  =1", "\u00a0=1",
        "\u3000=1", "\ufeff=1", "\u200b=1", "\x00=1", "＝1+1", "＋1", "－1", "＠SUM(A1)",
        "|cmd", "%0A=1", "=cmd|' /C calc'!A0", "'=1+1", "''=1",
    ],
)  # fmt: skip
def test_what_a_program_could_run_has_an_apostrophe_in_front(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"
    assert original(harmless(cell)) == cell


@pytest.mark.parametrize("cell", ["", "Ada", "0000123", "a=b", "3+4", "7.0", "O'Neil", "José"])
def test_what_is_harmless_stays_as_it_is(cell: str) -> None:
    assert harmless(cell) == cell


@pytest.mark.parametrize("cell", ["'00123", "'t Hooft", "'s-Gravenhage", "''", "'"])
def test_an_apostrophe_of_the_file_itself_comes_back(cell: str) -> None:
    assert original(harmless(cell)) == cell


@pytest.mark.parametrize("cell", ["'t Hooft", "'00123", "Ada", "'"])
def test_a_name_that_was_typed_loses_no_apostrophe(cell: str) -> None:
    assert original(cell) == cell


@given(st.text() | EDGES)
def test_every_cell_survives_the_way_out_and_back(cell: str) -> None:
    assert original(harmless(cell)) == cell


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0\r\n")) | EDGES,
                min_size=1))  # fmt: skip
def test_a_line_is_read_as_it_was_meant(cells: list[str]) -> None:
    line = "".join(csv_lines([cells]))
    [read] = csv.reader(StringIO(line, newline=""), strict=False)
    assert [original(cell) for cell in read] == cells
    assert not any(cell[:1] in set("=+-@|%") for cell in read if cell)


def test_nothing_else_in_the_product_writes_csv() -> None:
    writers = [
        path.relative_to(PACKAGE).as_posix()
        for path in sorted(PACKAGE.rglob("*.py"))
        if re.search(r"csv\.(writer|DictWriter)", path.read_text())
    ]
    assert writers == ["core/csv_lines.py", "demo/writers.py"]
