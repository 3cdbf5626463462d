"""Reads a folder of a server for a person who chooses in it, in one session.

The rules are those of a connection test: no credential is sent unless the server shows the key
that was confirmed. A person waits for the answer, so where a folder is too large or the server too
slow, what has been read by then is shown, and said to be a part.
"""

import asyncio
import posixpath
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from rollbook.core.errors import SourceError
from rollbook.core.sources.connection import SftpConnection
from rollbook.core.sources.errors import FolderNotFound, ServerFailed
from rollbook.core.sources.folder import RemoteFile, look_at
from rollbook.core.sources.folder_view import (
    MOST_SHOWN,
    FolderView,
    Found,
    by_age,
    can_keep,
    folder_view,
    is_candidate,
)
from rollbook.core.sources.limit_errors import FolderTooLarge, ServerSilent
from rollbook.core.sources.listing import Entry, Kind, kind_of, read_folder
from rollbook.core.sources.matching import BROKEN, READING, can_be_listed
from rollbook.core.sources.network import Address, resolve
from rollbook.core.sources.patience import Patience
from rollbook.core.sources.remote import Remote
from rollbook.core.sources.session import signed_in
from rollbook.core.sources.ssh import asyncssh

BROWSING: Final = Patience(answer=10.0, listing=20.0)
LOOKING: Final = 15.0
"""Seconds for following links and looking twice at the newest files."""
WATCHED: Final = 5
"""So many of the newest files are looked at twice."""
WATCHED_FOR: Final = 0.5
"""Seconds between the two looks; a file that has grown is still being uploaded."""
AT_ONCE: Final = 32


def browse(
    connection: SftpConnection,
    folder: str,
    *,
    patience: Patience = BROWSING,
    others: Sequence[str] = (),
) -> FolderView:
    """Return what is in `folder`; of one that is not there, what is in the login folder.

    `others` are the patterns of other feeds that may look into it: none is proposed that takes
    their files.
    Raises SourceError. Runs an event loop of its own, so it is called from where none is running.
    """
    patience = patience.for_sign_in(connection.sign_in_seconds)
    addresses = resolve(connection.host, connection.port, seconds=patience.sign_in)
    reading = _browse(connection, folder, addresses=addresses, patience=patience, others=others)
    return asyncio.run(reading)


async def _browse(
    connection: SftpConnection,
    folder: str,
    *,
    addresses: list[Address],
    patience: Patience,
    others: Sequence[str],
) -> FolderView:
    async with signed_in(connection, addresses, patience=patience) as remote:
        home = await _login_folder(remote)
        wanted = normal(folder, home)
        try:
            return await _view(remote, wanted, home=home, others=others)
        except FolderNotFound as error:
            if wanted == "":
                raise
            try:
                view = await _view(remote, "", home=home, others=others)
            except (SourceError, asyncssh.SFTPError):
                raise error from None
            return replace(view, note=error.message.what, note_private=error.private)


def normal(folder: str, home: str) -> str:
    """Return the path without `.`, `..` and doubled slashes; it stays relative where it can."""
    if folder.startswith("/"):
        return "/" + posixpath.normpath(folder).lstrip("/")
    path = posixpath.normpath(folder) if folder else ""
    if path == ".":
        return ""
    if path.split("/")[0] == ".." and home:
        return posixpath.normpath(posixpath.join(home, path))
    return path


async def _login_folder(remote: Remote) -> str:
    """Return its absolute path; "" where the server does not say, or no feed could keep it."""
    try:
        path = await remote.ask(remote.sftp.realpath("."), doing=READING)
    except BROKEN:
        raise
    except asyncssh.SFTPError:
        return ""
    text = path.decode("utf-8", "surrogateescape") if isinstance(path, bytes) else str(path)
    return normal(text, "") if text.startswith("/") and can_keep(text) else ""


