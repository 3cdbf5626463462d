"""A short text that is kept encrypted in a column of its own, readable with one key alone."""

import base64
from typing import Final

from rollbook.core.errors import RollbookError
from rollbook.core.secrets.cipher import decrypt, encrypt

PREFIX: Final = "sealed:1:"

MAIL: Final = "mail"
SECOND_FACTOR: Final = "second factor"
PURPOSES: Final = (MAIL, SECOND_FACTOR)
"""For what a text is sealed."""


class SealedTextUnreadable(RollbookError):
    """Something that is kept encrypted can't be read: it was saved with another key, or is damaged.

    Nothing was changed.

    Restore the key of this installation (ROLLBOOK_SECRET_KEY or the key file)."""

    reason = "sealed_text_unreadable"


def seal(text: str, key: bytes, *, purpose: str) -> str:
    """Return `text` as AES-256-GCM ciphertext, which opens for the same purpose only."""
    sealed = encrypt(text.encode("utf-8"), key, bound_to=_bound_to(purpose))
    return PREFIX + base64.b64encode(sealed).decode("ascii")


def unseal(text: str, key: bytes, *, purpose: str) -> str:
    """Return what was sealed. Raises SealedTextUnreadable."""
    try:
        sealed = base64.b64decode(text.removeprefix(PREFIX), validate=True)
        opened = decrypt(sealed, key, bound_to=_bound_to(purpose))
    except ValueError:
        raise SealedTextUnreadable from None
    return opened.decode("utf-8")


def is_sealed(text: str) -> bool:
    """Tell whether a text is one that `seal` has made."""
    return text.startswith(PREFIX)


def _bound_to(purpose: str) -> bytes:
    return b"rollbook text\0" + purpose.encode("utf-8")
