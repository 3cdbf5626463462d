"""Encrypts the bytes of a stored file in chunks, so that neither side holds a whole file.

Every file gets a data key of its own, derived from the store's key and a random salt that the first
chunk begins with. A chunk's nonce is its number and whether it is the last, so that chunks that are
missing, exchanged, repeated or from another file do not decrypt.
"""

import os
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from rollbook.core.errors import RollbookError

CHUNK = 1 << 20
"""So many bytes of the file go into one chunk."""
SALT = 32
MAGIC = b"RBF1"
PURPOSE = b"rollbook stored file"


class StoredFileDamaged(RollbookError):
    """The stored file {file_id} can't be decrypted: it was damaged or encrypted with another key.

    Imported data isn't affected.

    Restore the key of this installation, or fetch the file again."""

    reason = "stored_file_damaged"


def encrypt_chunks(file: BinaryIO, key: bytes, *, file_id: str) -> Iterator[bytes]:
    """The rest of `file` as encrypted chunks, to be stored in this order. `key`: 32 bytes."""
    salt = os.urandom(SALT)
    cipher = _cipher(key, salt)
    start = MAGIC + salt
    number = 0
    block = _read_full(file)
    while True:
        following = _read_full(file) if len(block) == CHUNK else b""
        is_last = not following
        yield start + cipher.encrypt(_nonce(number, is_last), block, _bound_to(file_id))
        if is_last:
            return
        start, block, number = b"", following, number + 1


def decrypt_chunks(chunks: Iterable[bytes], key: bytes, *, file_id: str) -> Iterator[bytes]:
    """The bytes of the file again, chunk by chunk. Raises StoredFileDamaged.

    Every yielded block is genuine, but only the end of the iteration says that the file is whole.
    """
    try:
        yield from _decrypted(iter(chunks), key, file_id)
    except InvalidTag as error:
        raise StoredFileDamaged(file_id=file_id) from error


def _decrypted(chunks: Iterator[bytes], key: bytes, file_id: str) -> Iterator[bytes]:
    first = next(chunks, b"")
    header, chunk = first[: len(MAGIC) + SALT], first[len(MAGIC) + SALT :]
    if len(header) < len(MAGIC) + SALT or not header.startswith(MAGIC):
        raise StoredFileDamaged(file_id=file_id)
    cipher = _cipher(key, header[len(MAGIC) :])
    number = 0
    while True:
        following = next(chunks, None)
        nonce = _nonce(number, following is None)
        yield cipher.decrypt(nonce, chunk, _bound_to(file_id))
        if following is None:
            return
        chunk, number = following, number + 1


def _cipher(key: bytes, salt: bytes) -> AESGCM:
    return AESGCM(HKDF(algorithm=SHA256(), length=32, salt=salt, info=PURPOSE).derive(key))


def _nonce(number: int, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([is_last])


def _bound_to(file_id: str) -> bytes:
    return file_id.encode("utf-8")


def _read_full(file: BinaryIO) -> bytes:
    """A whole chunk, even from a file that hands out less at a time; shorter only at the end."""
    parts = []
    missing = CHUNK
    while missing and (part := file.read(missing)):
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)
