"""A folder on an SFTP server: which files match, the newest of them, and whether it is complete."""

import fnmatch
import posixpath
import stat
from dataclasses import dataclass
from datetime import UTC, datetime

from rollbook.core.events import Listener, Logged
from rollbook.core.sources.errors import (
    FileChanged,
    FileEmpty,
    FileNotFound,
    FileStillGrowing,
    FolderNotFound,
    PermissionRefused,
    UnsafeName,
)
from rollbook.core.sources.limit_errors import FolderTooLarge, ServerUnsound
from rollbook.core.sources.remote import Remote
from rollbook.core.sources.ssh import asyncssh
from rollbook.core.sources.suggestions import printable, what_is_there

REMEMBERED = 1000
"""So many names that do not match are kept for the advice when nothing matches."""
LARGEST_SIZE = 1 << 60
"""No disk holds a larger file."""
LATEST = int(datetime(9999, 1, 1, tzinfo=UTC).timestamp())
"""The latest time that can be written as a date."""
READING = "the folder was read"
LOOKING = "a file was looked at"


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


async def matching_files(remote: Remote, folder: str, *, pattern: str) -> list[RemoteFile]:
    """The files of `folder` that match, the newest first.

    Raises FileNotFound, FolderNotFound, FolderTooLarge, PermissionRefused, ServerSilent.
    """
    looking = _matching_files(remote, folder, pattern=pattern)
    return await remote.ask(looking, doing=READING, seconds=remote.patience.listing)


async def _matching_files(remote: Remote, folder: str, *, pattern: str) -> list[RemoteFile]:
    matching: list[str] = []
    others: list[str] = []
    for name in await _names(remote, folder):
        if fnmatch.fnmatchcase(name, pattern):
            matching.append(name)
        elif len(others) < REMEMBERED:
            others.append(name)
    if len(matching) > remote.patience.most_matching:
        limit = f"{remote.patience.most_matching:,} files that match"
        raise FolderTooLarge(folder=_shown(folder), limit=limit)
    found = [await look_at(remote, folder, name=name) for name in matching]
    files = [file for file in found if file is not None]
    if not files:
        there = what_is_there(pattern, others, kind="files")
        raise FileNotFound(folder=_shown(folder), pattern=printable(pattern), private=there)
    return sorted(files, key=lambda file: (file.modified, file.name), reverse=True)


async def count_files(remote: Remote, folder: str) -> int:
    """How many files the folder holds. Raises as `matching_files`."""
    counting = _names(remote, folder)
    return len(await remote.ask(counting, doing=READING, seconds=remote.patience.listing))


async def _names(remote: Remote, folder: str) -> list[str]:
    try:
        entries = await _entries(remote, folder or ".")
    except (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath, asyncssh.SFTPNotADirectory) as error:
        there = await _folders_beside(remote, folder)
        raise FolderNotFound(folder=_shown(folder), private=there) from error
    except asyncssh.SFTPPermissionDenied as error:
        raise PermissionRefused(what=f"the folder {_shown(folder)}") from error
    for name, _ in entries:
        if "/" in name or "\0" in name:
            raise UnsafeName(folder=_shown(folder))
    return [name for name, mode in entries if not name.startswith(".") and not _is_folder(mode)]


async def _entries(remote: Remote, folder: str) -> list[tuple[str, int | None]]:
    """Names and modes. Raises FolderTooLarge: some servers never come to an end."""
    patience, entries, size = remote.patience, list[tuple[str, int | None]](), 0
    async for entry in remote.sftp.scandir(folder):
        name = _text(entry.filename)
        entries.append((name, entry.attrs.permissions))
        size += len(name)
        if len(entries) > patience.most_names or size > patience.most_bytes_of_names:
            remote.hang_up()  # or it would be asked to close the folder, and might not answer
            limit = f"{patience.most_names:,} names or {patience.most_bytes_of_names:,} bytes of"
            raise FolderTooLarge(folder=_shown(folder), limit=f"{limit} names")
    return entries


async def _folders_beside(remote: Remote, folder: str) -> str:
    parent = posixpath.dirname(folder.rstrip("/")) or "."
    try:
        names = [name for name, mode in await _entries(remote, parent) if _is_folder(mode)]
    except (asyncssh.SFTPError, FolderTooLarge):
        return "The folder above it cannot be read either."
    visible = [name for name in names if not name.startswith(".")]
    return what_is_there(posixpath.basename(folder.rstrip("/")), visible, kind="folders")


async def look_at(remote: Remote, folder: str, *, name: str) -> RemoteFile | None:
    """The file as it is now; None if it is gone or not an ordinary file.

    Raises PermissionRefused, ServerSilent, ServerUnsound.
    """
    path = posixpath.join(folder, name)
    try:
        attrs = await remote.ask(remote.sftp.stat(path), doing=LOOKING)
    except (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath, asyncssh.SFTPLinkLoop):
        return None
    except asyncssh.SFTPPermissionDenied as error:
        raise PermissionRefused(what="the file", private=named(name)) from error
    except asyncssh.SFTPFailure:
        # So OpenSSH says that a link leads back to itself. Of anything else it is a failure.
        if not await _is_link(remote, path):
            raise
        return None
    if attrs.permissions is not None and not stat.S_ISREG(attrs.permissions):
        return None
    size, modified = attrs.size or 0, int(attrs.mtime or 0)
    if not 0 <= size <= LARGEST_SIZE:
        raise ServerUnsound(host=remote.host, what="a file of that size", private=named(name))
    if not 0 <= modified <= LATEST:
        raise ServerUnsound(host=remote.host, what="a file of that time", private=named(name))
    return RemoteFile(name=name, path=path, size=size, modified=modified)


async def _is_link(remote: Remote, path: str) -> bool:
    attrs = await remote.ask(remote.sftp.lstat(path), doing=LOOKING)
    return attrs.permissions is not None and stat.S_ISLNK(attrs.permissions)


async def wait_until_complete(
    remote: Remote,
    folder: str,
    *,
    file: RemoteFile,
    listener: Listener,
) -> RemoteFile:
    """The file once it is the same before and after a pause. Raises FileStillGrowing."""
    patience, waited = remote.patience, 0.0
    for pause in patience.first_pauses(size=file.size, modified=file.modified):
        await patience.sleep(pause)
        waited += pause
        now = await look_at(remote, folder, name=file.name)
        if now is None:
            raise FileChanged(private=named(file.name))
        if now == file and file.size > 0:
            return now
        file = now
        listener(Logged("The file is still being written; waiting."))
    if file.size == 0:
        raise FileEmpty(private=named(file.name))
    raise FileStillGrowing(seconds=waited, private=named(file.name))


def named(name: str) -> str:
    """The file, for administrators alone: it may be called after a student."""
    return f"The file is {printable(name)}."


def _text(name: bytes | str) -> str:
    return name.decode("utf-8", "surrogateescape") if isinstance(name, bytes) else name


def _is_folder(mode: int | None) -> bool:
    return mode is not None and stat.S_ISDIR(mode)


def _shown(folder: str) -> str:
    return printable(folder) if folder not in ("", ".") else "the folder after sign-in"
