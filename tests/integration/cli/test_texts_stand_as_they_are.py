"""Names and headers that look like markup: they neither vanish nor end a command."""

from pathlib import Path

from tests.integration.cli.commands import HEADER, CommandLine, student, write_csv


def test_a_file_keeps_its_brackets_in_the_history(rollbook: CommandLine, tmp_path: Path) -> None:
    done = rollbook("import", write_csv(tmp_path / "students[final].csv", student(1)))
    assert done.code == 0, done
    assert "students[final].csv" in rollbook("jobs", "list").out


def test_a_header_in_a_refusal_stands_as_it_is(rollbook: CommandLine, tmp_path: Path) -> None:
    header = HEADER.replace("SSID", "[/Identity]")
    rows = [student(number) for number in range(1, 4)]
    done = rollbook("import", write_csv(tmp_path / "a.csv", *rows, header=header))
    assert done.code == 3, done
    assert "[/Identity]" in done.out
