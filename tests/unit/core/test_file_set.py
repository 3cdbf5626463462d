"""Several files as one: their bytes and the numbers of their rows."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollbook.core.file_set import (
    MOST_FILES,
    ROWS_OF_A_FILE,
    FilesDamaged,
    Place,
    TooManyFiles,
    Window,
    digest_of,
    digests,
    number_of,
    parts_of,
    place_in,
    place_object,
    place_of,
    set_name,
    write_index,
)


def a_set(*files: tuple[str, bytes]) -> io.BytesIO:
    into = io.BytesIO()
    write_index(into, [(name, len(data)) for name, data in files])
    for _, data in files:
        into.write(data)
    return into


def size_of(file: io.BytesIO) -> int:
    return len(file.getvalue())


@given(st.lists(st.tuples(st.text(max_size=20), st.binary(max_size=50)), min_size=1, max_size=5))
def test_each_file_of_a_set_is_read_as_it_was(files: list[tuple[str, bytes]]) -> None:
    files = [(name.encode("utf-8", "replace").decode(), data) for name, data in files]
    whole = a_set(*files)
    parts = parts_of(whole, size_of(whole))
    assert [Window(whole, part.start, part.size).read() for part in parts] == [
        data for _, data in files
    ]


def test_a_file_that_is_no_set_has_no_parts() -> None:
    assert parts_of(io.BytesIO(b"Student ID,School\n"), 18) == ()


@pytest.mark.parametrize("cut", [1, 30, 40])
def test_a_set_that_was_cut_is_refused(cut: int) -> None:
    data = a_set(("a.csv", b"x" * 20), ("b.csv", b"y" * 20)).getvalue()[:-cut]
    with pytest.raises(FilesDamaged):
        parts_of(io.BytesIO(data), len(data))


@pytest.mark.parametrize(
    "index",
    [b"[]", b"{}", b"[[1,2]]", b'[["a",-1]]', b'[["a",true]]', b"[" * 9000, b'[["a"]]', b"\xff"],
)
def test_an_index_that_someone_made_up_is_refused(index: bytes) -> None:
    data = a_set(("a", b"")).getvalue()
    head = data[: data.index(b"\x1a\n") + 2]
    made_up = head + len(index).to_bytes(4, "big") + index
    with pytest.raises(FilesDamaged):
        parts_of(io.BytesIO(made_up), len(made_up))


def test_names_of_a_set_cannot_steer_a_terminal() -> None:
    whole = a_set(("a\x1b[2J\u202e.csv", b"x"), ("b" * 10_000, b"y"))
    first, second = parts_of(whole, size_of(whole))
    assert first.name == "a[U+001B][2J[U+202E].csv"
    assert len(second.name) < 1_000


def test_too_many_files_are_refused() -> None:
    with pytest.raises(TooManyFiles):
        write_index(io.BytesIO(), [("a", 1)] * (MOST_FILES + 1))


def test_the_digest_of_a_set_depends_on_its_bytes_alone() -> None:
    one, other = a_set(("a", b"1"), ("b", b"2")), a_set(("c", b"2"), ("d", b"1"))
    different, joined = a_set(("a", b"1"), ("b", b"3")), a_set(("a", b"12"))
    found = [
        digest_of(digests(each, parts_of(each, size_of(each))))
        for each in (one, other, different, joined)
    ]
    assert found[0] == found[1]
    assert len(set(found)) == 3


@given(st.integers(0, MOST_FILES), st.integers(1, ROWS_OF_A_FILE - 1))
def test_a_row_of_a_file_has_one_number_of_four_bytes(file: int, row: int) -> None:
    number = number_of(Place(file, row))
    assert place_of(number) == Place(file, row)
    assert number < 1 << 31


def test_a_row_is_told_as_its_own_file_numbers_it() -> None:
    file = {"name": "g1.csv and 1 more", "files": [{"name": "g1.csv"}, {"name": "g2.csv"}]}
    number = number_of(Place(2, 1017))
    assert place_in(number, file) == "1017 of g2.csv"
    assert place_object(number, file) == {"row": 1017, "file": "g2.csv"}
    assert place_of(number).words == "1,017 of file 2"
    assert place_in(17, {"name": "all.csv"}) == "17"
    assert place_object(17, {"name": "all.csv"}) == {"row": 17}
    assert place_object(None, file) == {"row": None}


def test_a_set_is_called_after_its_first_file() -> None:
    assert set_name(["a.csv"]) == "a.csv"
    assert set_name(["a.csv", "b.csv", "c.csv"]) == "a.csv and 2 more"


def test_a_window_that_grows_ends_where_the_next_one_begins() -> None:
    file = io.BytesIO(b"before")
    first = Window(file, 6)
    first.write(b"one")
    first.end_at_once()
    second = Window(file, 9)
    second.write(b"second")
    first.seek(0)
    second.seek(-3, io.SEEK_END)
    assert (first.read(), second.read(), first.writable()) == (b"one", b"ond", False)
