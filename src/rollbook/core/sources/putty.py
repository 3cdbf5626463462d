"""A private key in PuTTY's format (.ppk, versions 2 and 3), rewritten in OpenSSH's.

The format is the appendix "PPK file format" of PuTTY's manual. The file is hostile until its MAC
has been checked, and what says how much work that takes is read before: each number has a limit.
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.argon2 import Argon2d, Argon2i, Argon2id

from rollbook.core.sources.putty_numbers import ssh_string, to_private_key
from rollbook.core.sources.sign_in_errors import BadPrivateKey

START: Final = "PuTTY-User-Key-File-"
SHA1_MAC_NAME: Final = b"putty-private-key-file-mac-key"

MOST_MEMORY: Final = 1 << 26
"""Bytes that Argon2 may take; PuTTYgen writes 8 MB, in KiB."""
MOST_LANES: Final = 16
MOST_WORK: Final = 1 << 21
"""KiB times passes: some seconds. PuTTYgen aims at a tenth of one."""
LEAST_MEMORY: Final = 1 << 13
"""KiB that a pass is counted for, whatever it takes: each starts four threads a lane. So there are
256 passes at most."""
MOST_SALT: Final = 64
"""Bytes."""
MOST_LINES: Final = 512
"""Lines of Base64, of 48 bytes each."""

KINDS: Final[Mapping[str, type[Argon2d | Argon2i | Argon2id]]] = {
    "Argon2d": Argon2d,
    "Argon2i": Argon2i,
    "Argon2id": Argon2id,
}
_HEADER: Final = re.compile(r"([A-Za-z0-9-]{1,40}): ?(.*)")


@dataclass(frozen=True, slots=True)
class _Keys:
    """What a passphrase becomes."""

    cipher: bytes
    iv: bytes
    mac: bytes


_NO_KEYS: Final = _Keys(b"", b"", b"")


def is_putty(text: str) -> bool:
    """Tell whether a text is, or pretends to be, a key in PuTTY's format."""
    return text.lstrip("\ufeff \t\r\n").startswith(START)


def from_putty(text: str, passphrase: str) -> str:
    """Return the key as OpenSSH writes it, without a passphrase. Raises BadPrivateKey."""
    fields, blobs = _parsed(text)
    version = _version(fields)
    encryption = fields.get("Encryption", "")
    if encryption not in ("none", "aes256-cbc") or blobs.keys() != {"Public", "Private"}:
        raise damaged()
    is_encrypted = encryption != "none"
    keys, private = _NO_KEYS if version == 3 else _from_sha1(b""), blobs["Private"]
    if is_encrypted:
        if not passphrase:
            raise passphrase_wanted()
        typed = passphrase.encode("utf-8", "replace")
        keys = _from_argon2(fields, typed) if version == 3 else _from_sha1(typed)
        private = _decrypted(private, keys)
    algorithm = fields[f"{START}{version}"]
    for comment in _written(fields.get("Comment", "")):
        parts = (algorithm.encode(), encryption.encode(), comment, blobs["Public"], private)
        signed = b"".join(ssh_string(part) for part in parts)
        made = hmac.new(keys.mac, signed, hashlib.sha256 if version == 3 else hashlib.sha1)
        if hmac.compare_digest(made.hexdigest().encode(), fields.get("Private-MAC", "").encode()):
            break
    else:
        raise wrong_passphrase() if is_encrypted else damaged()
    key = to_private_key(algorithm, blobs["Public"], private)
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.OpenSSH,
        serialization.NoEncryption(),
    ).decode("ascii")


def passphrase_wanted() -> BadPrivateKey:
    return BadPrivateKey(
        why="it is protected by a passphrase.",
        advice="Enter the passphrase too.",
        field="passphrase",
    )


def wrong_passphrase() -> BadPrivateKey:
    return BadPrivateKey(
        why="the passphrase is wrong.", advice="Check the passphrase.", field="passphrase"
    )


def damaged() -> BadPrivateKey:
    return BadPrivateKey(
        why="the file is damaged or not complete.",
        advice="Use the whole .ppk file that PuTTYgen saved.",
        field="private_key",
    )


