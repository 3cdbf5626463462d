"""The newest matching file in a folder of an SFTP server, or all of one delivery, as a source."""

import asyncio
from collections import deque
from dataclasses import replace
from itertools import islice
from typing import BinaryIO

from rollbook.core.errors import SourceError
from rollbook.core.events import Listener, Phase, PhaseStarted
from rollbook.core.file_set import ALL, NEWEST, digest_of, set_name, write_index
from rollbook.core.sources.after_import import ImportedFile
from rollbook.core.sources.arrival import AT_ONCE, Arrival
from rollbook.core.sources.arrival_errors import FileChanged, FileNotConfirmed
from rollbook.core.sources.connection import SftpConnection, check_pattern
from rollbook.core.sources.delivery import delivery_remarks, served_delivery
from rollbook.core.sources.errors import PermissionRefused
from rollbook.core.sources.folder import RemoteFile, named
from rollbook.core.sources.freshness import choice_remarks, newest_beside, served_of
from rollbook.core.sources.limit_errors import (
    DownloadTooLarge,
    DownloadTooSlow,
    ServerSilent,
    ServerUnsound,
)
from rollbook.core.sources.network import Address, resolve
from rollbook.core.sources.patience import LARGEST_FILE, Patience
from rollbook.core.sources.remarks import remarks
from rollbook.core.sources.remote import Remote
from rollbook.core.sources.session import signed_in
from rollbook.core.sources.source import Fetched, Receiver, all_or_nothing, within
from rollbook.core.sources.ssh import asyncssh
from rollbook.core.sources.suggestions import printable
from rollbook.core.sources.waiting import newest_when_complete
from rollbook.core.sources.waiting_for_all import (
    delivery_when_complete,
    look_at_all,
    refuse_changed,
)

__all__ = ["SftpConnection", "SftpSource", "download"]

PIECE = 32 << 10
"""What every server answers in one packet."""
LARGEST_PIECE = 256 << 10
"""Where the server says that it answers as much; small enough for a slow line, too."""
AHEAD = 4 << 20
"""So many bytes are asked for before the first have arrived; they bound the memory."""
LAST_LOOK = 10.0
"""Seconds for the answer to the look before an import is saved."""
ONE_BY_ONE = 0
"""As a block size: asyncssh starts no tasks of its own, which could not be ended."""


class SftpSource:
    """The newest file in `folder` whose name matches `pattern`; with `files` ALL its delivery.

    `fetch` runs an event loop of its own, so it is called from where none is running.
    """

    def __init__(
        self,
        connection: SftpConnection,
        folder: str,
        pattern: str,
        *,
        patience: Patience | None = None,
        largest: int = LARGEST_FILE,
        files: str = NEWEST,
    ) -> None:
        self._connection = connection
        self._folder = folder
        self._pattern = check_pattern(pattern)
        self._patience = (patience or Patience()).for_sign_in(connection.sign_in_seconds)
        self._largest = largest
        self._takes_all = files == ALL
        self.taken: tuple[ImportedFile, ...] = ()
        self._files: tuple[RemoteFile, ...] = ()

    def fetch(self, into: BinaryIO, *, listener: Listener, arrival: Arrival = AT_ONCE) -> Fetched:
        """As Source; `arrival` says when the file counts as complete."""
        listener(PhaseStarted(Phase.CONNECTING))
        addresses = resolve(
            self._connection.host, self._connection.port, seconds=self._patience.sign_in
        )
        with all_or_nothing(into):
            return asyncio.run(self._fetch(into, addresses, listener=listener, arrival=arrival))

    def check_unchanged(self) -> None:
        """As Source, in a session of its own: reading a file may take longer than one lasts."""
        try:
            addresses = resolve(
                self._connection.host, self._connection.port, seconds=self._patience.sign_in
            )
            limit = self._patience.sign_in + LAST_LOOK  # the import holds its locks meanwhile
            now = asyncio.run(asyncio.wait_for(self._look_again(addresses), limit))
        except TimeoutError as error:
            raise FileNotConfirmed(host=self._connection.host) from error
        except SourceError as error:
            # Whatever it is, it has only just been otherwise.
            raise FileNotConfirmed(host=self._connection.host, private=error.private) from error
        refuse_changed(self._files, now)

    async def _look_again(self, addresses: list[Address]) -> list[RemoteFile | None]:
        patience = replace(self._patience, answer=min(self._patience.answer, LAST_LOOK))
        async with signed_in(self._connection, addresses, patience=patience) as remote:
            return await look_at_all(remote, self._folder, self._files)

    async def _fetch(
        self, into: BinaryIO, addresses: list[Address], *, listener: Listener, arrival: Arrival
    ) -> Fetched:
        async with signed_in(self._connection, addresses, patience=self._patience) as remote:
            if self._takes_all:
                fetched = await self._fetch_all(remote, into, listener=listener, arrival=arrival)
            else:
                fetched = await self._fetch_newest(remote, into, listener=listener, arrival=arrival)
        self.taken = tuple(
            ImportedFile(each.path, each.size, each.modified) for each in self._files
        )
        return fetched

    async def _fetch_newest(
        self, remote: Remote, into: BinaryIO, *, listener: Listener, arrival: Arrival
    ) -> Fetched:
        found = await newest_when_complete(
            remote, self._folder, pattern=self._pattern, arrival=arrival, listener=listener
        )
        file = found.newest
        self._files = (file,)
        listener(PhaseStarted(Phase.DOWNLOADING))
        sha256 = await self._take(remote, file, into, listener=listener)
        refuse_changed(self._files, await look_at_all(remote, self._folder, self._files))
        beside = newest_beside(found.others, file.modified)
        served = replace(served_of(found.files, arrival), beside=beside)
        return Fetched(
            name=printable(file.name),
            size=file.size,
            modified_at=file.modified_at,
            sha256=sha256,
            place=f"{self._connection.place}/{printable(file.path)}",
            served=served,
            remarks=(*remarks(found), *choice_remarks(found.files, served, arrival)),
            others=found.others,
        )

    async def _fetch_all(
        self, remote: Remote, into: BinaryIO, *, listener: Listener, arrival: Arrival
    ) -> Fetched:
        found, delivery = await delivery_when_complete(
            remote, self._folder, pattern=self._pattern, arrival=arrival, listener=listener
        )
        files = self._files = delivery.files
        if delivery.size > self._largest:
            raise DownloadTooLarge(limit=self._largest)
        listener(PhaseStarted(Phase.DOWNLOADING))
        start = into.tell()
        if len(files) > 1:  # alone it is stored as it is: an archive may hold all parts
            write_index(into, [(printable(file.name), file.size) for file in files])
        done, each = 0, list[str]()
        for file in files:
            listen = within(listener, done=done, size=delivery.size)
            each.append(await self._take(remote, file, into, listener=listen))
            done += file.size
        refuse_changed(files, await look_at_all(remote, self._folder, files))
        return Fetched(
            name=set_name([printable(file.name) for file in files]),
            size=into.tell() - start,
            modified_at=max(file.modified_at for file in files),
            sha256=digest_of(each) if len(each) > 1 else each[0],
            place=f"{self._connection.place}/{printable(self._folder)}",
            served=replace(
                served_delivery(delivery), beside=newest_beside(found.others, delivery.modified)
            ),
            remarks=(*remarks(found), *delivery_remarks(delivery)),
            others=found.others,
        )

    async def _take(
        self, remote: Remote, file: RemoteFile, into: BinaryIO, *, listener: Listener
    ) -> str:
        """Write the file into `into`; return its SHA-256."""
        receiver = Receiver(into, size=file.size, listener=listener, largest=self._largest)
        await download(remote, file, receiver=receiver)
        return receiver.sha256()


