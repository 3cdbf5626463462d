"""The key that protects credentials and stored files: from a setting, or a file made once."""

import base64
import binascii
import contextlib
import hmac
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from rollbook.core.secrets.store import KeyUnusable

KEY_BYTES = 32
UNPADDED = 43
"""The length of such a key in Base64 without the `=` at its end."""
FILE_NAME = "secret.key"
NEXT_NAME = "secret.key.next"
"""The key that a rotation is about to put in the place of the other."""
URL_SAFE = str.maketrans("-_", "+/")


def load_key(home: Path, environ_value: str | None) -> bytes:
    """The key from the setting if there is one, otherwise from the file in `home`.

    The file is made on first use, readable only by its owner. Raises KeyUnusable.
    """
    found = find_key(home, environ_value)
    if found is not None:
        return found
    path = home / FILE_NAME
    with _explained(path):
        _create(path)
    return read_key(path)


def find_key(home: Path, environ_value: str | None) -> bytes | None:
    """As `load_key`, but None where there is no key yet. Raises KeyUnusable."""
    if environ_value and environ_value.strip():
        return _decode(environ_value, "the setting ROLLBOOK_SECRET_KEY")
    path = home / FILE_NAME
    with _explained(path):
        return read_key(path) if path.exists() else None


def read_key(path: Path) -> bytes:
    """Return the key that the file holds. Raises KeyUnusable, also where others can read it."""
    with _explained(path):
        _check_private(path)
        return _decode(path.read_text("ascii"), f"the file {path}")


def write_key(path: Path, key: bytes) -> None:
    """Write a file that must not be there yet, for its owner alone, and safe on the disk."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(base64.urlsafe_b64encode(key) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    _keep_names(path.parent)


def put_in_place(draft: Path, path: Path) -> None:
    """Put a key that `write_key` has written in the place of another, safe on the disk.

    Raises FileNotFoundError where another process was quicker.
    """
    draft.replace(path)
    _keep_names(path.parent)


def fingerprint(key: bytes, salt: bytes) -> bytes:
    """Return what identifies the key without giving it away."""
    return hmac.new(key, b"rollbook key\0" + salt, "sha256").digest()


def session_key(key: bytes) -> str:
    """Return what signs sessions: derived, so that they survive a restart and hold everywhere."""
    return HKDF(SHA256(), length=48, salt=None, info=b"rollbook sessions").derive(key).hex()


def webhook_secret(key: bytes, salt: bytes) -> bytes:
    """Return what messages to a webhook are signed with, 32 bytes; another salt, another secret."""
    info = b"rollbook webhook\0" + salt
    return HKDF(SHA256(), length=32, salt=None, info=info).derive(key)


def _keep_names(folder: Path) -> None:
    """Have the names in a folder survive a power cut, where the system lets one ask for that."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except UnicodeDecodeError as error:
        raise _not_a_key(f"the file {path}") from error
    except OSError as error:
        why = f"{path}: {os.strerror(error.errno or 0)}. Give Rollbook the right to it."
        raise KeyUnusable(why=why) from error


def _create(path: Path) -> None:
    """Make the file complete or not at all; of two processes at once, the first one's key stays."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    try:
        write_key(draft, secrets.token_bytes(KEY_BYTES))
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
            _keep_names(path.parent)
    finally:
        draft.unlink(missing_ok=True)


def _check_private(path: Path) -> None:
    if os.name == "posix" and path.stat().st_mode & 0o077:
        raise KeyUnusable(
            why=f"others on this machine can read {path}. Change that with: chmod 600 {path}"
        )


def _decode(text: str, where: str) -> bytes:
    text = text.strip()
    # Many generators leave the padding out; CloudFormation cannot make one.
    padded = f"{text}=" if len(text) == UNPADDED else text
    try:
        key = base64.b64decode(padded.translate(URL_SAFE), validate=True)
    except (binascii.Error, ValueError) as error:
        raise _not_a_key(where) from error
    if len(key) != KEY_BYTES:
        raise _not_a_key(where)
    return key


def _not_a_key(where: str) -> KeyUnusable:
    return KeyUnusable(why=f"{where} doesn't hold {KEY_BYTES} bytes in Base64.")