async def _view(remote: Remote, folder: str, *, home: str, others: Sequence[str]) -> FolderView:
    entries: list[Entry] = []
    reading = read_folder(remote, folder, into=entries)
    seconds = remote.patience.listing
    try:
        await remote.ask(reading, doing=READING, seconds=seconds)
    except (FolderTooLarge, ServerSilent) as error:
        if not any(entry.name not in (".", "..") for entry in entries):
            raise
        # The connection is cut by now: nothing more can be looked at.
        part = _part(error, len(entries))
        return folder_view(Found(entries), folder, home=home, part=part, others=others)
    except BROKEN:
        raise
    except asyncssh.SFTPError as error:
        raise ServerFailed(host=remote.host, doing=READING) from error
    looks = _Looks(remote, folder, entries)
    try:
        await remote.ask(looks.take(), doing=READING, seconds=LOOKING)
    except ServerSilent:
        looks.give_up()
    found = Found(looks.entries, frozenset(looks.unseen), frozenset(looks.changing))
    return folder_view(found, folder, home=home, others=others)


def _part(error: SourceError, count: int) -> str:
    if isinstance(error, FolderTooLarge):
        return (
            f"This folder is very large. We read only {count:,} names; newer files may be missing."
        )
    return f"The server is slow. We read only {count:,} names; newer files may be missing."


@dataclass(slots=True)
class _Looks:
    """What the listing leaves open, looked at as far as it is shown."""

    remote: Remote
    folder: str
    entries: list[Entry]
    unseen: set[str] = field(default_factory=set)
    changing: set[str] = field(default_factory=set)

    async def take(self) -> None:
        await self._follow()
        await self._watch()

    def give_up(self) -> None:
        """Let nothing be chosen that would have been looked at."""
        self.unseen.update(each.name for each in self._to_watch())

    async def _follow(self) -> None:
        """Find out what links lead to, and what entries are that the server gives no type of."""
        unclear = [each for each in self.entries if each.kind in (Kind.LINK, Kind.UNKNOWN)]
        newest = by_age(each for each in unclear if not each.name.startswith("."))
        self.unseen.update(each.name for each in newest[MOST_SHOWN:])
        seen: dict[str, Entry] = {}
        for start in range(0, len(newest[:MOST_SHOWN]), AT_ONCE):
            some = newest[start : start + AT_ONCE]
            for entry in await asyncio.gather(*map(self._followed, some)):
                seen[entry.name] = entry
        self.entries = [seen.get(each.name, each) for each in self.entries]

    async def _followed(self, entry: Entry) -> Entry:
        path = posixpath.join(self.folder, entry.name)
        try:
            attrs = await self.remote.sftp.stat(path)
            kind = kind_of(attrs)
            if kind is Kind.UNKNOWN:
                is_folder = await can_be_listed(self.remote, path)
                kind = Kind.FOLDER if is_folder else Kind.FILE
        except BROKEN:
            raise
        except asyncssh.SFTPError:
            self.unseen.add(entry.name)
            return entry
        modified = entry.modified if attrs.mtime is None else int(attrs.mtime)
        return Entry(entry.name, kind, attrs.size, modified)

    async def _watch(self) -> None:
        """Look twice at the newest files: one that has changed is still being uploaded."""
        newest = self._to_watch()
        if not newest:
            return
        before = await self._states(newest)
        await self.remote.patience.sleep(WATCHED_FOR)
        after = await self._states(newest)
        for entry in newest:
            if after[entry.name] != before[entry.name]:
                self.changing.add(entry.name)
            elif after[entry.name] is None:
                self.unseen.add(entry.name)

    def _to_watch(self) -> list[Entry]:
        files = [each for each in self.entries if each.kind is Kind.FILE and is_candidate(each)]
        return by_age(each for each in files if each.name not in self.unseen)[:WATCHED]

    async def _states(self, files: Sequence[Entry]) -> dict[str, RemoteFile | None]:
        return {each.name: await self._state(each) for each in files}

    async def _state(self, entry: Entry) -> RemoteFile | None:
        try:
            return await look_at(self.remote, self.folder, name=entry.name)
        except BROKEN:
            raise
        except (SourceError, asyncssh.SFTPError):
            return None
