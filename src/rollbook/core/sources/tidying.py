"""Moves, renames or deletes imported files on their server, if they are still the imported ones."""

import asyncio
import posixpath
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from rollbook.core.errors import SourceError
from rollbook.core.sources.after_import import DONE_TO, AfterImport, Became, ImportedFile
from rollbook.core.sources.connection import SftpConnection
from rollbook.core.sources.errors import PermissionRefused
from rollbook.core.sources.folder import GONE, look_at, named
from rollbook.core.sources.limit_errors import ServerUnsound
from rollbook.core.sources.matching import BROKEN
from rollbook.core.sources.network import Address, resolve
from rollbook.core.sources.patience import Patience
from rollbook.core.sources.remote import Remote
from rollbook.core.sources.session import signed_in
from rollbook.core.sources.ssh import asyncssh

DOING = "an imported file was put away"
MOST_NAMES = 50
"""So many names are tried where one is taken."""
LONGEST = 120.0
"""Seconds after which no further file is begun; the next run of the feed goes on."""


class AfterImportRefused(SourceError):
    """The file was imported, but couldn't be {done} on the server: {why}

    The import is saved, and the file is still on the server.

    Ask your vendor to give the feed's user permission to do that. We try again at the next
    import."""

    reason = "after_import_refused"


def put_away(
    connection: SftpConnection,
    files: Sequence[ImportedFile],
    plan: AfterImport,
    *,
    feed_folder: str,
    patience: Patience | None = None,
) -> tuple[list[Became | AfterImportRefused], SourceError | None]:
    """Do with each of `files` what `plan` says; what became of them, in their order.

    Where the server can no longer be asked, the error comes with what was done before it.
    Runs an event loop of its own.
    """
    patience = (patience or Patience()).for_sign_in(connection.sign_in_seconds)
    done: list[Became | AfterImportRefused] = []
    try:
        addresses = resolve(connection.host, connection.port, seconds=patience.sign_in)
        asyncio.run(_put_away(connection, addresses, files, plan, feed_folder, patience, done))
    except SourceError as error:
        return done, error
    return done, None


async def _put_away(
    connection: SftpConnection,
    addresses: list[Address],
    files: Sequence[ImportedFile],
    plan: AfterImport,
    feed_folder: str,
    patience: Patience,
    done: list[Became | AfterImportRefused],
) -> None:
    async with signed_in(connection, addresses, patience=patience) as remote:
        until = patience.clock() + LONGEST
        for file in files:
            if patience.clock() > until:
                return
            done.append(await _one(remote, file, plan, feed_folder=feed_folder))


async def _one(
    remote: Remote, file: ImportedFile, plan: AfterImport, *, feed_folder: str
) -> Became | AfterImportRefused:
    folder, name = posixpath.split(file.path)
    refused = {"done": DONE_TO[plan.action], "private": named(name)}
    try:
        now = await look_at(remote, folder, name=name)
        if now is None:
            return Became.GONE
        if (now.size, now.modified) != (file.size, file.modified):
            return Became.REPLACED
        if plan.action == "delete":
            await remote.ask(remote.sftp.remove(file.path), doing=DOING)
        elif plan.action == "rename":
            await _rename(remote, file, _names(file.path, plan.ending, file.modified))
        else:
            target = posixpath.join(feed_folder, plan.folder)
            await _make_folder(remote, target)
            base, tail = posixpath.splitext(posixpath.join(target, name))
            await _rename(remote, file, _names(base, tail, file.modified))
    except BROKEN:
        raise
    except (PermissionRefused, ServerUnsound):
        return AfterImportRefused(why="the server doesn't let it be looked at.", **refused)
    except asyncssh.SFTPPermissionDenied:
        return AfterImportRefused(why="you don't have permission.", **refused)
    except asyncssh.SFTPError:
        return AfterImportRefused(why="the server rejects it.", **refused)
    return Became.DONE


async def _make_folder(remote: Remote, folder: str) -> None:
    try:
        await remote.ask(remote.sftp.stat(folder), doing=DOING)
    except GONE:
        await remote.ask(remote.sftp.mkdir(folder), doing=DOING)


async def _rename(remote: Remote, file: ImportedFile, names: Iterator[str]) -> None:
    """Give the file the first of `names` that is free: nothing is ever written over."""
    for name in names:
        try:
            await remote.ask(remote.sftp.lstat(name), doing=DOING)
        except GONE:
            await remote.ask(remote.sftp.rename(file.path, name), doing=DOING)
            return
    raise asyncssh.SFTPFailure("every name is taken")


def _names(base: str, tail: str, modified: int) -> Iterator[str]:
    """`base` and `tail`; then with the file's time between them, then with a number too."""
    yield f"{base}{tail}"
    stamp = datetime.fromtimestamp(modified, UTC).strftime("%Y%m%d-%H%M%S")
    yield f"{base}_{stamp}{tail}"
    for number in range(2, MOST_NAMES):
        yield f"{base}_{stamp}_{number}{tail}"
