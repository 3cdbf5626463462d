"""What a person is shown at a terminal is printed nowhere else: it may be a log."""

from pathlib import Path

import pytest

from tests.integration.cli.commands import HEADER, CommandLine, student, write_csv

HEADLESS = "Adabelle,Lovelace,12/03/2017,North"


@pytest.mark.parametrize(
    ("lines", "value", "told"),
    [
        ([HEADLESS, HEADLESS], "Adabelle", "The file has no column for Student ID"),
        ([HEADER, student(1), student(2, grade="Adabelle")], "Adabelle", "row 3"),
    ],
)
def test_a_log_gets_the_place_and_a_terminal_the_example(
    rollbook: CommandLine, tmp_path: Path, lines: list[str], value: str, told: str
) -> None:
    file = write_csv(tmp_path / "Adabelle.csv", *lines[1:], header=lines[0])
    logged = rollbook("import", file, "--dry-run")
    assert told in logged.out
    assert value not in logged.out + logged.err
    assert "See examples with `rollbook jobs show 1`" in logged.out
    assert value in rollbook("jobs", "show", "1").out
    seen = rollbook.at_terminal("import", file, "--dry-run").out
    assert told in seen
    assert value in seen.replace("Adabelle.csv", "")


def test_an_error_keeps_its_detail_for_a_terminal(rollbook: CommandLine, tmp_path: Path) -> None:
    words = ("feeds", "map", "files", "--from", write_csv(tmp_path / "x.csv", header=HEADLESS))
    logged = rollbook(*words)
    assert (logged.code, logged.out) == (3, "")
    assert "Adabelle" not in logged.err
    assert "Run it in a terminal to see more" in logged.err
    assert "It has: “Adabelle”" in rollbook.at_terminal(*words).out
