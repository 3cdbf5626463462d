"""One file on an SFTP server: how it is at this moment."""

import posixpath
from dataclasses import dataclass
from datetime import UTC, datetime

from rollbook.core.sources.errors import (
    PermissionRefused,
)
from rollbook.core.sources.limit_errors import ServerUnsound
from rollbook.core.sources.listing import Kind, kind_of
from rollbook.core.sources.remote import Remote
from rollbook.core.sources.ssh import asyncssh
from rollbook.core.sources.suggestions import printable

LARGEST_SIZE = 1 << 60
"""No disk holds a larger file."""
LATEST = int(datetime(9999, 1, 1, tzinfo=UTC).timestamp())
"""The latest time that can be written as a date."""
LOOKING = "a file was looked at"
GONE = (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath, asyncssh.SFTPLinkLoop)


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file as the server describes it at one moment."""

    name: str
    path: str
    size: int
    modified: int

    @property
    def modified_at(self) -> datetime:
        return datetime.fromtimestamp(self.modified, UTC)


async def look_at(remote: Remote, folder: str, *, name: str) -> RemoteFile | None:
    """The file as it is now; None if it is gone or not an ordinary file.

    Raises PermissionRefused, ServerSilent, ServerUnsound.
    """
    path = posixpath.join(folder, name)
    try:
        attrs = await remote.ask(remote.sftp.stat(path), doing=LOOKING)
    except GONE:
        return None
    except asyncssh.SFTPPermissionDenied as error:
        raise PermissionRefused(what="the file", private=named(name)) from error
    except asyncssh.SFTPFailure:
        # So OpenSSH says that a link leads back to itself. Of anything else it is a failure.
        if not await _is_link(remote, path):
            raise
        return None
    if kind_of(attrs) not in (Kind.FILE, Kind.UNKNOWN):
        return None
    if attrs.size is None:
        raise ServerUnsound(host=remote.host, what="a file without a size", private=named(name))
    size, modified = attrs.size, int(attrs.mtime or 0)
    if not 0 <= size <= LARGEST_SIZE:
        raise ServerUnsound(host=remote.host, what="a file of that size", private=named(name))
    if not 0 <= modified <= LATEST:
        raise ServerUnsound(host=remote.host, what="a file of that time", private=named(name))
    return RemoteFile(name=name, path=path, size=size, modified=modified)


async def _is_link(remote: Remote, path: str) -> bool:
    attrs = await remote.ask(remote.sftp.lstat(path), doing=LOOKING)
    return kind_of(attrs) is Kind.LINK


def named(name: str) -> str:
    """The file, for administrators alone: it may be called after a student."""
    return f"The file is {printable(name)}."
