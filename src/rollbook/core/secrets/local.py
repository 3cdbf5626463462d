"""Credentials encrypted on this machine; their key never lies where they lie."""

import json
import os
from collections.abc import Mapping
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from rollbook.core.secrets.store import SecretNotFound, SecretUnreadable

NONCE = 12
VERSION = b"\x01"


class BlobStorage(Protocol):
    """Keeps the ciphertext, for example in a table."""

    def read(self, name: str) -> bytes | None: ...

    def write(self, name: str, blob: bytes) -> None: ...

    def delete(self, name: str) -> None: ...


class LocalSecretStore:
    """AES-256-GCM; a blob is bound to its name, so that exchanging two of them is noticed."""

    def __init__(self, blobs: BlobStorage, key: bytes) -> None:
        self._blobs = blobs
        self._key = key

    def put(self, name: str, secret: Mapping[str, str]) -> None:
        text = json.dumps(dict(secret)).encode("utf-8")
        self._blobs.write(name, seal(name, text, key=self._key))

    def get(self, name: str) -> Mapping[str, str]:
        blob = self._blobs.read(name)
        if blob is None:
            raise SecretNotFound(name=name)
        secret: dict[str, str] = json.loads(unseal(name, bytes(blob), key=self._key))
        return secret

    def delete(self, name: str) -> None:
        self._blobs.delete(name)

    def refresh(self, name: str) -> None:
        """Nothing is remembered, so each `get` is as new as it can be."""


def seal(name: str, text: bytes, *, key: bytes) -> bytes:
    """Encrypt `text` under a name, without which it does not open."""
    nonce = os.urandom(NONCE)
    return VERSION + nonce + AESGCM(key).encrypt(nonce, text, _bound_to(name))


def unseal(name: str, blob: bytes, *, key: bytes) -> bytes:
    """Decrypt what `seal` has made. Raises SecretUnreadable."""
    version, nonce, sealed = blob[:1], blob[1 : 1 + NONCE], blob[1 + NONCE :]
    if version != VERSION or len(nonce) < NONCE:
        raise SecretUnreadable(name=name)
    try:
        return AESGCM(key).decrypt(nonce, sealed, _bound_to(name))
    except InvalidTag as error:
        raise SecretUnreadable(name=name) from error


def _bound_to(name: str) -> bytes:
    return b"rollbook secret\0" + name.encode("utf-8")