async def download(remote: Remote, file: RemoteFile, *, receiver: Receiver) -> None:
    """Hand the bytes of `file` to `receiver` in their order. Raises SourceError.

    After an error the open file is not closed: that would be one more question. The connection ends
    with it.
    """
    try:
        opened = await remote.ask(
            remote.sftp.open(file.path, "rb", encoding=None, block_size=ONE_BY_ONE),
            doing="the file was opened",
        )
        await _receive(remote, opened, file=file, receiver=receiver)
        if await remote.ask(opened.read(1, file.size), doing="the end of the file was looked at"):
            raise FileChanged(private=named(file.name))  # it is longer than the server said
        await remote.ask(opened.close(), doing="the file was closed")
    except asyncssh.SFTPPermissionDenied as error:
        raise PermissionRefused(what="the file", private=named(file.name)) from error
    except (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath) as error:
        raise FileChanged(private=named(file.name)) from error
    if receiver.received != file.size:
        raise FileChanged(private=named(file.name))


async def _receive(
    remote: Remote, opened: asyncssh.SFTPClientFile, *, file: RemoteFile, receiver: Receiver
) -> None:
    """Take the pieces in their order, several asked for at a time so that the way is always busy.

    Raises DownloadTooSlow, FileChanged, ServerSilent, ServerUnsound.
    """
    clock = asyncio.get_running_loop().time
    begun, whole = clock(), remote.patience.whole_download(file.size)
    most = min(max(PIECE, remote.sftp.limits.max_read_len), LARGEST_PIECE)
    pieces = ((start, min(most, file.size - start)) for start in range(0, file.size, most))
    waiting: deque[tuple[asyncio.Task[bytes], int]] = deque()
    try:
        while True:
            for start, length in islice(pieces, AHEAD // most - len(waiting)):
                waiting.append((asyncio.create_task(_piece(opened, start, length)), length))
            if not waiting:
                return
            task, length = waiting[0]
            left = begun + whole - clock()
            await asyncio.wait({task}, timeout=max(0.0, min(remote.patience.silence, left)))
            if not task.done():
                raise _given_up(
                    remote,
                    file,
                    receiver=receiver,
                    is_slow=left <= remote.patience.silence,
                    seconds=whole,
                )
            waiting.popleft()
            receiver.take(_checked(task.result(), length, remote=remote, file=file))
    finally:
        for task, _ in waiting:
            task.cancel()
        await asyncio.gather(*(task for task, _ in waiting), return_exceptions=True)


async def _piece(opened: asyncssh.SFTPClientFile, start: int, length: int) -> bytes:
    """The bytes from `start` on, fewer only at the end: a server may answer with a part."""
    piece = b""
    while len(piece) < length:
        part: bytes = await opened.read(length - len(piece), start + len(piece))
        if not part:
            break
        piece += part
    return piece


def _checked(piece: bytes, length: int, *, remote: Remote, file: RemoteFile) -> bytes:
    """Raises FileChanged where the file has become shorter, ServerUnsound for more than asked."""
    if len(piece) > length:
        what = "more bytes than it was asked for"
        raise ServerUnsound(host=remote.host, what=what, private=named(file.name))
    if len(piece) < length:
        raise FileChanged(private=named(file.name))
    return piece


def _given_up(
    remote: Remote, file: RemoteFile, *, receiver: Receiver, is_slow: bool, seconds: float
) -> SourceError:
    if is_slow:
        return DownloadTooSlow(
            host=remote.host, seconds=seconds, received=receiver.received, size=file.size
        )
    return ServerSilent(
        host=remote.host, seconds=remote.patience.silence, doing="the file was downloaded"
    )
