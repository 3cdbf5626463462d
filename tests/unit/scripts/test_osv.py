"""Which versions an advisory affects, by the rules of the OSV schema."""

import subprocess
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from scripts.osv import (
    Affected,
    ExportUnreadable,
    Range,
    fixes_after,
    is_affected,
    read_export,
)

SPANS = st.lists(
    st.tuples(st.integers(0, 20), st.integers(1, 4), st.sampled_from(["fixed", "last_affected"])),
    max_size=4,
)
NAME = canonicalize_name("package")


def affected(*events: tuple[str, str], versions: tuple[str, ...] = ()) -> Affected:
    return Affected(NAME, frozenset(versions), (Range(events),))


@given(SPANS, st.integers(0, 30), st.randoms())
def test_a_range_holds_what_its_spans_hold_in_whatever_order_they_are_written(
    steps: list[tuple[int, int, str]], version: int, random: Random
) -> None:
    spans, begin = [], 0
    for gap, length, kind in steps:
        begin += gap + 1
        spans.append((begin, begin + length, kind))
        begin += length
    events = [
        event
        for first, last, kind in spans
        for event in (("introduced", f"1.{first}"), (kind, f"1.{last}"))
    ]
    random.shuffle(events)
    expected = any(
        first <= version and (version < last if kind == "fixed" else version <= last)
        for first, last, kind in spans
    )
    assert is_affected(Version(f"1.{version}"), affected(*events)) == expected


@pytest.mark.parametrize(
    ("version", "events", "expected"),
    [
        ("0.0.dev1", [("introduced", "0")], True),
        ("2.0", [("introduced", "0"), ("fixed", "2.0")], False),
        ("2.0rc1", [("introduced", "0"), ("fixed", "2.0")], True),
        ("2.0.post1", [("introduced", "0"), ("last_affected", "2.0")], False),
        ("2.0", [("introduced", "0"), ("last_affected", "2.0")], True),
        ("2.0", [("introduced", "2.0"), ("last_affected", "2.0")], True),
        ("2.1", [("introduced", "2.0"), ("last_affected", "2.0")], False),
        ("2.0", [("introduced", "0"), ("fixed", "2.0"), ("introduced", "2.0")], True),
        ("10.0", [("introduced", "9.0"), ("fixed", "11.0")], True),
        ("2.0.0", [("introduced", "0"), ("fixed", "2")], False),
        ("1!1.0", [("introduced", "0"), ("fixed", "2.0")], False),
        ("2.0+local", [("introduced", "0"), ("last_affected", "2.0")], False),
        ("2.0", [("introduced", "0"), ("limit", "2.0")], False),
        ("1.9", [("introduced", "0"), ("limit", "2.0")], True),
        ("2.0", [("introduced", "0"), ("limit", "*")], True),
        ("2.0", [("fixed", "3.0")], False),
        ("2.0", [], False),
    ],
)
def test_the_edges_of_a_range(version: str, events: list[tuple[str, str]], expected: bool) -> None:
    assert is_affected(Version(version), affected(*events)) is expected


def test_a_listed_version_is_affected_however_it_is_written() -> None:
    listed = affected(versions=("1.0-1", "of old", "2.0"))
    assert is_affected(Version("1.0.post1"), listed)
    assert is_affected(Version("2.0.0"), listed)
    assert not is_affected(Version("2.0.1"), listed)


def test_a_range_that_cannot_be_read_is_no_answer() -> None:
    with pytest.raises(InvalidVersion):
        is_affected(Version("1.0"), affected(("introduced", "0"), ("fixed", "of old")))


def test_later_fixes_are_reported_in_ascending_order() -> None:
    events = [("fixed", "10.0"), ("fixed", "9.5"), ("fixed", "1.1"), ("fixed", "of old")]
    assert fixes_after(Version("2.0"), affected(*events)) == [Version("9.5"), Version("10.0")]


def test_an_export_that_is_not_there_is_named(tmp_path: Path) -> None:
    path = tmp_path / "all.zip"
    with pytest.raises(ExportUnreadable, match=f"There is no file {path}."):
        list(read_export(path))


def test_without_an_export_make_says_how_one_is_named() -> None:
    root = Path(__file__).parents[3]
    # As if everything were installed: only the recipe is of interest.
    asked = ["make", "-s", "-o", "install", "advisories", "OSV="]
    done = subprocess.run(asked, cwd=root, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert "Say which export to read: make advisories OSV=all.zip" in done.stderr
    assert "zip file" not in done.stderr
