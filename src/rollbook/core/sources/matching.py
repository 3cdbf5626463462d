"""Which files of a folder match a pattern, and which of them is the newest."""

import asyncio
import fnmatch
import posixpath
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import cast

from rollbook.core.errors import SourceError
from rollbook.core.sources.arrival_errors import FileChanged
from rollbook.core.sources.errors import (
    FileNotFound,
    OnlyUnfinishedFiles,
    PermissionRefused,
    ServerFailed,
)
from rollbook.core.sources.folder import GONE, LATEST, LOOKING, RemoteFile, look_at, named
from rollbook.core.sources.limit_errors import FolderTooLarge
from rollbook.core.sources.listing import Entry, Kind, kind_of, list_folder, shown_folder
from rollbook.core.sources.named_file import NamedFile
from rollbook.core.sources.remote import Remote
from rollbook.core.sources.ssh import asyncssh
from rollbook.core.sources.suggestions import printable, some_of, what_is_there
from rollbook.core.sources.unfinished import (
    is_never_the_file,
    is_upload,
    was_imported,
    without_ending,
)

REMEMBERED = 1000
"""So many names that do not match, the newest, are compared with the pattern."""
AT_ONCE = 32
"""So many files are asked about before the first answer, where the listing says too little."""
READING = "the folder was read"
BROKEN = (asyncssh.SFTPConnectionLost, asyncssh.SFTPNoConnection, asyncssh.SFTPBadMessage)
"""Not about the file: nothing more can be asked."""


@dataclass(frozen=True, slots=True)
class Matching:
    """The files that match a pattern, the newest first, and the names that were passed over."""

    files: Sequence[RemoteFile]
    never_the_file: tuple[str, ...] = ()
    """Unfinished uploads and programs' own files, by their names."""
    uploading: tuple[str, ...] = ()
    """Those of them that are uploads newer than the newest file."""
    unseen: tuple[str, ...] = ()
    """What could not be looked at: links that lead nowhere, files that the server refuses."""
    others: tuple[NamedFile, ...] = ()
    """The newest of the files that do not match."""

    @property
    def has_no_times(self) -> bool:
        """Whether the server says of no file how new it is, though there are several."""
        return len(self.files) > 1 and not any(file.modified for file in self.files)

    @property
    def newest(self) -> RemoteFile:
        return self.files[0]


@dataclass(slots=True)
class _Found:
    """What a folder holds, by what the names say."""

    matching: list[Entry] = field(default_factory=list)
    never_the_file: list[Entry] = field(default_factory=list)
    others: list[Entry] = field(default_factory=list)


async def matching_files(remote: Remote, folder: str, *, pattern: str) -> Matching:
    """The files of `folder` that match; at least one.

    Raises FileNotFound, FolderNotFound, FolderTooLarge, PermissionRefused, ServerSilent.
    """
    found = _sorted_by_name(await _listed(remote, folder), pattern)
    if len(found.matching) > remote.patience.most_matching:
        limit = f"{remote.patience.most_matching:,} files that match"
        raise FolderTooLarge(folder=shown_folder(folder), limit=limit)
    files, refused = await remote.ask(
        _described(remote, folder, found.matching),
        doing=LOOKING,
        seconds=remote.patience.listing,
    )
    kinds = {entry.name: entry.kind for entry in found.matching}
    choosing = _that_are_there(remote, folder, files, kinds=kinds)
    files = await remote.ask(choosing, doing=LOOKING, seconds=remote.patience.listing)
    if not files:
        raise _nothing(folder, pattern, found=found, refused=refused)
    return _matching(files, found, refused=refused)


async def _that_are_there(
    remote: Remote, folder: str, files: Sequence[RemoteFile], *, kinds: Mapping[str, Kind]
) -> list[RemoteFile]:
    """The newest file as it is when it is looked at itself, and those after it; [] without any.

    The listing may be wrong about the one that counts.
    """
    for at, file in enumerate(files):
        newest = await look_at(remote, folder, name=file.name)
        if newest is None:
            continue
        is_folder = kinds[newest.name] is Kind.UNKNOWN and await can_be_listed(remote, newest.path)
        if not is_folder:
            return [newest, *files[at + 1 :]]
    return []


async def count_files(remote: Remote, folder: str) -> int:
    """How many files the folder holds. Raises as `matching_files`."""
    entries = await _listed(remote, folder)
    return sum(not entry.name.startswith(".") for entry in entries)


async def _listed(remote: Remote, folder: str) -> list[Entry]:
    listing = list_folder(remote, folder)
    return await remote.ask(listing, doing=READING, seconds=remote.patience.listing)


def _sorted_by_name(entries: Sequence[Entry], pattern: str) -> _Found:
    found = _Found()
    for entry in entries:
        is_match = fnmatch.fnmatchcase(entry.name, pattern)
        if was_imported(entry.name):
            continue
        if is_never_the_file(entry.name):
            if is_match or fnmatch.fnmatchcase(without_ending(entry.name), pattern):
                found.never_the_file.append(entry)
        elif is_match:
            found.matching.append(entry)
        else:
            found.others.append(entry)
    return found


