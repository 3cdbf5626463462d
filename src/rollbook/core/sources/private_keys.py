"""A private key as people hand it over: read at once, so that what is wrong is said at once.

The text is hostile: it says itself how much work its passphrase takes, which is limited before any
is done.
"""

import binascii
import re
from collections.abc import Iterator
from threading import BoundedSemaphore
from typing import Final

from asyncssh.asn1 import ASN1DecodeError, der_decode
from cryptography.exceptions import UnsupportedAlgorithm

from rollbook.core.sources.putty import (
    from_putty,
    is_putty,
    passphrase_wanted,
    too_costly,
    wrong_passphrase,
)
from rollbook.core.sources.sign_in_errors import BadPrivateKey, KeyReadersBusy
from rollbook.core.sources.ssh import asyncssh

LARGEST_KEY: Final = 1 << 14
"""Characters; the longest RSA key that can sign has 13,000."""
MOST_ROUNDS: Final = 512
"""Of bcrypt, some seconds; ssh-keygen makes 16 or 24."""
MOST_ITERATIONS: Final = 2_000_000
"""Of a hash, a second or two; OpenSSL makes 2,048."""
MOST_KEY_BYTES: Final = 64

MOST_AT_ONCE: Final = 2
"""Keys that are read at once as they are handed over: each may take seconds and 64 MB."""
_READING: Final = BoundedSemaphore(MOST_AT_ONCE)

_BLOCK: Final = re.compile(
    r"^-----BEGIN ([A-Z0-9 ]*)PRIVATE KEY-----[ \t]*\n(.*?)^-----END \1PRIVATE KEY-----",
    re.DOTALL | re.MULTILINE,
)
_MAGIC: Final = b"openssh-key-v1\0"


def text_of(data: bytes) -> str:
    """Return the text of a key's file. Comments may be of Windows; all else is ASCII."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def stored_key(text: str, passphrase: str) -> dict[str, str]:
    """Return the credentials that a feed keeps of a key that can be read.

    Raises BadPrivateKey; KeyReadersBusy where MOST_AT_ONCE others are being read.

    PuTTY's becomes one of OpenSSH's, without a passphrase: all credentials are kept encrypted.
    """
    if len(text) > LARGEST_KEY:
        raise _no_key()
    if not _READING.acquire(blocking=False):
        raise KeyReadersBusy(field="private_key")
    try:
        if is_putty(text):
            text, passphrase = from_putty(text, passphrase), ""
        read_key(text, passphrase, validates=False)
    finally:
        _READING.release()
    return {"private_key": text.replace("\r\n", "\n").strip() + "\n", "passphrase": passphrase}


def read_key(text: str, passphrase: str, *, validates: bool = True) -> asyncssh.SSHKey:
    """Return the key. Raises BadPrivateKey.

    `validates`: also look for mistakes in an RSA key's numbers, some seconds for a long one.
    """
    if is_putty(text):
        text, passphrase = from_putty(text, passphrase), ""
    found = _BLOCK.search(text.replace("\r\n", "\n"))
    if found is None:
        raise _no_key()
    block = found[0]
    try:
        _limit_work(found[1].strip(), found[2])
        return asyncssh.import_private_key(
            block, passphrase or None, unsafe_skip_rsa_key_validation=not validates
        )
    except (
        asyncssh.KeyEncryptionError,
        asyncssh.KeyImportError,
        ValueError,
        TypeError,
        OverflowError,
        RecursionError,
        UnsupportedAlgorithm,
    ) as error:
        # The original is left out of the trace, so that no part of a key can ever be in it.
        is_encrypted = bool(passphrase) and "ENCRYPTED" in block
        raise _unusable(str(error), is_encrypted=is_encrypted) from None


def _limit_work(label: str, body: str) -> None:
    """Raise BadPrivateKey for a key whose passphrase takes too long, ValueError for none at all."""
    data = binascii.a2b_base64(
        "".join(line for line in body.split("\n") if ":" not in line), strict_mode=True
    )
    if label == "OPENSSH" and data.startswith(_MAGIC):
        _, _, kdf = _strings(data.removeprefix(_MAGIC), 3)
        rounds = int.from_bytes(kdf[-4:], "big")
        if rounds > MOST_ROUNDS:
            raise too_costly()
    if label == "ENCRYPTED":
        try:
            decoded = der_decode(data)
        except ASN1DecodeError:
            raise ValueError from None
        numbers = sorted(_integers(decoded), reverse=True)
        limits = [MOST_ITERATIONS, *([MOST_KEY_BYTES] * len(numbers))]
        if any(number > most for number, most in zip(numbers, limits, strict=False)):
            raise too_costly()


def _integers(decoded: object) -> Iterator[int]:
    if isinstance(decoded, int):
        yield decoded
    elif isinstance(decoded, tuple):
        for part in decoded:
            yield from _integers(part)


def _strings(data: bytes, count: int) -> list[bytes]:
    found: list[bytes] = []
    for _ in range(count):
        length = int.from_bytes(data[:4], "big")
        found.append(data[4 : 4 + length])
        data = data[4 + length :]
    return found


def _unusable(message: str, *, is_encrypted: bool) -> BadPrivateKey:
    if "requires bcrypt" in message:
        return BadPrivateKey(
            why="keys in OpenSSH's format with a passphrase need the Python package bcrypt.",
            advice="Install it, or convert a copy of the key with: ssh-keygen -p -m PEM -f KEY",
            field="private_key",
        )
    if "Passphrase must be specified" in message:
        return passphrase_wanted()
    is_about = "decrypt" in message.lower() or "passphrase" in message.lower()
    # A wrong passphrase can look like a right one whose key makes no sense: 1 in 256 does.
    if is_encrypted or is_about:
        return wrong_passphrase()
    return _no_key()


def _no_key() -> BadPrivateKey:
    return BadPrivateKey(
        why="it isn't the text of a private key.",
        advice=(
            "Use the whole file, from the BEGIN line to the END line, and not the public key "
            "(.pub)."
        ),
        field="private_key",
    )
