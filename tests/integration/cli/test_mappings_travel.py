"""A feed's mapping and layout go into a file and into another feed, and are tried before."""

import json
from pathlib import Path

import pytest

from tests.integration.cli.commands import CommandLine, Stored

HEADER = "Student ID,SSID,Last Name,First Name,Grade,School,Days Out"


@pytest.fixture
def mapped(rollbook: CommandLine, tmp_path: Path) -> Path:
    """The mapping of a feed in a file; then the feed is as it was before."""
    given = ("--header", "Days Out=absences_ytd", "--value", "grade:Kinder=K", "--blank", "XX")
    assert rollbook("feeds", "map", "files", *given).code == 0
    path = tmp_path / "mapping.json"
    assert rollbook("feeds", "mapping", "export", "files", path).code == 0
    undo = ("--remove-header", "Days Out", "--remove-value", "grade:Kinder", "--remove-blank", "XX")
    assert rollbook("feeds", "map", "files", *undo).code == 0
    return path


def test_a_trial_says_what_would_be_read_otherwise_and_changes_nothing(
    rollbook: CommandLine, stored: Stored, tmp_path: Path, mapped: Path
) -> None:
    file = tmp_path / "students.csv"
    file.write_text(f"{HEADER}\n0000001,1000000001,Lovelace,Ada,3,North,4\n")
    rollbook.json("import", file)
    trial = rollbook("feeds", "mapping", "import", "files", mapped, "--dry-run")
    assert trial.code == 0, trial
    lines = [line.split("  ") for line in trial.out.splitlines()]
    found = [[part.strip() for part in line if part.strip()] for line in lines]
    assert found == [
        ["where", "in the file", "is read as", "would be"],
        ["column", "Days Out", "not known", "Absences YTD"],
        ["Grade", "Kinder", "as it is", "K"],
        ["every column", "XX", "as it is", "blank"],
        ["Preview only; nothing was changed."],
    ]
    assert stored("select headers from rollbook.feeds where name = 'files'") == [({},)]
    assert rollbook("feeds", "mapping", "import", "files", mapped).code == 0
    again = rollbook("feeds", "mapping", "import", "files", mapped)
    assert again.out == "Nothing is read differently.\n"
    assert rollbook.json("import", file)["counts"]["updated"] == 1, "the same bytes mean more now"


def test_an_own_layout_travels_with_the_mapping(
    rollbook: CommandLine, stored: Stored, tmp_path: Path
) -> None:
    own, path = tmp_path / "own.json", tmp_path / "mapping.json"
    for words in (
        ("layouts", "export", "aeries-query", own),
        ("layouts", "import", own),
        ("feeds", "set", "files", "--layout", "own-aeries-query"),
        ("feeds", "mapping", "export", "files", path),
        ("feeds", "set", "files", "--layout", "auto"),
        ("layouts", "remove", "own-aeries-query"),
    ):
        assert rollbook(*words).code == 0, words
    trial = rollbook("feeds", "mapping", "import", "files", path, "--dry-run")
    assert "every file  layout       auto        own-aeries-query" in trial.out
    assert stored("select count(*) from rollbook.own_layouts") == [(0,)], "a trial keeps none"
    assert rollbook("feeds", "mapping", "import", "files", path).code == 0
    assert stored("select layout from rollbook.feeds where name = 'files'") == [
        ("own-aeries-query",)
    ]
    document = json.loads(path.read_text())
    document["own_layout"]["title"] = "Another"
    path.write_text(json.dumps(document))
    other = rollbook("feeds", "mapping", "import", "files", path)
    assert (other.code, "here is another layout" in other.err) == (2, True), other


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "It isn't JSON"),
        ("[]", "has no “rollbook_mapping”"),
        ('{"rollbook_mapping": 2}', "has no “rollbook_mapping”: 1"),
        ('{"rollbook_mapping": 1, "password": "x"}', "“password” isn't a part of a mapping"),
        ('{"rollbook_mapping": 1, "headers": []}', 'such as {"Days Out": "absences_ytd"}'),
        ('{"rollbook_mapping": 1, "values": {"grade": 1}}', 'such as {"grade": {"Kinder": "K"}}'),
        ('{"rollbook_layout": 1, "name": "own-x"}', "It's a layout"),
        ('{"rollbook_mapping": 1, "values": {"grade": {"a": 1}}}', "isn't text in quotes"),
        ('{"rollbook_mapping": 1, "headers": {"House": "house"}}', "no field house"),
        ('{"rollbook_mapping": 1, "layout": "own-x"}', "“layout” is “own-x”. That isn't one"),
        ('{"rollbook_mapping": 1, "other_columns": "x"}', "“other_columns” is “x”"),
        ('{"rollbook_mapping": 1, "layout": 1}', "“layout” is a text"),
        ('{"rollbook_mapping": 1, "own_layout": []}', "“own_layout” isn't a layout with a name"),
        (
            '{"rollbook_mapping": 1, "own_layout": {"name": "own-x"}}',
            "“own_layout” has the name “own-x”, and “layout” is “auto”",
        ),
        (
            '{"rollbook_mapping": 1, "layout": "own-x", "own_layout":'
            ' {"rollbook_layout": 1, "name": "own-x"}}',
            "“own_layout”: “vendor” is missing",
        ),
    ],
)
def test_a_file_that_is_no_mapping_changes_nothing_and_says_why(
    rollbook: CommandLine, mapped: Path, text: str, why: str
) -> None:
    mapped.write_text(text)
    refused = rollbook("feeds", "mapping", "import", "files", mapped)
    assert (refused.code, why in refused.err) == (2, True), refused
