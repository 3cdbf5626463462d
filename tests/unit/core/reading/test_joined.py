"""Several files of one export read as one table."""

import io
import zipfile
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rollbook.core import cells
from rollbook.core.errors import FileRefused
from rollbook.core.feed_settings import FeedRules
from rollbook.core.file_set import MOST_FILES, TooManyFiles, place_of, write_index
from rollbook.core.reading.errors import (
    FilesDisagree,
    NothingInside,
    SeveralAmongFiles,
    SeveralFiles,
)
from rollbook.core.reading.joined import HEADER_ALONE
from rollbook.core.reading.open import open_table
from rollbook.core.table import Table
from tests.spec.judging import CATALOGUE

HEADER = "Student ID,SSID,School"
ALL = FeedRules(files="all")


def row(number: int) -> str:
    return f"{number:05},9{number:06},Gig Harbor"


def opened(data: bytes, rules: FeedRules = ALL) -> Table:
    scratch = io.BytesIO()
    return open_table(
        io.BytesIO(data),
        name="a.csv and more",
        size=len(data),
        catalogue=CATALOGUE,
        rules=rules,
        scratch=lambda: scratch,
    )


def as_set(*files: str | bytes) -> bytes:
    parts = [each.encode() if isinstance(each, str) else each for each in files]
    into = io.BytesIO()
    write_index(into, [(f"g{number}.csv", len(data)) for number, data in enumerate(parts, 1)])
    return into.getvalue() + b"".join(parts)


def zipped(*files: str, names: Sequence[str] = ()) -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, text in enumerate(files, 1):
            archive.writestr(names[number - 1] if names else f"g{number}.csv", text)
    return into.getvalue()


def text(*rows: str, header: str = HEADER, end: str = "\n") -> str:
    return "\n".join([header, *rows]) + end


def places(table: Table) -> list[tuple[int, int, str]]:
    return [
        (place.file, place.row, record[0])
        for chunk in table.chunks()
        for place, record in zip(map(place_of, chunk.rows), chunk.records, strict=True)
    ]


@pytest.mark.parametrize("packed", [as_set, zipped])
def test_rows_keep_the_number_that_their_own_file_gives_them(packed: object) -> None:
    data = packed(text(row(1), row(2)), text(row(3)))  # type: ignore[operator]
    assert places(opened(data)) == [(1, 2, "00001"), (1, 3, "00002"), (2, 2, "00003")]


def test_columns_may_be_in_another_order() -> None:
    other = text("Purdy,00003,9000003", header="School,student_id,SSID")
    table = opened(as_set(text(row(1)), other))
    records = [record for chunk in table.chunks() for record in chunk.records]
    assert records == [["00001", "9000001", "Gig Harbor"], ["00003", "9000003", "Purdy"]]


@pytest.mark.parametrize("header", ["Student ID,SSID", f"{HEADER},Grade", "Student ID,SSID,Grade"])
def test_a_file_with_other_columns_refuses_all(header: str) -> None:
    cells = ",".join(["00003", "9000003", "x", "y"][: header.count(",") + 1])
    with pytest.raises(FilesDisagree) as caught:
        opened(as_set(text(row(1)), text(row(2)), text(cells, header=header)))
    assert "File 3" in str(caught.value)
    assert "Grade" not in str(caught.value)
    assert "School" in caught.value.private or "Grade" in caught.value.private


def test_of_a_file_that_is_no_table_administrators_learn_which() -> None:
    with pytest.raises(FileRefused) as caught:
        opened(as_set(text(row(1)), b"%PDF-1.7 ..."))
    assert caught.value.private.startswith("This is about file 2, g2.csv.")


def test_an_archive_of_several_tables_is_one_export_only_where_the_feed_says_so() -> None:
    data = zipped(text(row(1)), text(row(2)))
    assert len(places(opened(data))) == 2
    with pytest.raises(SeveralFiles):
        opened(data, FeedRules())


def test_what_is_no_table_in_an_archive_is_passed_over_and_told() -> None:
    data = zipped("Read me first.\n", text(row(1)), text(row(2)))
    table = opened(data)
    assert [name for _, _, name in places(table)] == ["00001", "00002"]
    assert any("skipped" in note for note in table.facts.notes)


def test_an_empty_file_of_an_archive_refuses_all() -> None:
    with pytest.raises(FileRefused):
        opened(zipped(text(row(1)), "", text(row(2))))


def test_an_archive_of_too_many_files_is_refused() -> None:
    with pytest.raises(TooManyFiles):
        opened(zipped(*["x"] * (MOST_FILES + 1)))


