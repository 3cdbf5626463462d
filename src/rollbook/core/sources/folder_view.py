"""What a person sees of a folder on a server to choose in it. Pure.

Names are whatever the server's users have typed: they are shown with what cannot be seen written
out, cut where they are long, and can be chosen only where the feed can keep them as they are.
"""

import posixpath
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import translate
from typing import Final

from rollbook.core.quantities import counted, listed
from rollbook.core.sources.folder import LARGEST_SIZE, LATEST
from rollbook.core.sources.listing import Entry, Kind
from rollbook.core.sources.proposed_pattern import Proposal, proposed_patterns
from rollbook.core.sources.suggestions import printable
from rollbook.core.sources.unfinished import is_never_the_file, is_upload, was_imported
from rollbook.core.visible import visible

MOST_SHOWN: Final = 200
"""Folders, and files as many again."""
LONGEST_SHOWN: Final = 80
"""Characters of a name; the whole name is its title."""
LONGEST_FOLDER: Final = 1000
"""Characters of a folder that a feed can keep."""


class Obstacle(StrEnum):
    """Why an entry cannot be chosen, in the words that are shown."""

    UPLOADING = "Still being uploaded"
    HELPER = "Not an export: a program's own file"
    IMPORTED = "Already imported"
    EMPTY = "Empty, perhaps still being uploaded"
    UNSEEN = "We can't look at this file"
    NOWHERE = "A link we can't follow"
    OTHER = "Not an ordinary file"
    NAME = "A feed can't use this name"


@dataclass(frozen=True, slots=True)
class ShownFolder:
    """A folder in the folder; `path` is "" where it cannot be opened."""

    name: str
    title: str
    path: str
    obstacle: str = ""


@dataclass(frozen=True, slots=True)
class ShownFile:
    """A file in the folder: with an `obstacle` it has no pattern. Times are the server's."""

    name: str
    title: str
    size: int | None
    modified: int | None
    obstacle: str = ""
    pattern: str = ""
    matches: str = ""
    """What the pattern takes in this folder: "Matches 14 files; the newest is ..."."""


@dataclass(frozen=True, slots=True)
class FolderView:
    """A folder as it is shown: its folders by name, its files the newest first."""

    folder: str
    home: str
    """The login folder as an absolute path; "" where the server does not say."""
    folders: tuple[ShownFolder, ...]
    files: tuple[ShownFile, ...]
    more_folders: int = 0
    more_files: int = 0
    hidden: int = 0
    """Names that begin with a dot."""
    part: str = ""
    """Why not all of the folder was read, in a sentence; "" where all was."""
    note: str = ""
    """Why this is not the folder that was asked for."""
    note_private: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """What reading a folder has brought: its entries, links followed as far as they lead."""

    entries: Sequence[Entry]
    unseen: frozenset[str] = frozenset()
    """Names that could not be looked at."""
    changing: frozenset[str] = frozenset()
    """Files that have just changed while they were looked at."""


def folder_view(
    found: Found, folder: str, *, home: str, part: str = "", others: Sequence[str] = ()
) -> FolderView:
    """Return what is shown of what was found. `part` says why that is not all; `others` are the
    patterns of other feeds that may look into the folder."""
    plain = [entry for entry in found.entries if not entry.name.startswith(".")]
    dots = sum(entry.name not in (".", "..") for entry in found.entries) - len(plain)
    folders = sorted(
        (entry.name for entry in plain if entry.kind is Kind.FOLDER),
        key=lambda name: (name.casefold(), name),
    )
    files = by_age(entry for entry in plain if entry.kind is not Kind.FOLDER)
    return FolderView(
        folder,
        home,
        tuple(_shown_folder(folder, name) for name in folders[:MOST_SHOWN]),
        tuple(_shown_files(files, found, is_part=bool(part), others=others)),
        more_folders=max(0, len(folders) - MOST_SHOWN),
        more_files=max(0, len(files) - MOST_SHOWN),
        hidden=dots,
        part=part,
    )


def contents_sentence(folders: int, files: int, *, more_folders: int, more_files: int) -> str:
    """Return how much is in a folder, and how much of it is shown: "2 folders and 14 files."."""
    said = listed([counted(folders + more_folders, "folder"), counted(files + more_files, "file")])
    parts = [f"the first {folders:,} folders"] * bool(more_folders)
    parts += [f"the newest {files:,} files"] * bool(more_files)
    return f"{said}. Shown: {listed(parts)}." if parts else f"{said}."


