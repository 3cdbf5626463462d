"""The newest matching file in a folder of an SFTP server as a source."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from itertools import islice
from typing import BinaryIO

from rollbook.core.events import Listener, Phase, PhaseStarted
from rollbook.core.sources.connection import SftpConnection
from rollbook.core.sources.errors import ConnectionLost, FileChanged, PermissionRefused
from rollbook.core.sources.folder import (
    Patience,
    RemoteFile,
    check_pattern,
    look_at,
    matching_files,
    named,
    wait_until_complete,
)
from rollbook.core.sources.near import printable
from rollbook.core.sources.network import Address, resolve
from rollbook.core.sources.session import signed_in
from rollbook.core.sources.source import Fetched, Receiver, all_or_nothing
from rollbook.core.sources.ssh import asyncssh

__all__ = ["SftpConnection", "SftpSource", "download"]

BLOCK = 1 << 20
AHEAD = 4
"""So many blocks are asked for before the first has arrived; together they bound the memory."""
STALL_SECONDS = 60.0
"""A block that takes longer means that the server has stopped sending."""


class SftpSource:
    """The newest file in `folder` whose name matches `pattern`.

    `fetch` runs an event loop of its own, so it is called from where none is running.
    """

    def __init__(
        self,
        connection: SftpConnection,
        folder: str,
        pattern: str,
        *,
        patience: Patience | None = None,
    ) -> None:
        self._connection = connection
        self._folder = folder
        self._pattern = check_pattern(pattern)
        self._patience = patience or Patience()

    def fetch(self, into: BinaryIO, *, listener: Listener) -> Fetched:
        listener(PhaseStarted(Phase.CONNECTING))
        addresses = resolve(
            self._connection.host, self._connection.port, seconds=self._patience.sign_in
        )
        with all_or_nothing(into):
            return asyncio.run(self._fetch(into, addresses, listener=listener))

    async def _fetch(
        self, into: BinaryIO, addresses: list[Address], *, listener: Listener
    ) -> Fetched:
        seconds = self._patience.sign_in
        async with signed_in(self._connection, addresses, seconds=seconds) as sftp:
            newest = (await matching_files(sftp, self._folder, pattern=self._pattern))[0]
            file = await wait_until_complete(
                sftp, self._folder, file=newest, patience=self._patience, listener=listener
            )
            listener(PhaseStarted(Phase.DOWNLOADING))
            receiver = Receiver(into, size=file.size, listener=listener)
            await download(sftp, file, receiver=receiver, host=self._connection.host)
            if await look_at(sftp, self._folder, name=file.name) != file:
                raise FileChanged(private=named(file.name))
        return Fetched(
            name=printable(file.name),
            size=file.size,
            modified_at=file.modified_at,
            sha256=receiver.sha256(),
            place=f"{self._connection.place}/{printable(file.path)}",
        )


async def download(
    sftp: asyncssh.SFTPClient, file: RemoteFile, *, receiver: Receiver, host: str
) -> None:
    """Hand the bytes of `file` to `receiver` in their order. Raises SourceError."""
    try:
        async with sftp.open(file.path, "rb", encoding=None) as remote:
            async for block in _blocks(remote, file.size):
                receiver.take(block)
    except asyncssh.SFTPPermissionDenied as error:
        raise PermissionRefused(what="the file", private=named(file.name)) from error
    except (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath) as error:
        raise FileChanged(private=named(file.name)) from error
    except TimeoutError as error:
        raise ConnectionLost(host=host) from error
    if receiver.received != file.size:
        raise FileChanged(private=named(file.name))


async def _blocks(remote: asyncssh.SFTPClientFile, size: int) -> AsyncIterator[bytes]:
    """Blocks in their order, several asked for at a time so that the way there is always busy."""
    offsets = iter(range(0, size, BLOCK))
    waiting: deque[asyncio.Task[bytes]] = deque()
    try:
        while True:
            for offset in islice(offsets, AHEAD - len(waiting)):
                length = min(BLOCK, size - offset)
                waiting.append(asyncio.create_task(remote.read(length, offset)))
            if not waiting:
                return
            async with asyncio.timeout(STALL_SECONDS):
                block = await waiting.popleft()
            yield block
    finally:
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
