"""One audit event, written in the transaction of what it records."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from rollbook.records import clock
from rollbook.records.models import AuditEvent

_asked_from: ContextVar[str | None] = ContextVar("asked_from", default=None)


def record(
    actor: str,
    action: str,
    *,
    subject: str,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Write that `actor` did `action` to `subject`. A secret's value never comes here."""
    AuditEvent.objects.create(
        at=clock.now(),
        actor=actor,
        action=action,
        subject=subject,
        before=before,
        after=after,
        origin=origin(),
    )


@contextmanager
def from_where(address: str) -> Iterator[None]:
    """Let what is recorded in this block have come from the network address `address`."""
    token = _asked_from.set(address)
    try:
        yield
    finally:
        _asked_from.reset(token)


def origin() -> str:
    """Return from where it comes: an address on the network, else this account and machine."""
    asked_from = _asked_from.get()
    return (asked_from if asked_from is not None else this_account())[:200]


def this_account() -> str:
    """Return the operating system's user of this process and the machine: `ada@server`.

    By the process's number, not by LOGNAME or USER, which everybody can set. Root may say in
    whose name it acts, for it could be anybody anyway.
    """
    behind = os.environ.get("SUDO_USER", "")
    name = _account(os.geteuid()) if hasattr(os, "geteuid") else os.environ.get("USERNAME", "")
    actor = f"{name}@{socket.gethostname()}"
    return f"{actor} (sudo: {behind})" if behind and name == "root" else actor


def _account(number: int) -> str:
    import pwd

    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)
