"""A local file arrives whole, or the reason is clear."""

import hashlib
import io
from pathlib import Path

import pytest

from rollbook.core.errors import SourceError
from rollbook.core.events import Event, Phase, PhaseStarted, ignore
from rollbook.core.sources.local import LocalSource


def refusal(path: Path) -> SourceError:
    with pytest.raises(SourceError) as caught:
        LocalSource(path).fetch(io.BytesIO(), listener=ignore)
    return caught.value


def test_a_file_arrives_whole_with_its_hash_and_the_target_rewound(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"Student ID\n")
    into, events = io.BytesIO(), list[Event]()
    fetched = LocalSource(tmp_path / "a.csv").fetch(into, listener=events.append)
    assert into.read() == b"Student ID\n"
    assert (fetched.name, fetched.size) == ("a.csv", 11)
    assert fetched.sha256 == hashlib.sha256(b"Student ID\n").hexdigest()
    assert [event.phase for event in events if isinstance(event, PhaseStarted)] == [
        Phase.CONNECTING,
        Phase.DOWNLOADING,
    ]


def test_a_missing_file_is_reported_with_what_lies_beside_it(tmp_path: Path) -> None:
    (tmp_path / "student_data.csv").write_bytes(b"x")
    error = refusal(tmp_path / "student_dat.csv")
    assert (error.reason, error.exit_code) == ("file_not_found", 4)
    assert "student_data.csv" in error.private
    assert "student_dat" not in str(error)


def test_a_folder_is_reported(tmp_path: Path) -> None:
    assert refusal(tmp_path).reason == "is_a_folder"


def test_an_empty_file_is_reported(tmp_path: Path) -> None:
    (tmp_path / "a.csv").touch()
    assert refusal(tmp_path / "a.csv").reason == "file_empty"


def test_something_else_than_a_file_is_reported() -> None:
    assert refusal(Path("/dev/null")).reason == "not_a_file"


def test_a_full_disk_is_reported(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"x" * 100)
    with Path("/dev/full").open("r+b", buffering=0) as full, pytest.raises(SourceError) as caught:
        LocalSource(tmp_path / "a.csv").fetch(full, listener=ignore)
    assert caught.value.reason == "disk_full"
