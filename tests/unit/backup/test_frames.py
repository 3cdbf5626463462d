"""The content of a backup: a manifest and rows, compressed, and compared with their counts."""

from collections.abc import Iterable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollbook.backup import frames
from rollbook.backup.frames import Malformed, packed, unpacked
from rollbook.backup.manifest import Manifest, Table

KEY = bytes(range(32))


@pytest.fixture(autouse=True, scope="module")
def _small_frames() -> object:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(frames, "LARGEST", 32)
        patch.setattr(frames, "INFLATED", 16)
        yield


def manifest(tables: dict[str, list[bytes]], **changed: object) -> Manifest:
    made = Manifest(
        made_at="2026-11-23T02:00:00+00:00",
        version="0.1.0",
        postgresql=180004,
        size=8192,
        migrations=[("records", "0001_specified_tables"), ("access", "0001_people")],
        tables=[
            Table(name, ["id", "name"], len(rows), {"id": (len(rows), True)})
            for name, rows in tables.items()
        ],
        left_out=["public.students.photo"],
        secrets="local",
        key=KEY,
        key_proof="ab",
    )
    return replace(made, **changed)  # type: ignore[arg-type]


def content(tables: dict[str, list[bytes]], told: Manifest) -> list[bytes]:
    return list(packed(told, lambda table: tables[table.name]))


def read(blocks: Iterable[bytes]) -> tuple[Manifest, dict[str, bytes]]:
    found = unpacked(blocks)
    told = next(found)
    assert isinstance(told, Manifest)
    rows: dict[str, bytes] = {table.name: b"" for table in told.tables}
    for name, data in found:  # type: ignore[misc]
        rows[name] += data
    return told, rows


rows_of_tables = st.dictionaries(
    st.sampled_from(["public.students", "public.jobs", "rollbook.feeds"]),
    st.lists(st.binary(max_size=80).map(lambda row: row.replace(b"\n", b"\\n") + b"\n")),
)


@given(
    tables=rows_of_tables,
    key=st.none() | st.binary(min_size=32, max_size=32),
    cut=st.integers(1, 40),
)
def test_what_is_packed_can_be_unpacked_however_it_is_cut(
    tables: dict[str, list[bytes]], key: bytes | None, cut: int
) -> None:
    told = manifest(tables, key=key)
    stream = b"".join(content(tables, told))
    pieces = [stream[at : at + cut] for at in range(0, len(stream), cut)]
    expected = {name: b"".join(rows) for name, rows in tables.items()}
    assert read(pieces) == (told, expected)


@pytest.mark.parametrize("rows", [[], [b"1\tAda\n"], [b"1\tAda\n"] * 3])
def test_another_number_of_rows_than_the_manifest_has_is_refused(rows: list[bytes]) -> None:
    told = manifest({"public.students": [b"1\tAda\n"] * 2})
    with pytest.raises(Malformed):
        read(content({"public.students": rows}, told))


def test_a_stream_that_ends_early_or_goes_on_behind_its_end_is_refused() -> None:
    tables = {"public.students": [b"1\tAda\n"]}
    stream = b"".join(content(tables, manifest(tables)))
    for wrong in (b"", stream[:-1], stream[: len(stream) // 2], stream + b"x", b"no zlib"):
        with pytest.raises(Malformed):
            read([wrong])


def test_the_key_shows_in_no_text_about_the_manifest() -> None:
    told = manifest({}, key=b"a secret key of thirty-two bytes")
    assert "secret key" not in repr(told)
