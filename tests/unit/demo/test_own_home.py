"""The demo's home: its own, empty, and nobody else's to empty."""

from pathlib import Path

from rollbook import embedded
from rollbook.demo.own_home import own_home
from rollbook.home import is_demo


def test_two_demos_at_once_have_a_home_each(tmp_path: Path) -> None:
    with own_home(tmp_path) as first:
        (first / "kept").touch()
        with own_home(tmp_path) as second:
            assert second != first
        assert (first / "kept").exists()


def test_the_next_demo_begins_with_an_empty_home(tmp_path: Path) -> None:
    with own_home(tmp_path) as first:
        (first / "old").touch()
    with own_home(tmp_path) as second:
        assert second == first
        assert not (second / "old").exists()


def test_a_home_whose_pages_are_looked_at_is_left_alone(tmp_path: Path) -> None:
    with own_home(tmp_path) as first:
        pass
    with embedded.running(first), own_home(tmp_path) as second:
        assert second != first
        assert embedded.is_made(first)


def test_a_folder_that_no_demo_made_is_left_alone(tmp_path: Path) -> None:
    district = tmp_path / "demo"
    district.mkdir()
    (district / "key").touch()
    (tmp_path / "demo-2").symlink_to(district)
    with own_home(tmp_path) as folder:
        assert folder.name == "demo-3"
    assert (district / "key").exists()


def test_a_home_says_whether_it_is_a_demos(tmp_path: Path) -> None:
    with own_home(tmp_path) as folder:
        assert is_demo({"ROLLBOOK_HOME": str(folder)})
    assert not is_demo({"ROLLBOOK_HOME": str(tmp_path)})
    assert folder.stat().st_mode & 0o777 == 0o700