def _version(fields: Mapping[str, str]) -> int:
    for version in (2, 3):
        if f"{START}{version}" in fields:
            return version
    raise BadPrivateKey(
        why="it is in a version of PuTTY's format that Rollbook doesn't know.",
        advice="In PuTTYgen, load it and save it again.",
        field="private_key",
    )


def _parsed(text: str) -> tuple[dict[str, str], dict[str, bytes]]:
    """Return the lines by their names, and the two blocks of Base64 by theirs."""
    lines = [line.rstrip("\r") for line in text.strip("\ufeff \t\r\n").split("\n")]
    fields: dict[str, str] = {}
    blobs: dict[str, bytes] = {}
    at = 0
    while at < len(lines):
        found = _HEADER.fullmatch(lines[at])
        at += 1
        if found is None or found[1] in fields:
            raise damaged()
        name, value = found[1], found[2]
        fields[name] = value
        if name in ("Public-Lines", "Private-Lines"):
            count = _number(value, most=MOST_LINES)
            try:
                block = base64.b64decode("".join(lines[at : at + count]), validate=True)
            except ValueError:
                raise damaged() from None
            blobs[name.removesuffix("-Lines")] = block
            at += count
    return fields, blobs


def _from_sha1(passphrase: bytes) -> _Keys:
    """Version 2, which has no salt: SHA-1 of a counter and the passphrase; the IV is zero."""
    first, second = (
        hashlib.sha1(bytes((0, 0, 0, count)) + passphrase).digest()  # noqa: S324 - the format's
        for count in range(2)
    )
    mac = hashlib.sha1(SHA1_MAC_NAME + passphrase).digest()  # noqa: S324 - the format's
    return _Keys((first + second)[:32], bytes(16), mac)


def _from_argon2(fields: Mapping[str, str], passphrase: bytes) -> _Keys:
    """Version 3. Raises BadPrivateKey where the file asks for more work than we do."""
    kind = KINDS.get(fields.get("Key-Derivation", ""))
    memory = _number(fields.get("Argon2-Memory", ""), most=MOST_MEMORY >> 10)
    passes = _number(fields.get("Argon2-Passes", ""), most=MOST_WORK)
    lanes = _number(fields.get("Argon2-Parallelism", ""), most=MOST_LANES)
    if max(memory, LEAST_MEMORY) * passes > MOST_WORK:
        raise too_costly()
    try:
        salt = binascii.unhexlify(fields.get("Argon2-Salt", ""))
    except ValueError:
        raise damaged() from None
    if kind is None or not 8 <= len(salt) <= MOST_SALT or memory < 8 * lanes:
        raise damaged()
    try:
        derived = kind(
            salt=salt, length=80, iterations=passes, lanes=lanes, memory_cost=memory
        ).derive(passphrase)
    except (UnsupportedAlgorithm, MemoryError):
        raise BadPrivateKey(
            why="this computer can't run Argon2, which protects it.",
            advice="In PuTTYgen, save the key as PPK version 2 "
            "(Key, Parameters for saving key files).",
            field="private_key",
        ) from None
    return _Keys(derived[:32], derived[32:48], derived[48:])


def too_costly() -> BadPrivateKey:
    return BadPrivateKey(
        why="checking its passphrase takes more work than Rollbook allows.",
        advice="Save a copy of the key with the usual settings, and use that.",
        field="private_key",
    )


def _decrypted(block: bytes, keys: _Keys) -> bytes:
    if len(block) % 16:
        raise damaged()
    opened = Cipher(algorithms.AES256(keys.cipher), modes.CBC(keys.iv)).decryptor()
    return opened.update(block) + opened.finalize()


def _number(text: str, *, most: int) -> int:
    if not re.fullmatch(r"[0-9]{1,10}", text) or int(text) == 0:
        raise damaged()
    if int(text) > most:
        raise too_costly()
    return int(text)


def _written(comment: str) -> list[bytes]:
    """Return the bytes a comment may have had: the MAC is over them, and Windows writes its own."""
    written = [comment.encode("utf-8")]
    if not comment.isascii():
        written.append(comment.encode("cp1252", "replace"))
    return written
