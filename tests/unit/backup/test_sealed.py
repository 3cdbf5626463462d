"""A sealed stream comes back byte for byte, with the right passphrase, or not at all."""

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollbook.backup import sealed
from rollbook.backup.errors import BackupNewer, NoBackup, WrongPassphrase
from rollbook.backup.sealed import HEADER, TAG, SealedFile, seal
from rollbook.core.errors import FileRefused

SMALL = 16
PASSPHRASE = "five words make a passphrase"
PATH = Path("rollbook.backup")


@pytest.fixture(autouse=True, scope="module")
def _small_and_quick() -> object:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sealed, "CHUNK", SMALL)
        patch.setattr(sealed, "HIGHEST_COST", 6)  # a flipped bit must not ask for a gigabyte
        yield


def written(*blocks: bytes, passphrase: str = PASSPHRASE) -> bytes:
    into = io.BytesIO()
    seal(blocks, into, passphrase=passphrase, cost=1)
    return into.getvalue()


def read(content: bytes, passphrase: str = PASSPHRASE) -> bytes:
    return b"".join(SealedFile(io.BytesIO(content), passphrase, path=PATH).blocks())


def is_refused(content: bytes) -> bool:
    with pytest.raises(FileRefused) as caught:
        read(content)
    return "Nothing was changed." in str(caught.value)


@given(blocks=st.lists(st.binary(max_size=3 * SMALL), max_size=5))
def test_what_is_written_can_be_read_back(blocks: list[bytes]) -> None:
    assert read(written(*blocks)) == b"".join(blocks)


def test_it_can_be_read_as_often_as_wanted() -> None:
    file = SealedFile(io.BytesIO(written(b"x" * 50)), PASSPHRASE, path=PATH)
    assert b"".join(file.blocks()) == b"".join(file.blocks()) == b"x" * 50


@pytest.mark.parametrize("size", [0, SMALL, 3 * SMALL - 1])
def test_any_flipped_bit_is_refused(size: int) -> None:
    content = written(b"s" * size)
    for place in range(len(content)):
        for bit in range(8):
            changed = bytearray(content)
            changed[place] ^= 1 << bit
            assert is_refused(bytes(changed))


@pytest.mark.parametrize("size", [0, SMALL, 3 * SMALL, 3 * SMALL + 1])
def test_any_truncation_and_anything_appended_is_refused(size: int) -> None:
    content = written(b"s" * size)
    assert all(is_refused(content[:length]) for length in range(len(content)))
    assert is_refused(content + b"\0")
    assert is_refused(content + content[HEADER:])


@given(data=st.data())
def test_chunks_that_are_exchanged_missing_or_repeated_are_refused(data: st.DataObject) -> None:
    content = written(bytes(range(5 * SMALL)))
    header, rest = content[:HEADER], content[HEADER:]
    size = SMALL + TAG
    chunks = [rest[at : at + size] for at in range(0, len(rest), size)]
    order = data.draw(st.lists(st.integers(0, len(chunks) - 1), max_size=7))
    if order != list(range(len(chunks))):
        assert is_refused(header + b"".join(chunks[at] for at in order))


def test_chunks_of_another_file_are_refused_even_under_the_same_passphrase() -> None:
    one, other = written(b"a" * 40), written(b"b" * 40)
    assert is_refused(one[:HEADER] + other[HEADER:])


@given(other=st.text(max_size=30).filter(lambda text: text != PASSPHRASE))
def test_another_passphrase_is_called_that(other: str) -> None:
    with pytest.raises(WrongPassphrase):
        read(written(b"content"), other)


def test_a_passphrase_is_the_same_however_its_accents_are_typed() -> None:
    assert (
        read(written(b"x", passphrase="Cafe\u0301 am Küstenweg"), "Café am Ku\u0308stenweg") == b"x"
    )


def test_another_kind_of_file_and_a_later_format_are_called_that() -> None:
    for content in (b"", b"Student ID,SSID\n" * 20, b"ROLLBOOKBACKUP"):
        with pytest.raises(NoBackup):
            read(content)
    later = bytearray(written(b"x"))
    later[len(sealed.MAGIC)] = 2
    with pytest.raises(BackupNewer, match="format 2"):
        read(bytes(later))


def test_nothing_of_the_content_shows() -> None:
    assert b"Lovelace" not in written(b"Lovelace" * 100)
