"""The guide to vendors' files runs as it is written, with the files of the demo."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.cli.commands import CommandLine, Finished, Stored
from tests.integration.servers import PASSWORD, RunningServer, asyncssh_server

GUIDE = Path(__file__).parents[3] / "docs/how-to/import-vendors-files.md"
WRITE = "rollbook demo --vendors --write vendors"
STUDENTS = "40"
SCORES = (
    "select count(fall_2025_iready_reading_score) > 0, count(fall_2025_dibels_lnf_score) > 0"
    " from student_data_snapshots"
)


def commands(section: str) -> list[str]:
    """The commands in the code blocks of a section."""
    found = GUIDE.read_text().split(f"\n## {section}\n")[1].split("\n## ")[0]
    blocks = re.findall(r"```\n(.*?)```", found, re.DOTALL)
    return [line.strip() for block in blocks for line in block.strip().splitlines()]


@pytest.fixture
def vendors(rollbook: CommandLine, tmp_path: Path) -> Path:
    assert WRITE in GUIDE.read_text()
    folder = tmp_path / "vendors"
    words = [str(folder) if word == "vendors" else word for word in shlex.split(WRITE)[1:]]
    assert rollbook(*words, "--students", STUDENTS).code == 0
    return folder


@pytest.fixture
def sftp(vendors: Path) -> Iterator[RunningServer]:
    with asyncssh_server(vendors) as running:
        yield running


def test_a_district_that_brings_files_by_hand_runs_the_guide_as_it_is_written(
    rollbook: CommandLine, stored: Stored, vendors: Path
) -> None:
    ran = commands("Files by hand")
    assert len(ran) == 5
    for line in ran:
        done = rollbook(*shlex.split(line.replace("vendors/", f"{vendors}/"))[1:])
        assert done.code == 0, (line, done)
    assert stored("select count(*) from students") == [(int(STUDENTS),)]
    assert stored(SCORES) == [(True, True)]


def test_a_district_with_a_server_runs_the_guide_as_it_is_written(
    rollbook: CommandLine, stored: Stored, sftp: RunningServer
) -> None:
    server = "--host sftp.example.org --user district"
    ran = commands("Every night, over SFTP")
    assert sum(server in line for line in ran) == 3
    assert rollbook("terms", "add", "Winter 2026").code == 0
    for line in ran:
        words = shlex.split(line.replace(server, shlex.join(sftp.options)))[1:]
        done = rollbook(*words, stdin=_typed(words))
        assert done.code == 0, (line, done)
        _is_told_of_the_roster(words, done)
    assert stored("select count(*) from students") == [(int(STUDENTS),)]
    assert stored(SCORES) == [(True, True)]
    assert stored("select name from rollbook.feeds where is_roster and host <> ''") == [("sis",)]


def _typed(words: list[str]) -> str:
    """What a person answers."""
    return f"{PASSWORD}\n" if words[:2] == ["feeds", "add"] else "y\n"


def _is_told_of_the_roster(words: list[str], done: Finished) -> None:
    if words[:2] == ["feeds", "add"]:
        assert "sis is the roster feed" in done.out
        assert ("adds no student" in done.out) == (words[2] != "sis")


def test_the_files_of_the_vendors_are_written_into_a_folder_or_it_is_said_why_not(
    rollbook: CommandLine, tmp_path: Path
) -> None:
    words = ("demo", "--vendors", "--students", "5", "--write")
    done = rollbook(*words, tmp_path / "new" / "folder")
    assert (done.code, "sis_students.csv: 5 rows" in done.out) == (0, True), done
    (tmp_path / "file").write_text("")
    refused = rollbook(*words, tmp_path / "file")
    assert (refused.code, "Can't make the folder" in refused.err) == (2, True), refused
    refused = rollbook(*words, tmp_path / "other", "--nights", "2")
    assert (refused.code, "are for one night" in refused.err) == (2, True), refused
