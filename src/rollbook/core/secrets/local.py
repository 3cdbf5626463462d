"""Credentials encrypted on this machine; their key never lies where they lie."""

import json
from collections.abc import Callable, Mapping
from typing import Protocol

from rollbook.core.secrets.cipher import decrypt, encrypt
from rollbook.core.secrets.store import SecretNotFound, SecretUnreadable

VERSION = b"\x01"


class BlobStorage(Protocol):
    """Keeps the ciphertext, for example in a table."""

    def read(self, name: str) -> bytes | None: ...

    def write(self, name: str, blob: bytes) -> None: ...

    def delete(self, name: str) -> None: ...


class LocalSecretStore:
    """AES-256-GCM; a blob is bound to its name, so that exchanging two of them is noticed."""

    def __init__(
        self, blobs: BlobStorage, key: bytes, *, key_now: Callable[[], bytes] | None = None
    ) -> None:
        self._blobs = blobs
        self._key = key
        self._key_now = key_now or (lambda: key)
        """Returns the key in force, which may have been replaced since `key` was read."""

    def put(self, name: str, secret: Mapping[str, str]) -> None:
        text = json.dumps(dict(secret)).encode("utf-8")
        self._blobs.write(name, seal(name, text, key=self._key))

    def get(self, name: str) -> Mapping[str, str]:
        try:
            text = unseal(name, self._blob(name), key=self._key)
        except SecretUnreadable:
            fresh = self._key_now()
            if fresh == self._key:
                raise
            text = unseal(name, self._blob(name), key=fresh)
        secret: dict[str, str] = json.loads(text)
        return secret

    def delete(self, name: str) -> None:
        self._blobs.delete(name)

    def refresh(self, name: str) -> None:
        """Nothing is remembered, so each `get` is as new as it can be."""

    def _blob(self, name: str) -> bytes:
        blob = self._blobs.read(name)
        if blob is None:
            raise SecretNotFound(name=name)
        return bytes(blob)


def seal(name: str, text: bytes, *, key: bytes) -> bytes:
    """Encrypt `text` under a name, without which it does not open."""
    return VERSION + encrypt(text, key, bound_to=_bound_to(name))


def unseal(name: str, blob: bytes, *, key: bytes) -> bytes:
    """Decrypt what `seal` has made. Raises SecretUnreadable."""
    if not blob.startswith(VERSION):
        raise SecretUnreadable(name=name)
    try:
        return decrypt(blob[1:], key, bound_to=_bound_to(name))
    except ValueError:
        raise SecretUnreadable(name=name) from None


def _bound_to(name: str) -> bytes:
    return b"rollbook secret\0" + name.encode("utf-8")
