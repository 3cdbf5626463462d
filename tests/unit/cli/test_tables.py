"""Tables: whole in a pipe, readable on a narrow terminal."""

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.filterwarnings("ignore:'click:DeprecationWarning")  # Typer's, on import

TITLES = ("feed", "server", "last import (Pacific Time)")
LONG = "district-export@sftp.a-very-long-name-of-a-server.example.org:22"


def print_table(*given: Any, **named: Any) -> None:
    from rollbook.cli.console import print_table as printed

    printed(*given, **named)


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    from rollbook.cli import console

    def of(width: int) -> None:
        wide = console.VisibleConsole(width=width, markup=False, force_terminal=False)
        monkeypatch.setattr(console, "plain_console", lambda: wide)

    return of


def test_in_a_pipe_nothing_is_cut_or_folded(capsys: Any) -> None:
    print_table(TITLES, [("sis", LONG, "Nov 26, 2026, 2:05 AM"), ("north" * 30, "", "never")])
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3
    assert LONG in lines[1]
    assert "north" * 30 in lines[2]


@pytest.mark.parametrize("width", [40, 60, 80, 100])
def test_on_a_terminal_each_line_fits_and_each_word_is_whole(
    capsys: Any, terminal: Callable[[int], None], width: int
) -> None:
    terminal(width)
    print_table(("setting", "meaning"), [("district.time_zone", "Every time is shown in it. " * 5)])
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= width
    assert "district.time_zone" in lines[1]
    words = " ".join(lines).replace("district.time_zone", "").replace("setting", "").split()
    assert words == ["meaning", *("Every time is shown in it. " * 5).split()]


def test_what_fits_in_no_column_is_a_block_of_lines(
    capsys: Any, terminal: Callable[[int], None]
) -> None:
    terminal(34)
    print_table(TITLES, [("sis", "me@sftp.example.org:22", "Nov 26, 2026"), ("files", "", "never")])
    out = capsys.readouterr().out
    assert max(map(len, out.splitlines())) <= 34
    assert out.splitlines()[0].strip() == "sis"


def test_numbers_end_in_one_column(capsys: Any) -> None:
    print_table(("table", "rows"), [("a", "5"), ("b", "1,200")], right=["rows"])
    assert [line[-5:] for line in capsys.readouterr().out.splitlines()[1:]] == ["    5", "1,200"]
