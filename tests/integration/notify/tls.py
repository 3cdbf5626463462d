"""TLS for the server of mails."""

import ssl
from pathlib import Path

from tests.doubles.certificates import self_signed


def serving(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def certificate_and_key(folder: Path) -> Path:
    """Return a certificate and its key in one file."""
    pair = self_signed(folder)
    path = folder / "both.pem"
    path.write_bytes(pair.key.read_bytes() + pair.chain.read_bytes())
    return path
