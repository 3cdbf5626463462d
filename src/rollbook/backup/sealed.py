"""Encrypts a stream with a passphrase, in chunks, so that neither side ever holds the whole.

A header says how the key is made of the passphrase. Every chunk's nonce is its number and whether
it is the last, and every chunk is bound to the header: chunks that are changed, missing, repeated,
exchanged or from another file do not decrypt, and a file that ends early has no last one.
"""

import hmac
import os
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from rollbook.backup.errors import BackupDamaged, BackupNewer, NoBackup, WrongPassphrase

MAGIC: Final = b"ROLLBOOKBACKUP"
FORMAT: Final = 1
COST: Final = 17
"""Scrypt with N = 2**17 and r = 8 takes 128 MB and half a second, for an attacker's guess too."""
HIGHEST_COST: Final = 20
"""A header that asks for more than 1 GB of memory is none of ours."""
SALT: Final = 32
PROOF: Final = 32
"""Bytes that only the right passphrase gives: they tell a wrong one from a damaged file."""
CHUNK: Final = 1 << 20
TAG: Final = 16
HEADER: Final = len(MAGIC) + 2 + SALT + PROOF


def seal(blocks: Iterable[bytes], into: BinaryIO, *, passphrase: str, cost: int = COST) -> None:
    """Write `blocks`, encrypted, into `into`."""
    start = MAGIC + bytes([FORMAT, cost]) + os.urandom(SALT)
    cipher, proof = _keys(start, passphrase)
    header = start + proof
    into.write(header)
    for number, (chunk, is_last) in enumerate(_chunks(blocks)):
        into.write(cipher.encrypt(_nonce(number, is_last), chunk, header))


class SealedFile:
    """An encrypted file whose passphrase was right; read from its beginning as often as wanted."""

    def __init__(self, file: BinaryIO, passphrase: str, *, path: Path) -> None:
        """Raises NoBackup, BackupNewer, WrongPassphrase."""
        self._file = file
        self._path = path
        self._header = file.read(HEADER)
        start, proof = self._header[:-PROOF], self._header[-PROOF:]
        if not self._header.startswith(MAGIC) or len(self._header) < HEADER:
            raise NoBackup(path=path)
        version, cost = start[len(MAGIC)], start[len(MAGIC) + 1]
        if version != FORMAT:
            raise BackupNewer(path=path, version=f"format {version}")
        if not 1 <= cost <= HIGHEST_COST:
            raise NoBackup(path=path)
        self._cipher, expected = _keys(start, passphrase)
        if not hmac.compare_digest(proof, expected):
            raise WrongPassphrase(path=path)

    def blocks(self) -> Iterator[bytes]:
        """Give what was sealed. Every block is genuine, but only the end says that all are there.

        Raises BackupDamaged.
        """
        self._file.seek(HEADER)
        number, chunk = 0, self._file.read(CHUNK + TAG)
        while True:
            following = self._file.read(CHUNK + TAG)
            try:
                yield self._cipher.decrypt(_nonce(number, not following), chunk, self._header)
            except InvalidTag as error:
                raise BackupDamaged(path=self._path) from error
            if not following:
                return
            number, chunk = number + 1, following


def _keys(start: bytes, passphrase: str) -> tuple[AESGCM, bytes]:
    """Return the cipher, and the proof that the header holds behind `start`."""
    # One and the same passphrase, whichever way a keyboard composes its accents.
    text = unicodedata.normalize("NFC", passphrase).encode("utf-8")
    scrypt = Scrypt(salt=start[-SALT:], length=64, n=1 << start[-SALT - 1], r=8, p=1)
    made = scrypt.derive(text)
    return AESGCM(made[:32]), hmac.digest(made[32:], start, "sha256")


def _chunks(blocks: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Give full chunks and at the end what is left, each with whether it is the last."""
    waiting = bytearray()
    for block in blocks:
        waiting += block
        while len(waiting) > CHUNK:
            yield bytes(waiting[:CHUNK]), False
            del waiting[:CHUNK]
    yield bytes(waiting), True


def _nonce(number: int, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([is_last])
