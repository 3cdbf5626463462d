"""The one cipher of credentials and sealed texts: AES-256-GCM, its nonce in front."""

import os
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE: Final = 12


def encrypt(text: bytes, key: bytes, *, bound_to: bytes) -> bytes:
    """Return nonce and ciphertext, which open only with what they are bound to."""
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, text, bound_to)


def decrypt(sealed: bytes, key: bytes, *, bound_to: bytes) -> bytes:
    """Return what was encrypted. Raises ValueError where anything of it differs."""
    try:
        return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], bound_to)
    except InvalidTag:
        raise ValueError from None
