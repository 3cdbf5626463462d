"""The certificate of `rollbook serve --tls-cert --tls-key`: checked before anything starts."""

import os
import ssl
import stat
from dataclasses import dataclass
from pathlib import Path

from rollbook.core.errors import UsageError


@dataclass(frozen=True, slots=True)
class Certificate:
    """The files of a certificate with its chain, and of its private key."""

    chain: Path
    key: Path


def certificate(chain: Path | None, key: Path | None) -> Certificate | None:
    """Return the certificate of two options, None for none. Raises UsageError."""
    if chain is None and key is None:
        return None
    if chain is None or key is None:
        raise UsageError(
            what="--tls-cert and --tls-key belong together. Nothing was started. Give both, or "
            "neither where a proxy in front speaks TLS."
        )
    _check_private(key)
    _check_pair(chain, key)
    return Certificate(chain, key)


def check_setting(given: Certificate | None) -> None:
    """Raise UsageError where ROLLBOOK_TLS says otherwise than the options."""
    from django.conf import settings

    if given is not None and settings.TLS != "alone":
        raise UsageError(
            what=f"ROLLBOOK_TLS is {settings.TLS}, but --tls-cert lets this server speak TLS "
            "itself. Nothing was started. Leave out the one or the other."
        )
    if given is None and settings.TLS == "alone":
        raise UsageError(
            what="ROLLBOOK_TLS is alone, but there is no certificate. Nothing was started. Give "
            "--tls-cert and --tls-key."
        )


def _check_private(key: Path) -> None:
    """Root's key may be readable by a group, as distributions and systemd hand keys to services."""
    try:
        found = key.stat()
    except OSError as error:
        raise _unreadable(key, error) from error
    forbidden = 0o037 if found.st_uid == 0 else 0o077
    if stat.S_IMODE(found.st_mode) & forbidden:
        raise UsageError(
            what=f"Others on this machine can read the private key {key}, and whoever has it can "
            f"pose as this server. Nothing was started. Run `chmod 600 {key}`."
        )


def _check_pair(chain: Path, key: Path) -> None:
    for path in (chain, key):
        try:
            path.read_bytes()
        except OSError as error:
            raise _unreadable(path, error) from error
    try:
        # Without a password to ask for: nobody sits in front of a server that starts.
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(chain, key, password=lambda: b"")
    except (ssl.SSLError, ValueError) as error:
        why = getattr(error, "reason", None) or "no PEM"
        raise UsageError(
            what=f"The certificate {chain} and the private key {key} cannot be used together "
            f"({why}). Nothing was started. Both are PEM files, the key belongs to the first "
            "certificate of the other file, and it has no password."
        ) from error


def _unreadable(path: Path, error: OSError) -> UsageError:
    return UsageError(
        what=f"The file {path} cannot be read ({os.strerror(error.errno or 0)}). Nothing was "
        "started. Check its name, and whether this account may read it."
    )
