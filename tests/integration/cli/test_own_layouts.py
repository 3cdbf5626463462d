"""A layout of the district's own goes out, is changed, comes in, and is used as a built-in one."""

import json
from pathlib import Path
from typing import Any

import pytest

from rollbook.core.catalogue.students import student_catalogue
from rollbook.core.catalogue.terms import INITIAL_TERMS
from rollbook.demo.district import students
from rollbook.demo.vendors import vendor_files
from tests.integration.cli.commands import CommandLine, Stored
from tests.integration.cli.test_vendors_files import wide, write

WINDOW = "Norming Window"
NAME = "own-iready-diagnostic-results"


@pytest.fixture
def own(rollbook: CommandLine, tmp_path: Path) -> Path:
    """An i-Ready layout for a district that renames its columns."""
    path = tmp_path / "own.json"
    assert rollbook("layouts", "export", "iready-diagnostic-results", path).code == 0
    document: Any = json.loads(path.read_text())
    for column in document["columns"]:
        if column["holds"] == "testing window":
            column["headers"] = ["runde"]
    path.write_text(json.dumps(document | {"window_words": {"eins": "fall", "zwei": "winter"}}))
    return path


def test_a_district_imports_by_a_layout_of_its_own(
    rollbook: CommandLine, stored: Stored, tmp_path: Path, own: Path
) -> None:
    catalogue = student_catalogue(INITIAL_TERMS)
    district = list(students(catalogue, count=40, seed=7))
    rollbook.json("import", wide(tmp_path / "roster.csv", catalogue, district, tests=False))
    trial = rollbook("layouts", "import", own, "--dry-run")
    assert (trial.code, "added. Preview only; nothing was changed." in trial.out) == (0, True), (
        trial
    )
    assert NAME not in rollbook("layouts", "list").out
    assert rollbook("layouts", "import", own).code == 0
    assert rollbook("feeds", "set", "files", "--layout", NAME).code == 0
    assert "your own" in rollbook("layouts", "list").out
    assert "(testing window): runde" in rollbook("layouts", "show", NAME).out

    file = next(each for each in vendor_files(catalogue, district) if WINDOW in each.rows[0])
    header, *rows = file.rows
    at = header.index(WINDOW)
    words = {"Fall": "Eins", "Winter": "Zwei"}
    changed = [[*row[:at], words.get(row[at], row[at]), *row[at + 1 :]] for row in rows]
    path = write(tmp_path / file.name, [[*header[:at], "Runde", *header[at + 1 :]], *changed])
    report = rollbook.json("import", path)
    assert report["file"]["layout"] == {"name": NAME, "vendor": "iready", "is_certain": True}
    [(scores,)] = stored(
        "select count(fall_2025_iready_reading_score) from public.student_data_snapshots"
    )
    assert scores > 0
    assert rollbook.json("import", path, code=6)["reason"] == "file_unchanged"
    [(rules,)] = stored("select output_data->'rules' from jobs order by id desc limit 1")
    assert rules["own_layouts"] == [], "a job does not keep the whole of each layout"


def test_a_layout_in_use_stays_and_a_changed_one_names_its_feeds(
    rollbook: CommandLine, stored: Stored, own: Path
) -> None:
    assert rollbook("layouts", "import", own).code == 0
    assert rollbook("layouts", "import", own).out == f"Layout {NAME}: unchanged.\n"
    assert rollbook("feeds", "set", "files", "--layout", NAME).code == 0
    own.write_text(own.read_text().replace('"runde"', '"round"'))
    changed = rollbook("layouts", "import", own).out
    assert "changed. It changes how files of files are read." in changed
    kept = rollbook("layouts", "remove", NAME)
    assert (kept.code, "in use by files" in kept.err) == (2, True), kept
    assert rollbook("feeds", "set", "files", "--layout", "auto").code == 0
    assert rollbook("layouts", "remove", NAME).code == 0
    assert rollbook("layouts", "remove", NAME).code == 2
    assert rollbook("layouts", "remove", "aeries-query").code == 2
    assert rollbook("feeds", "set", "files", "--layout", NAME).code == 2
    assert stored(
        "select action from rollbook.audit_events where subject like 'own-%' order by id"
    ) == [("layout.added",), ("layout.changed",), ("layout.removed",)]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "It isn't JSON"),
        ("[" * 50_000, "nested more than 8 deep"),
        ('{"rollbook_layout": 1, "name": "own-a"}', "“vendor” is missing"),
    ],
)
def test_a_file_that_is_no_layout_changes_nothing_and_says_why(
    rollbook: CommandLine, stored: Stored, tmp_path: Path, text: str, why: str
) -> None:
    path = tmp_path / "layout.json"
    path.write_text(text)
    refused = rollbook("layouts", "import", path)
    assert (refused.code, why in refused.err) == (2, True), refused
    assert "Nothing was changed" in refused.err
    assert stored("select count(*) from rollbook.own_layouts") == [(0,)]
