"""A file in another encoding: read by evidence or as told, never silently wrong."""

from pathlib import Path

import pytest

from tests.integration.cli.commands import CommandLine, Stored

NAMES = ["García", "Muñoz", "Peña", "Núñez", "Müller"]


@pytest.fixture
def mac(tmp_path: Path) -> Path:
    file = tmp_path / "mac.csv"
    rows = [f"{at:05},9{at:06},{name}" for at, name in enumerate(NAMES)]
    file.write_bytes("\r".join(["Student ID,SSID,Last Name", *rows, ""]).encode("mac_roman"))
    return file


@pytest.fixture
def doubtful(tmp_path: Path) -> Path:
    file = tmp_path / "doubtful.csv"
    text = "Student ID,SSID,Last Name\n00001,9000001,Otamend‚\n"
    file.write_bytes(text.encode("cp1252"))
    return file


def test_names_of_a_mac_are_stored_with_their_accents_and_it_is_noted(
    rollbook: CommandLine, mac: Path, stored: Stored
) -> None:
    report = rollbook.json("import", mac)
    assert report["file"]["encoding"] == "mac-roman"
    assert any("MacRoman" in note for note in report["file"]["notes"])
    names = stored("select last_name from public.student_data_snapshots order by ssid")
    assert [name for (name,) in names] == NAMES


def test_what_is_doubtful_is_a_warning_with_examples(rollbook: CommandLine, doubtful: Path) -> None:
    report = rollbook.json("check", doubtful)
    (issue,) = report["issue_list"]
    assert (issue["code"], issue["row"]) == ("ENCODING_DOUBTFUL", None)
    assert "Otamend‚" in issue["value"]
    assert "Otamend" not in str(report["file"]) + issue["message"]


def test_the_encoding_can_be_said_for_one_check_one_import_and_a_feed(
    rollbook: CommandLine, doubtful: Path, stored: Stored
) -> None:
    checked = rollbook.json("check", doubtful, "--encoding", "cp850")
    assert (checked["issue_list"], checked["file"]["encoding"]) == ([], "cp850")
    imported = rollbook.json("import", doubtful, "--encoding", "cp850")
    assert imported["file"]["encoding"] == "cp850"
    assert stored("select last_name from public.student_data_snapshots") == [("Otamendé",)]
    rollbook("feeds", "set", "files", "--encoding", "windows-1252")
    # Under another setting the same bytes are another file.
    assert rollbook.json("import", doubtful)["file"]["encoding"] == "windows-1252"


def test_an_encoding_that_is_none_is_refused_by_its_option(
    rollbook: CommandLine, doubtful: Path
) -> None:
    for command in ("check", "import"):
        done = rollbook(command, doubtful, "--encoding", "latin")
        assert done.code == 2
        assert "--encoding" in done.err
    assert "--encoding" in rollbook("feeds", "set", "files", "--encoding", "x").err
