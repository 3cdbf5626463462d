"""An encrypted file comes back byte for byte, or not at all."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollbook.core.errors import RollbookError
from rollbook.core.sources import filestore
from rollbook.core.sources.filestore import decrypt_chunks, encrypt_chunks

KEY = bytes(range(32))
SMALL = 16


@pytest.fixture(autouse=True, scope="module")
def _small_chunks() -> object:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(filestore, "CHUNK", SMALL)
        yield


def encrypted(content: bytes, file_id: str = "file-1") -> list[bytes]:
    return list(encrypt_chunks(io.BytesIO(content), KEY, file_id=file_id))


def decrypted(chunks: list[bytes], file_id: str = "file-1", key: bytes = KEY) -> bytes:
    return b"".join(decrypt_chunks(chunks, key, file_id=file_id))


def is_refused(chunks: list[bytes], file_id: str = "file-1", key: bytes = KEY) -> bool:
    with pytest.raises(RollbookError) as caught:
        decrypted(chunks, file_id, key)
    return caught.value.reason == "stored_file_damaged"


@given(content=st.binary(max_size=5 * SMALL))
def test_a_file_comes_back_byte_for_byte(content: bytes) -> None:
    assert decrypted(encrypted(content)) == content


@pytest.mark.parametrize("size", [0, 1, SMALL - 1, SMALL, SMALL + 1, 3 * SMALL])
def test_no_chunk_more_than_needed_is_made(size: int) -> None:
    assert len(encrypted(b"x" * size)) == max(1, -(-size // SMALL))


@given(content=st.binary(min_size=1, max_size=4 * SMALL), data=st.data())
def test_any_flipped_bit_is_refused(content: bytes, data: st.DataObject) -> None:
    chunks = encrypted(content)
    which = data.draw(st.integers(0, len(chunks) - 1))
    damaged = bytearray(chunks[which])
    damaged[data.draw(st.integers(0, len(damaged) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    chunks[which] = bytes(damaged)
    assert is_refused(chunks)


@given(kept=st.integers(0, 3))
def test_a_file_whose_end_is_missing_is_refused(kept: int) -> None:
    assert is_refused(encrypted(b"x" * 4 * SMALL)[:kept])


@given(order=st.permutations(range(4)))
def test_chunks_in_another_order_are_refused(order: list[int]) -> None:
    chunks = encrypted(b"x" * 4 * SMALL)
    if order != sorted(order):
        assert is_refused([chunks[number] for number in order])


def test_a_repeated_chunk_is_refused() -> None:
    first, second = encrypted(b"x" * 2 * SMALL)
    assert is_refused([first, first, second])
    assert is_refused([first, second, second])


def test_a_chunk_cut_short_is_refused() -> None:
    first, second = encrypted(b"x" * 2 * SMALL)
    assert is_refused([first, second[:-1]])


def test_chunks_of_another_file_or_with_another_key_are_refused() -> None:
    chunks = encrypted(b"content")
    assert is_refused(chunks, file_id="file-2")
    assert is_refused(chunks, key=bytes(32))


def test_a_file_read_in_small_pieces_is_chunked_the_same() -> None:
    class Trickle(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            return super().read(min(3, size or 0))

    chunks = list(encrypt_chunks(Trickle(b"y" * 40), KEY, file_id="f"))
    assert len(chunks) == 3
    assert decrypted(chunks, "f") == b"y" * 40
