"""Finds out what else answers on a port that signs nobody in over SSH, within one budget.

Some servers speak first (FTP, mail), some answer to a client of their own alone: a web server is
asked for its header, in the clear and over TLS. No credential takes part.
"""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any, Final

from rollbook.core.errors import SourceError
from rollbook.core.sources.algorithm_probe import (
    OVER_TLS,
    Mismatch,
    Service,
    as_service,
    probe,
)
from rollbook.core.sources.algorithms import Algorithms

Connect = Callable[[], Awaitable[socket.socket]]
Found = Mismatch | Service | None

HTTPS: Final = "a web server (HTTPS)"
HEADER_PLEASE: Final = b"HEAD / HTTP/1.0\r\n\r\n"
HEARD_FIRST: Final = 0.5
"""Seconds for who speaks SSH or speaks first; then the others are asked too."""
HEARD: Final = 200
"""Bytes that tell a web server."""


async def what_answers(connect: Connect, ours: Algorithms, *, seconds: float) -> Found:
    """Return what answers there, if not SSH with our algorithms; None where it does not say."""
    fallback: Found = None
    async with asyncio.TaskGroup() as group:
        first = group.create_task(_in_time(_of_ssh(connect, ours, seconds), seconds))
        await asyncio.wait({first}, timeout=min(HEARD_FIRST, seconds))
        waiting = {first}
        if not first.done() or _is_vague(first.result()):
            left = seconds - HEARD_FIRST
            waiting |= {
                group.create_task(_in_time(asked(connect), left)) for asked in (_of_web, _of_tls)
            }
        while waiting:
            done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            for found in (each.result() for each in done):
                if _is_vague(found):
                    fallback = fallback or found
                    continue
                for each in waiting:
                    each.cancel()
                return found
    return fallback


def _is_vague(found: Found) -> bool:
    """Tell whether another question may name it better."""
    return found is None or (isinstance(found, Service) and found.name in ("", OVER_TLS))


async def _in_time(asking: Coroutine[Any, Any, Found], seconds: float) -> Found:
    with suppress(OSError, EOFError, ValueError, SourceError):  # a TimeoutError is an OSError
        async with asyncio.timeout(max(0.0, seconds)):
            return await asking
    return None


async def _of_ssh(connect: Connect, ours: Algorithms, seconds: float) -> Found:
    # It returns what it has heard when its own time is over, a little before the whole is.
    return await probe(await connect(), ours, seconds=0.9 * seconds)


async def _of_web(connect: Connect) -> Found:
    reader, writer = await asyncio.open_connection(sock=await connect())
    return as_service(await _heard(reader, writer))


async def _of_tls(connect: Connect) -> Found:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE  # no credential is sent there
    port = await connect()
    try:
        reader, writer = await asyncio.open_connection(sock=port, ssl=context, server_hostname="")
    except ssl.SSLError as error:
        is_tls = error.reason is not None and "ALERT" in error.reason
        return Service(OVER_TLS, "") if is_tls else None
    heard = b""
    with suppress(OSError, EOFError, ValueError):
        async with asyncio.timeout(HEARD_FIRST):
            heard = await _heard(reader, writer)
    return Service(HTTPS if heard.startswith(b"HTTP/") else OVER_TLS, "")


async def _heard(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
    try:
        writer.write(HEADER_PLEASE)
        return await reader.read(HEARD)
    finally:
        writer.transport.abort()
