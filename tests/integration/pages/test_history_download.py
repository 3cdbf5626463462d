"""The history as CSV says of each run what it was and what came of it, in the page's words."""

import csv
from pathlib import Path
from typing import Any

from tests.integration.cli.commands import CommandLine, student, write_csv


def test_a_check_is_no_import_in_the_download(
    rollbook: CommandLine, tmp_path: Path, person: Any
) -> None:
    file = write_csv(tmp_path / "students.csv", student(1), student(2, grade="Q"))
    rollbook.json("import", file, "--dry-run")
    rollbook.json("import", file)
    rollbook.json("import", write_csv(tmp_path / "none.csv", "1", header="Color"), code=None)
    text = person().get("/imports/history.csv").getvalue().decode("utf-8-sig")
    runs = list(csv.DictReader(text.splitlines()))
    assert [(each["import"], each["kind"], each["result"], each["new"]) for each in runs] == [
        ("3", "import", "Failed", ""),
        ("2", "import", "With warnings", "2"),
        ("1", "check", "With warnings", ""),
    ]
    assert runs[0]["reason"].endswith(".") and runs[1]["reason"] == ""
