"""The certificate that the server shows, read again when it was renewed."""

import ssl
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(slots=True)
class Certificate:
    """The files of a certificate with its chain, and of its private key."""

    chain: Path
    key: Path
    _context: ssl.SSLContext | None = field(default=None, init=False)
    _changed_at: tuple[float, ...] = field(default=(), init=False)

    def context(self) -> ssl.SSLContext:
        """Return what the files say today: a renewed pair counts from the next connection on.

        Half of a renewal is not taken: the pair that was used before stays until both fit.
        Raises OSError (so ssl.SSLError) and ValueError where there never was one that fits.
        """
        try:
            changed_at = tuple(path.stat().st_mtime for path in (self.chain, self.key))
            if self._context is None or changed_at != self._changed_at:
                self._context, self._changed_at = _loaded(self.chain, self.key), changed_at
        except (OSError, ValueError):
            if self._context is None:
                raise
        return self._context


def _loaded(chain: Path, key: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    # Without a password to ask for: no one sits in front of a server that starts.
    context.load_cert_chain(chain, key, password=lambda: b"")
    return context
