"""A file whose only accented name is one that the district's students have, or is not."""

from pathlib import Path
from typing import Any

import pytest

from tests.integration.cli.commands import CommandLine, Stored

HEADER = "Student ID,SSID,Last Name"


@pytest.fixture
def bring(rollbook: CommandLine, tmp_path: Path) -> Any:
    def bring(name: str, codec: str, *, first: int = 10, command: str = "import") -> dict[str, Any]:
        """Forty students, or twelve others from `first` on; `name` is in the middle."""
        half = 20 if first == 10 else 6
        names = [*["Smith"] * half, name, *["Jones"] * (half - 1)]
        rows = [f"{at:05},9{at:06},{each}" for at, each in enumerate(names, first)]
        file = tmp_path / f"{first}.csv"
        file.write_bytes("\n".join([HEADER, *rows, ""]).encode(codec))
        return rollbook.json(command, file, "--issues", "all")

    return bring


def test_a_name_that_the_district_s_students_have_shows_what_a_file_is_written_in(
    bring: Any, stored: Stored
) -> None:
    bring("Agustí-Bórquez", "utf-8")
    for command in ("check", "import"):
        report = bring("Agustí", "mac_roman", first=50, command=command)
        assert (report["file"]["encoding"], report["issue_list"]) == ("mac-roman", [])
    names = stored("select last_name from public.students where last_name like 'Agust%' order by 1")
    assert names == [("Agustí",), ("Agustí-Bórquez",)]


def test_a_name_that_was_read_with_doubt_stays_doubtful(bring: Any) -> None:
    """It is stored as it was read, so that it would speak for having been read rightly."""
    for first in (10, 50):
        report = bring("Agustí", "mac_roman", first=first)
        assert report["file"]["encoding"] == "windows-1252"
        (issue,) = report["issue_list"]
        assert issue["code"] == "ENCODING_DOUBTFUL"
        assert issue["value"] == "Agust’ (Agustí in mac-roman)"
        assert "Windows-1252" in issue["message"]