def by_age(entries: Iterable[Entry]) -> list[Entry]:
    """Return them, the newest first; those without a time are last."""
    return sorted(entries, key=lambda entry: (_time(entry) or 0, entry.name), reverse=True)


def shortened(name: str) -> str:
    """Return a name safe to print, cut in its middle, so that its date and its ending stay."""
    if len(name) <= LONGEST_SHOWN:
        return printable(name)
    half = LONGEST_SHOWN // 2
    return f"{printable(name[: half - 1])}…{printable(name[-half:])}"


def can_keep(folder: str) -> bool:
    """Tell whether a feed can keep a folder of this path, and people can see which it is."""
    is_seen = folder.isprintable() and visible(folder) == folder
    return is_seen and folder == folder.strip() and len(folder) <= LONGEST_FOLDER


def folder_path(folder: str, name: str) -> str:
    """Return the path of a folder in `folder`; "" is the login folder."""
    return posixpath.join(folder, name)


def is_candidate(entry: Entry) -> bool:
    """Tell whether the name says nothing against that the file is the export."""
    return not is_never_the_file(entry.name)


def _shown_files(
    files: Sequence[Entry], found: Found, *, is_part: bool, others: Sequence[str]
) -> Iterator[ShownFile]:
    obstacles = {entry.name: _obstacle(entry, found) for entry in files}
    complete = [entry.name for entry in files if not obstacles[entry.name]]
    shown = files[:MOST_SHOWN]
    wanted = [entry.name for entry in shown if not obstacles[entry.name]]
    # What is empty or still uploaded today is complete tomorrow, and a pattern would take it then.
    names = [entry.name for entry in files if is_candidate(entry)]
    proposals = proposed_patterns(names, wanted, others=others)
    matches = {each: _matches(each, complete, is_part=is_part) for each in {*proposals.values()}}
    for entry in shown:
        proposal = proposals.get(entry.name)
        is_link = entry.kind is Kind.LINK  # of which the size would be that of the link
        yield ShownFile(
            shortened(entry.name),
            printable(entry.name),
            None if is_link else _size(entry),
            None if is_link else _time(entry),
            obstacle=obstacles[entry.name] or ("" if proposal else Obstacle.NAME),
            pattern=proposal.pattern if proposal else "",
            matches=matches[proposal] if proposal else "",
        )


def _shown_folder(folder: str, name: str) -> ShownFolder:
    path = folder_path(folder, name)
    is_kept = can_keep(path) and can_keep(name)
    obstacle = "" if is_kept else Obstacle.NAME
    return ShownFolder(shortened(name), printable(name), path if is_kept else "", obstacle=obstacle)


def _obstacle(entry: Entry, found: Found) -> str:
    if is_upload(entry.name) or entry.name in found.changing:
        return Obstacle.UPLOADING
    if was_imported(entry.name):
        return Obstacle.IMPORTED
    if is_never_the_file(entry.name):
        return Obstacle.HELPER
    if entry.kind is Kind.LINK:
        return Obstacle.NOWHERE
    if entry.kind is Kind.OTHER:
        return Obstacle.OTHER
    if entry.kind is Kind.UNKNOWN or entry.name in found.unseen:
        return Obstacle.UNSEEN
    return Obstacle.EMPTY if entry.size == 0 else ""


def _matches(proposal: Proposal, names: Sequence[str], *, is_part: bool) -> str:
    """Return how many of the files, the newest first, a pattern takes, and the newest of these;
    and why it takes one name alone."""
    takes = re.compile(translate(proposal.pattern)).match
    taken = [name for name in names if takes(name)]
    least = "at least " if is_part else ""
    files = counted(len(taken), "file")
    said = f"Matches {least}{files}; the newest is {shortened(taken[0])}."
    return f"{said} {proposal.why_exact}".rstrip()


def _size(entry: Entry) -> int | None:
    """Return the size where it is one that a file can have."""
    return entry.size if entry.size is not None and 0 <= entry.size <= LARGEST_SIZE else None


def _time(entry: Entry) -> int | None:
    """Return the server's time where it is one that can be written as a date."""
    modified = entry.modified
    return modified if modified is not None and 0 < modified <= LATEST else None
