"""The numbers of a key in PuTTY's format, in SSH's notation (RFC 4251), made one key."""

from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from rollbook.core.sources.sign_in_errors import BadPrivateKey

CURVES: Final[dict[str, type[ec.EllipticCurve]]] = {
    "ecdsa-sha2-nistp256": ec.SECP256R1,
    "ecdsa-sha2-nistp384": ec.SECP384R1,
    "ecdsa-sha2-nistp521": ec.SECP521R1,
}
MOST_BITS: Final = 16_384
"""Of an RSA key; OpenSSL signs with no longer one."""

Key = Ed25519PrivateKey | ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


def ssh_string(block: bytes) -> bytes:
    """Return a block with its length before it."""
    return len(block).to_bytes(4, "big") + block


def to_private_key(algorithm: str, public: bytes, private: bytes) -> Key:
    """Return the key of both blocks. Raises BadPrivateKey, also where they are not of one key."""
    try:
        named, *halves = _strings(public)
        if named != algorithm.encode():
            raise ValueError
        if algorithm == "ssh-rsa":
            return _rsa(halves, _strings(private, most=4))
        if algorithm == "ssh-ed25519":
            key: Key = Ed25519PrivateKey.from_private_bytes(_strings(private, most=1)[0])
            mine = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        elif algorithm in CURVES:
            secret = int.from_bytes(_strings(private, most=1)[0], "big")
            key = ec.derive_private_key(secret, CURVES[algorithm]())
            mine = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        else:
            raise BadPrivateKey(
                why="it is of a kind Rollbook doesn't use.",
                advice="Use an Ed25519, RSA or ECDSA key.",
                field="private_key",
            )
        if mine != halves[-1]:
            raise ValueError
    except (ValueError, IndexError):
        raise BadPrivateKey(
            why="its two halves don't belong together.",
            advice="Use the .ppk file as PuTTYgen saved it.",
            field="private_key",
        ) from None
    return key


def _rsa(public: list[bytes], private: list[bytes]) -> rsa.RSAPrivateKey:
    e, n = (int.from_bytes(block, "big") for block in public)
    d, p, q, inverse = (int.from_bytes(block, "big") for block in private)
    is_one = p > 1 and q > 1 and p * q == n and n.bit_length() <= MOST_BITS
    # OpenSSL would also try whether both are primes, which takes seconds for a long key. The
    # sign-in does that.
    if not is_one or any(e * d % (prime - 1) != 1 for prime in (p, q)) or inverse * q % p != 1:
        raise ValueError
    numbers = rsa.RSAPrivateNumbers(
        p=p,
        q=q,
        d=d,
        dmp1=d % (p - 1),
        dmq1=d % (q - 1),
        iqmp=inverse,
        public_numbers=rsa.RSAPublicNumbers(e, n),
    )
    return numbers.private_key(unsafe_skip_rsa_key_validation=True)


def _strings(block: bytes, *, most: int = 8) -> list[bytes]:
    """Return the strings of a block: all, or the first `most`, after which padding may follow."""
    found: list[bytes] = []
    while block and len(found) < most:
        length = int.from_bytes(block[:4], "big")
        if len(block) < 4 + length:
            raise ValueError
        found.append(block[4 : 4 + length])
        block = block[4 + length :]
    return found