def test_archives_may_be_parts_but_hold_one_table_each() -> None:
    one = zipped(text(row(1)))
    assert len(places(opened(as_set(one, zipped(text(row(2))), text(row(3)))))) == 3
    with pytest.raises(SeveralAmongFiles) as refused:
        opened(as_set(one, zipped(text(row(2)), text(row(3)))))
    assert "an archive of 2 files" in str(refused.value)
    assert refused.value.private == "This is about file 2, g2.csv."


def test_an_archive_without_students_is_said_to_have_none_whether_all_files_are_read_or_one() -> (
    None
):
    for data, told in ((zipped("Read me", "And me"), "and none"), (zipped(), "is empty")):
        for rules in (ALL, FeedRules()):
            with pytest.raises(NothingInside, match=told):
                opened(data, rules)


def test_a_file_that_is_a_header_alone_is_told() -> None:
    table = opened(as_set(text(row(1)), text(), text(row(2)), text()))
    assert len(places(table)) == 2
    told = [note for note in table.notes if HEADER_ALONE in note]
    assert told == [f"File 2: {HEADER_ALONE}", f"File 4: {HEADER_ALONE}"]


def test_a_damaged_row_of_another_order_names_its_student_in_some_cell() -> None:
    other = text("Purdy,00003,9000003", "Purdy,00004,9000004,,x", header="School,Student ID,SSID")
    table = opened(as_set(text(row(1)), other))
    damaged = [each for chunk in table.chunks() for each in chunk.damaged]
    assert [place_of(each.row) for each in damaged] == [place_of(20_000_003)]
    assert len(damaged[0].cells) > len(table.header)
    assert "00004" in damaged[0].cells


@pytest.mark.parametrize(
    ("written", "placed"),
    [
        ("Purdy,00004,9000004,x", ["00004", "9000004", "Purdy", "x"]),
        ("Purdy,00004", ["00004", cells.LACKING, "Purdy"]),
        ("Purdy", [cells.LACKING, cells.LACKING, "Purdy"]),
    ],
)
def test_a_damaged_row_of_another_order_is_below_the_first_header(
    written: str, placed: list[str]
) -> None:
    other = text("Purdy,00003,9000003", written, row(5), header="School,Student ID,SSID")
    table = opened(as_set(text(row(1)), other))
    found = [each.placed for chunk in table.chunks() for each in chunk.damaged if each.placed]
    assert found == [placed]


def test_each_file_that_may_be_cut_is_known() -> None:
    table = opened(as_set(text(row(1), end=""), text(row(2)), text(row(3), end="")))
    list(table.chunks())
    end = table.open_end
    assert end is not None
    assert [(place_of(each.row), each.column) for each in (*end.others, end)] == [
        (place_of(10_000_002), 2),
        (place_of(30_000_002), 2),
    ]


def test_names_of_an_archive_are_safe_to_print() -> None:
    data = zipped(text(row(1)), text(row(2)), names=["a\x1b[2J.csv", "Ada Lovelace\u202e.csv"])
    assert opened(data).facts.files == ("Ada Lovelace[U+202E].csv", "a[U+001B][2J.csv")


@settings(max_examples=40)
@given(
    st.integers(1, 30),
    st.lists(st.integers(0, 30), max_size=6),
    st.lists(st.permutations([0, 1, 2]), min_size=7, max_size=7),
)
def test_the_parts_of_a_file_are_the_file(
    students: int, cuts: list[int], orders: list[list[int]]
) -> None:
    rows = [row(number) for number in range(1, students + 1)]
    bounds = [0, *sorted(min(cut, students) for cut in cuts), students]
    parts = []
    for (start, stop), order in zip(pairwise(bounds), orders, strict=False):
        moved = [",".join(line.split(",")[at] for at in order) for line in rows[start:stop]]
        header = ",".join(HEADER.split(",")[at] for at in order)
        parts.append(text(*moved, header=header))
    joined = opened(as_set(*parts))
    alone = opened(text(*rows).encode())
    by_name = [joined.header.index(name) for name in HEADER.split(",")]
    found = [[each[at] for at in by_name] for chunk in joined.chunks() for each in chunk.records]
    assert found == [record for chunk in alone.chunks() for record in chunk.records]
    assert joined.bytes_read == sum(len(part) for part in parts)
    assert joined.records_read == alone.records_read + len(parts) - 1


def test_each_row_knows_the_headers_that_its_own_file_writes_otherwise() -> None:
    table = opened(
        as_set(
            f"{HEADER}\n{row(1)}\n",
            "SSID,student_id,School\n9000002,00002,Gig Harbor\n",
        )
    )
    first, second = (origin for chunk in table.chunks() for origin in chunk.origins)
    assert (first, second) == ({0: "Student ID"}, {0: "student_id"})
    alike = opened(as_set(f"{HEADER}\n{row(1)}\n", f"{HEADER}\n{row(2)}\n"))
    assert not any(chunk.origins for chunk in alike.chunks())
