"""What a folder on a server looks like to who chooses a file in it."""

import pytest

from rollbook.core.sources.folder_view import FolderView, Found, Obstacle, folder_view
from rollbook.core.sources.listing import Entry, Kind


def file(name: str, size: int = 9, at: int = 1_000_000, kind: Kind = Kind.FILE) -> Entry:
    return Entry(name, kind, size, at)


def viewed(*entries: Entry, found: Found | None = None, part: str = "") -> FolderView:
    return folder_view(found or Found(entries), "exports", home="/home", part=part)


@pytest.mark.parametrize(
    ("name", "size", "kind", "obstacle"),
    [
        ("a.csv", 0, Kind.FILE, Obstacle.EMPTY),
        ("a.csv.filepart", 9, Kind.FILE, Obstacle.UPLOADING),
        ("a.csv", 9, Kind.OTHER, Obstacle.OTHER),
        ("a.csv", 9, Kind.LINK, Obstacle.NOWHERE),
        ("a.csv", 9, Kind.UNKNOWN, Obstacle.UNSEEN),
        ("a" * 300, 9, Kind.FILE, Obstacle.NAME),
        ("a.csv", 9, Kind.FILE, ""),
    ],
)
def test_what_cannot_be_imported_cannot_be_chosen(
    name: str, size: int, kind: Kind, obstacle: str
) -> None:
    [shown] = viewed(file(name, size, kind=kind)).files
    assert shown.obstacle == obstacle
    assert bool(shown.pattern) == (not obstacle)


def test_files_that_change_or_could_not_be_looked_at_cannot_be_chosen() -> None:
    entries = [file("a.csv"), file("b.csv")]
    found = Found(entries, unseen=frozenset({"a.csv"}), changing=frozenset({"b.csv"}))
    obstacles = {each.name: each.obstacle for each in viewed(found=found).files}
    assert obstacles == {"a.csv": Obstacle.UNSEEN, "b.csv": Obstacle.UPLOADING}


@pytest.mark.parametrize("size", [0, 9])
def test_a_pattern_takes_no_other_export_that_is_not_complete_yet(size: int) -> None:
    dated = [file(f"students_2026112{day}.csv") for day in (7, 8)]
    files = viewed(*dated, file("students_extra_20261128.csv", size)).files
    patterns = {each.name: each.pattern for each in files}
    assert patterns["students_20261128.csv"] == f"students_{'[0-9]' * 8}.csv"


def test_of_a_part_of_a_folder_it_is_said_that_there_may_be_more() -> None:
    files = file("a_1.csv"), file("a_2.csv", at=2_000_000)
    assert viewed(*files).files[0].matches == "Matches 2 files; the newest is a_2.csv."
    assert "Matches at least 2 files" in viewed(*files, part="Too many.").files[0].matches
