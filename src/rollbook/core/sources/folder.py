"""A folder on an SFTP server: which files match, the newest of them, and whether it is complete."""

import asyncio
import fnmatch
import posixpath
import stat
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from rollbook.core.errors import UsageError
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
from rollbook.core.sources.near import printable, what_is_there
from rollbook.core.sources.session import SIGN_IN_SECONDS
from rollbook.core.sources.ssh import asyncssh

REMEMBERED = 1000
"""So many names that do not match are kept for the advice when nothing matches."""


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


@dataclass(frozen=True, slots=True)
class Patience:
    """How long the sign-in may take, and how long a file still being written is waited for.

    A file is complete when its size and time are the same before and after a pause. One that was
    modified lately is watched longer than one from hours ago.
    """

    sign_in: float = SIGN_IN_SECONDS
    lately: float = 60.0
    glance: float = 0.1
    pauses: tuple[float, ...] = (1.0, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    clock: Callable[[], float] = time.time

    def first_pauses(self, file: RemoteFile) -> tuple[float, ...]:
        is_old = file.size > 0 and self.clock() - file.modified > self.lately
        return (self.glance, *self.pauses) if is_old else self.pauses


def check_pattern(pattern: str) -> str:
    """`pattern` unless it is more than a file name. Raises UsageError."""
    if not pattern or "/" in pattern or "\0" in pattern:
        raise UsageError(
            what="The pattern must be a file name such as student_data_*.csv; the folder is a"
            " setting of its own."
        )
    return pattern


async def matching_files(
    sftp: asyncssh.SFTPClient, folder: str, *, pattern: str
) -> list[RemoteFile]:
    """The files of `folder` that match, the newest first. Raises FileNotFound, FolderNotFound."""
    matching: list[str] = []
    others: list[str] = []
    for name in await _names(sftp, folder):
        if fnmatch.fnmatchcase(name, pattern):
            matching.append(name)
        elif len(others) < REMEMBERED:
            others.append(name)
    found = [await look_at(sftp, folder, name=name) for name in matching]
    files = [file for file in found if file is not None]
    if not files:
        there = what_is_there(pattern, others, kind="files")
        raise FileNotFound(folder=_shown(folder), pattern=printable(pattern), private=there)
    return sorted(files, key=lambda file: (file.modified, file.name), reverse=True)


async def count_files(sftp: asyncssh.SFTPClient, folder: str) -> int:
    """How many files the folder holds. Raises FolderNotFound, PermissionRefused."""
    return len(await _names(sftp, folder))


async def _names(sftp: asyncssh.SFTPClient, folder: str) -> list[str]:
    try:
        entries = [
            (_text(entry.filename), entry.attrs.permissions)
            async for entry in sftp.scandir(folder or ".")
        ]
    except (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath, asyncssh.SFTPNotADirectory) as error:
        there = await _folders_beside(sftp, folder)
        raise FolderNotFound(folder=_shown(folder), private=there) from error
    except asyncssh.SFTPPermissionDenied as error:
        raise PermissionRefused(what=f"the folder {_shown(folder)}") from error
    for name, _ in entries:
        if "/" in name or "\0" in name:
            raise UnsafeName(folder=_shown(folder))
    return [name for name, mode in entries if not name.startswith(".") and not _is_folder(mode)]


async def _folders_beside(sftp: asyncssh.SFTPClient, folder: str) -> str:
    parent = posixpath.dirname(folder.rstrip("/")) or "."
    try:
        names = [
            _text(entry.filename)
            async for entry in sftp.scandir(parent)
            if _is_folder(entry.attrs.permissions)
        ]
    except asyncssh.SFTPError:
        return "The folder above it cannot be read either."
    visible = [name for name in names if not name.startswith(".")]
    return what_is_there(posixpath.basename(folder.rstrip("/")), visible, kind="folders")


async def look_at(sftp: asyncssh.SFTPClient, folder: str, *, name: str) -> RemoteFile | None:
    """The file as it is now; None if it is gone or not an ordinary file."""
    path = posixpath.join(folder, name)
    try:
        attrs = await sftp.stat(path)
    except (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath):
        return None
    except asyncssh.SFTPPermissionDenied as error:
        raise PermissionRefused(what="the file", private=named(name)) from error
    if attrs.permissions is not None and not stat.S_ISREG(attrs.permissions):
        return None
    return RemoteFile(name=name, path=path, size=attrs.size or 0, modified=int(attrs.mtime or 0))


async def wait_until_complete(
    sftp: asyncssh.SFTPClient,
    folder: str,
    *,
    file: RemoteFile,
    patience: Patience,
    listener: Listener,
) -> RemoteFile:
    """The file once it is the same before and after a pause. Raises FileStillGrowing."""
    waited = 0.0
    for pause in patience.first_pauses(file):
        await patience.sleep(pause)
        waited += pause
        now = await look_at(sftp, folder, name=file.name)
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