async def _described(
    remote: Remote, folder: str, entries: Sequence[Entry]
) -> tuple[list[RemoteFile], list[tuple[Entry, SourceError]]]:
    """The files, the newest first, and what the server refuses to describe.

    It is asked only about what its listing leaves open.
    """
    files: list[RemoteFile] = []
    refused: list[tuple[Entry, SourceError]] = []
    unclear: list[Entry] = []
    for entry in entries:
        is_candidate = entry.kind in (Kind.FILE, Kind.UNKNOWN)  # of which the newest is looked at
        if is_candidate and entry.size is not None and entry.modified is not None:
            path = posixpath.join(folder, entry.name)
            files.append(RemoteFile(entry.name, path, entry.size, entry.modified))
        elif entry.kind is not Kind.OTHER:
            unclear.append(entry)
    for start in range(0, len(unclear), AT_ONCE):
        some = unclear[start : start + AT_ONCE]
        for entry, seen in zip(
            some, await asyncio.gather(*(_look(remote, folder, each) for each in some)), strict=True
        ):
            if isinstance(seen, RemoteFile):
                files.append(seen)
            elif seen is not None:
                refused.append((entry, seen))
    files.sort(key=lambda file: (file.modified, file.name), reverse=True)
    return files, refused


async def _look(remote: Remote, folder: str, entry: Entry) -> RemoteFile | SourceError | None:
    """The file; None where it is none; why it cannot be said."""
    path, named_file = posixpath.join(folder, entry.name), named(entry.name)
    try:
        attrs = await remote.ask(remote.sftp.stat(path), doing=LOOKING)
    except GONE:
        return FileChanged(private=named_file) if entry.kind is Kind.LINK else None
    except BROKEN:
        raise
    except asyncssh.SFTPPermissionDenied:
        return PermissionRefused(what="the file", private=named_file)
    except asyncssh.SFTPError:
        return ServerFailed(host=remote.host, doing=LOOKING, private=named_file)
    if kind_of(attrs) not in (Kind.FILE, Kind.UNKNOWN):
        return None
    modified = attrs.mtime if attrs.mtime is not None else entry.modified
    return RemoteFile(entry.name, path, attrs.size or 0, int(modified or 0))


def _matching(
    files: Sequence[RemoteFile], found: _Found, *, refused: Sequence[tuple[Entry, SourceError]]
) -> Matching:
    """Raises what was refused where that is newer than every file: it may be the one."""
    newest = files[0].modified
    for entry, error in refused:
        if entry.kind is not Kind.LINK and (entry.modified or 0) > newest:
            raise error
    uploads = (entry for entry in found.never_the_file if is_upload(entry.name))
    return Matching(
        files,
        never_the_file=tuple(entry.name for entry in found.never_the_file),
        uploading=tuple(each.name for each in uploads if (each.modified or 0) > newest),
        unseen=tuple(entry.name for entry, _ in refused),
        others=_named_files(_newest_of(found.others)),
    )


def _nothing(
    folder: str,
    pattern: str,
    *,
    found: _Found,
    refused: Sequence[tuple[Entry, SourceError]],
) -> SourceError:
    """Why there is no file."""
    if serious := [error for entry, error in refused if entry.kind is not Kind.LINK]:
        return serious[0]
    others = _newest_of(found.others)
    there = what_is_there(pattern, [entry.name for entry in others], kind="files")
    names = [entry.name for entry in found.never_the_file]
    if refused:
        links = some_of([entry.name for entry, _ in refused])
        there = f"These match, but are links that lead nowhere: {links}. {there}"
    if names:
        there = f"Skipped, because no complete file has such a name: {some_of(names)}. {there}"
    kind = OnlyUnfinishedFiles if any(map(is_upload, names)) else FileNotFound
    return kind(
        folder=shown_folder(folder),
        pattern=printable(pattern),
        private=there,
        others=_named_files(others),
    )


def _newest_of(entries: Sequence[Entry]) -> list[Entry]:
    newest_first = sorted(entries, key=lambda entry: entry.modified or 0, reverse=True)
    return newest_first[:REMEMBERED]


def _named_files(entries: Sequence[Entry]) -> tuple[NamedFile, ...]:
    """The files among them, each with its time where that can be one."""
    return tuple(
        NamedFile(each.name, each.modified if 0 < (each.modified or 0) <= LATEST else None)
        for each in entries
        if each.kind in (Kind.FILE, Kind.UNKNOWN)
    )


async def can_be_listed(remote: Remote, path: str) -> bool:
    """Whether it is a folder after all: such servers say it nowhere else."""
    try:
        await remote.ask(_first_name(remote, path), doing=LOOKING)
    except BROKEN:
        raise
    except asyncssh.SFTPError:
        return False
    return True


async def _first_name(remote: Remote, path: str) -> None:
    async with aclosing(cast(AsyncGenerator[object, None], remote.sftp.scandir(path))) as names:
        await anext(names, None)
