"""A key pair that Rollbook makes for a feed: the server's operator is given the public half."""

from collections.abc import Mapping
from typing import Final

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

PUBLIC_KEY: Final = "public_key"
"""The name of the public half in a feed's secret."""


KEY_PARTS: Final = ("private_key", "passphrase", PUBLIC_KEY)
"""What of a feed's secret belongs to its key."""


def make_own_key(feed_name: str) -> dict[str, str]:
    """Return the credentials of a new Ed25519 key, its public half as one line of OpenSSH."""
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.OpenSSH,
        serialization.NoEncryption(),
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH
    )
    return {
        "private_key": private.decode("ascii"),
        "passphrase": "",
        PUBLIC_KEY: f"{public.decode('ascii')} rollbook-{feed_name}",
    }


def public_line(secret: Mapping[str, str]) -> str:
    """Return the public half of a key that Rollbook made, '' for other credentials."""
    return secret.get(PUBLIC_KEY, "")
