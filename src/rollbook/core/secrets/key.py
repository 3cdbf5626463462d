"""The key that protects credentials and stored files: from a setting, or a file made once."""

import base64
import binascii
import contextlib
import os
import secrets
from pathlib import Path

from rollbook.core.secrets.store import KeyUnusable

KEY_BYTES = 32
FILE_NAME = "secret.key"
URL_SAFE = str.maketrans("-_", "+/")


def load_key(home: Path, environ_value: str | None) -> bytes:
    """The key from the setting if there is one, otherwise from the file in `home`.

    The file is made on first use, readable only by its owner. Raises KeyUnusable.
    """
    if environ_value and environ_value.strip():
        return _decode(environ_value, "the setting ROLLBOOK_SECRET_KEY")
    path = home / FILE_NAME
    try:
        if not path.exists():
            _create(path)
        _check_private(path)
        return _decode(path.read_text("ascii"), f"the file {path}")
    except UnicodeDecodeError as error:
        raise _not_a_key(f"the file {path}") from error
    except OSError as error:
        why = f"{path}: {os.strerror(error.errno or 0)}. Give Rollbook the right to it."
        raise KeyUnusable(why=why) from error


def new_key() -> str:
    """A new key as text, as the setting and the file hold it."""
    return base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode("ascii")


def _create(path: Path) -> None:
    """Make the file complete or not at all; of two processes at once, the first one's key stays."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(new_key() + "\n")
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink()


def _check_private(path: Path) -> None:
    if os.name == "posix" and path.stat().st_mode & 0o077:
        raise KeyUnusable(
            why=f"others on this machine can read {path}. Change that with: chmod 600 {path}"
        )


def _decode(text: str, where: str) -> bytes:
    try:
        key = base64.b64decode(text.strip().translate(URL_SAFE), validate=True)
    except (binascii.Error, ValueError) as error:
        raise _not_a_key(where) from error
    if len(key) != KEY_BYTES:
        raise _not_a_key(where)
    return key


def _not_a_key(where: str) -> KeyUnusable:
    return KeyUnusable(why=f"{where} does not hold {KEY_BYTES} bytes in Base64.")
