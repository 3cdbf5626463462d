"""What a command leaves behind when it ends."""

import subprocess
from pathlib import Path

from tests.integration.cli.commands import CommandLine, student, write_csv


def run_into(rollbook: CommandLine, target: str, *arguments: str) -> tuple[int, str]:
    with Path(target).open("w", encoding="utf-8") as out:
        done = subprocess.run(
            rollbook.words(*arguments),
            env=rollbook.environment(),
            stdout=out,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            timeout=100,
        )
    return done.returncode, done.stderr


def test_a_command_whose_output_is_closed_ends_as_it_went(rollbook: CommandLine) -> None:
    words = " ".join(rollbook.words("check", "/nowhere/a.csv"))
    for closing in (">&-", "2>&-", ">&- 2>&-"):
        done = subprocess.run(
            ["/bin/sh", "-c", f"{words} {closing}"],
            env=rollbook.environment(),
            capture_output=True,
            text=True,
            check=False,
            timeout=100,
        )
        assert done.returncode == 4, (closing, done)
        assert "Traceback" not in done.stderr


def test_a_download_that_could_not_be_written_is_never_called_done(
    rollbook: CommandLine, tmp_path: Path
) -> None:
    rows = [",".join(["", "S1", "2", "X"]), *(student(number) for number in range(1, 30))]
    rollbook.json("import", write_csv(tmp_path / "a.csv", *rows))
    code, said = run_into(rollbook, "/dev/full", "jobs", "fixit")
    assert code == 1
    assert said.startswith("Error: ")
    assert "Traceback" not in said
