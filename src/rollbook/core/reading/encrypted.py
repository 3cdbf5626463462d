"""Files that were encrypted before they were sent: known by how they begin."""

from typing import Final

_BEGINNINGS: Final = (
    (b"-----BEGIN PGP ", "PGP"),
    (b"age-encryption.org/", "age"),
    (b"-----BEGIN AGE ENCRYPTED", "age"),
    (b"-----BEGIN PKCS7", "S/MIME"),
    (b"-----BEGIN CMS", "S/MIME"),
    (b"Salted__", "OpenSSL"),
)


def encryption_of(head: bytes) -> str | None:
    """Return what a file of these first bytes is encrypted with; None: it is not."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    for beginning, name in _BEGINNINGS:
        if start.startswith(beginning):
            return name
    return "PGP" if _is_pgp_packet(head) else None


def _is_pgp_packet(head: bytes) -> bool:
    """Tell whether the first packet is that of an encrypted message (RFC 9580, section 4.2).

    It is for a key (tag 1) or for a passphrase (tag 3), and its version follows its length.
    """
    if len(head) < 8 or not head[0] & 0x80:
        return False
    if head[0] & 0x40:
        tag, size = head[0] & 0x3F, 1 if head[1] < 192 else 2
    else:
        tag, size = head[0] >> 2 & 0x0F, (1, 2, 4, 0)[head[0] & 0x03]
    version = head[1 + size]
    return (tag == 1 and version in (3, 6)) or (tag == 3 and version in (4, 5, 6))
