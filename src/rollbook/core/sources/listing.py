"""A folder of an SFTP server as it lists it: servers leave out types, sizes and times, or all."""

import posixpath
import stat
from dataclasses import dataclass
from enum import Enum, auto

from rollbook.core.sources.errors import FolderNotFound, PermissionRefused, UnsafeName
from rollbook.core.sources.limit_errors import FolderTooLarge
from rollbook.core.sources.remote import Remote
from rollbook.core.sources.ssh import asyncssh
from rollbook.core.sources.suggestions import nearest, printable, what_is_there

MOST_LEVELS = 8
"""So far up is looked for a folder that is there."""
MOST_OFFERED = 5


class Kind(Enum):
    FILE = auto()
    FOLDER = auto()
    LINK = auto()
    OTHER = auto()
    UNKNOWN = auto()
    """The server does not say."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One name of a folder; None: the server does not say."""

    name: str
    kind: Kind
    size: int | None
    modified: int | None


async def list_folder(remote: Remote, folder: str) -> list[Entry]:
    """The entries of `folder` but the hidden ones and its folders.

    Raises FolderNotFound, FolderTooLarge, PermissionRefused, UnsafeName.
    """
    entries: list[Entry] = []
    await read_folder(remote, folder, into=entries)
    return [entry for entry in entries if entry.kind is not Kind.FOLDER]


async def read_folder(remote: Remote, folder: str, *, into: list[Entry]) -> None:
    """Add all entries of `folder`, one by one: who gives up has those that have come. Raises as
    `list_folder`."""
    try:
        await _read(remote, folder or ".", into=into)
    except (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath, asyncssh.SFTPNotADirectory) as error:
        raise await _no_folder(remote, folder) from error
    except asyncssh.SFTPPermissionDenied as error:
        raise PermissionRefused(what=f"the folder {shown_folder(folder)}") from error


def kind_of(attrs: asyncssh.SFTPAttrs, longname: bytes | str | None = None) -> Kind:
    """What the server calls it: by the type in its permissions, else as `ls -l` shows it."""
    mode = attrs.permissions or 0
    if stat.S_IFMT(mode):
        known = {stat.S_IFREG: Kind.FILE, stat.S_IFDIR: Kind.FOLDER, stat.S_IFLNK: Kind.LINK}
        return known.get(stat.S_IFMT(mode), Kind.OTHER)
    letter = _text(longname or "")[:1]
    return {"-": Kind.FILE, "d": Kind.FOLDER, "l": Kind.LINK}.get(letter, Kind.UNKNOWN)


def shown_folder(folder: str) -> str:
    return printable(folder) if folder not in ("", ".") else "the login folder"


async def _read(remote: Remote, folder: str, *, into: list[Entry]) -> None:
    """Raises FolderTooLarge, for some servers never come to an end, and UnsafeName."""
    patience, size = remote.patience, 0
    async for found in remote.sftp.scandir(folder):
        name, attrs = _text(found.filename), found.attrs
        kind = Kind.FOLDER if name in (".", "..") else kind_of(attrs, found.longname)
        if "/" in name or "\0" in name:
            remote.hang_up()
            raise UnsafeName(folder=shown_folder(folder))
        modified = None if attrs.mtime is None else int(attrs.mtime)
        into.append(Entry(name, kind, attrs.size, modified))
        size += len(name)
        if len(into) > patience.most_names or size > patience.most_bytes_of_names:
            remote.hang_up()  # or it would be asked to close the folder, and might not answer
            limit = f"{patience.most_names:,} names or {patience.most_bytes_of_names:,} bytes of"
            raise FolderTooLarge(folder=shown_folder(folder), limit=f"{limit} names")


async def _no_folder(remote: Remote, folder: str) -> FolderNotFound:
    """The error, with the folders of the nearest one above that can be read."""
    missing, shown = folder.rstrip("/"), shown_folder(folder)
    for _ in range(MOST_LEVELS):
        parent = posixpath.dirname(missing)
        found: list[Entry] = []
        try:
            await _read(remote, parent or ".", into=found)
        except (asyncssh.SFTPError, FolderTooLarge, UnsafeName):
            if parent in ("", "/"):
                break
            missing = parent
            continue
        names = [each.name for each in found if each.kind is Kind.FOLDER and each.name[0] != "."]
        wanted = posixpath.basename(missing)
        there = what_is_there(wanted, names, kind="folders")
        offered = [name for name in nearest(wanted, names) if printable(name) == name]
        paths = [posixpath.join(parent, name) for name in offered[:MOST_OFFERED]]
        return FolderNotFound(folder=shown, folders=paths, private=there)
    return FolderNotFound(folder=shown, private="The folder above it can't be read either.")


def _text(name: bytes | str) -> str:
    return name.decode("utf-8", "surrogateescape") if isinstance(name, bytes) else name
