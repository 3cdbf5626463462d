"""Telling a service manager such as systemd how this process is (sd_notify).

It hears that the process is ready, and again and again that it is alive; a process that falls
silent is ended and started again. Without a service manager nothing happens.
"""

import os
import socket
from collections.abc import Mapping
from contextlib import suppress


def notify(state: str) -> None:
    """Send a state, such as READY=1, where a service manager has asked for it."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")):
        return
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.connect("\0" + address[1:] if address[0] == "@" else address)
        manager.sendall(state.encode())


def alive_every(environ: Mapping[str, str]) -> float | None:
    """Return how often (in seconds) it must hear WATCHDOG=1; None where it does not watch us."""
    asked = environ.get("WATCHDOG_USEC", "")
    if not (asked.isascii() and asked.isdigit() and int(asked)):
        return None
    if environ.get("WATCHDOG_PID", str(os.getpid())) != str(os.getpid()):
        return None
    return int(asked) / 1_000_000 / 3
