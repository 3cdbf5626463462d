"""The two lowest layers of a connection: the name of the server and its port."""

import asyncio
import socket
import threading
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from rollbook.core.errors import SourceError
from rollbook.core.sources.errors import (
    ConnectionRefused,
    ConnectTimeout,
    HostUnreachable,
    NameLookupFailed,
    NameNotFound,
)
from rollbook.core.sources.suggestions import printable

Address = tuple[
    socket.AddressFamily, tuple[str, int] | tuple[str, int, int, int] | tuple[int, bytes]
]


@dataclass(slots=True)
class _Lookup:
    """A name lookup that can be given up on; the system's own cannot be interrupted."""

    host: str
    port: int
    found: list[Address] = field(default_factory=list)
    error: Exception | None = None

    def run(self) -> None:
        try:
            answers = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            self.error = error
        else:
            self.found = [(family, address) for family, _, _, _, address in answers]


def resolve(host: str, port: int, *, seconds: float) -> list[Address]:
    """The addresses of `host`. Raises NameNotFound or NameLookupFailed."""
    if not host or "/" in host or host != host.strip():
        raise NameNotFound(host=printable(host) or "(nothing)")
    lookup = _Lookup(host, port)
    thread = threading.Thread(target=lookup.run, daemon=True)
    thread.start()
    thread.join(seconds)
    if lookup.found:
        return lookup.found
    if lookup.error is None or _is_passing(lookup.error):
        raise NameLookupFailed(host=printable(host)) from lookup.error
    raise NameNotFound(host=printable(host)) from lookup.error


def _is_passing(error: Exception) -> bool:
    return isinstance(error, socket.gaierror) and error.errno == socket.EAI_AGAIN


async def open_port(host: str, addresses: list[Address], *, seconds: float) -> socket.socket:
    """A connection to the first address that answers; each gets its share of the time."""
    deadline = asyncio.get_running_loop().time() + seconds
    failure: SourceError | None = None
    for number, (family, address) in enumerate(addresses):
        remaining = deadline - asyncio.get_running_loop().time()
        share = max(0.0, remaining) / (len(addresses) - number)
        try:
            return await _connect(family, address, seconds=share)
        except OSError as error:
            failure = _explain(error, host, port=int(address[1]), seconds=seconds)
    raise failure or HostUnreachable(host=host)


async def _connect(family: socket.AddressFamily, address: Any, *, seconds: float) -> socket.socket:
    connecting = socket.socket(family, socket.SOCK_STREAM)
    with ExitStack() as on_failure:
        on_failure.callback(connecting.close)
        connecting.setblocking(False)
        async with asyncio.timeout(seconds):
            await asyncio.get_running_loop().sock_connect(connecting, address)
        on_failure.pop_all()
    return connecting


def _explain(error: OSError, host: str, *, port: int, seconds: float) -> SourceError:
    if isinstance(error, TimeoutError):
        return ConnectTimeout(host=host, port=port, seconds=seconds)
    if isinstance(error, ConnectionRefusedError):
        return ConnectionRefused(host=host, port=port)
    return HostUnreachable(host=host)
