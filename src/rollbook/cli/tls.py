"""The certificate of `rollbook serve --tls-cert --tls-key`: checked before anything starts."""

import os
import ssl
import stat
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path

from rollbook.core.errors import UsageError
from rollbook.web.serving.tls import Certificate

NOT_STARTED = "Nothing was started."


def certificate(chain: Path | None, key: Path | None) -> Certificate | None:
    """Return the certificate of two options, None for none. Raises UsageError."""
    if chain is None and key is None:
        return None
    if chain is None or key is None:
        raise UsageError(
            what="--tls-cert and --tls-key go together.",
            means=NOT_STARTED,
            advice="Use both, or neither if a proxy in front handles https.",
        )
    _check_private(key)
    given = Certificate(chain, key)
    _check_pair(given)
    return given


def check_setting(given: Certificate | None) -> None:
    """Raise UsageError where ROLLBOOK_TLS says otherwise than the options."""
    from django.conf import settings

    if given is not None and settings.TLS != "alone":
        raise UsageError(
            what=f"ROLLBOOK_TLS is {settings.TLS}, but --tls-cert makes this server handle https.",
            means=NOT_STARTED,
            advice="Leave out one or the other.",
        )
    if given is None and settings.TLS == "alone":
        raise UsageError(
            what="ROLLBOOK_TLS is alone, but there is no certificate.",
            means=NOT_STARTED,
            advice="Add --tls-cert and --tls-key.",
        )


def check_encrypted(host: str) -> None:
    """Raise UsageError where the pages would go over a network without TLS."""
    from django.conf import settings

    if settings.IS_TLS or _is_this_machine(host):
        return
    raise UsageError(
        what=f"On {host}, others on your network could read passwords and students' data, because "
        "they aren't encrypted.",
        means=NOT_STARTED,
        advice="Add --tls-cert and --tls-key, or set ROLLBOOK_TLS=proxy if a proxy in front "
        "handles https, or leave out --host. To try without real data, add --insecure-http.",
    )


def _is_this_machine(host: str) -> bool:
    with suppress(ValueError):
        return ip_address(host).is_loopback
    return host == "localhost"


def _check_private(key: Path) -> None:
    """Root's key may be readable by a group, as distributions and systemd hand keys to services."""
    try:
        found = key.stat()
    except OSError as error:
        raise _unreadable(key, error) from error
    forbidden = 0o037 if found.st_uid == 0 else 0o077
    if stat.S_IMODE(found.st_mode) & forbidden:
        raise UsageError(
            what=f"Others on this computer can read the private key {key} and pose as this server.",
            means=NOT_STARTED,
            advice=f"Run `chmod 600 {key}`.",
        )


def _check_pair(given: Certificate) -> None:
    chain, key = given.chain, given.key
    for path in (chain, key):
        try:
            path.read_bytes()
        except OSError as error:
            raise _unreadable(path, error) from error
    try:
        given.context()
    except (ssl.SSLError, ValueError) as error:
        why = getattr(error, "reason", None) or "no PEM"
        raise UsageError(
            what=f"The certificate {chain} and the private key {key} don't work together ({why}).",
            means=NOT_STARTED,
            advice="Both must be PEM files, the key must belong to the first certificate, and it "
            "can't have a password.",
        ) from error


def _unreadable(path: Path, error: OSError) -> UsageError:
    return UsageError(
        what=f"Can't read {path} ({os.strerror(error.errno or 0)}).",
        means=NOT_STARTED,
        advice="Check its name, and that you have the right to read it.",
    )
