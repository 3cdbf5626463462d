"""What a feed wants done with a file on its server once it is imported, and whether that can be."""

import fnmatch
import posixpath
import re
from dataclasses import dataclass
from enum import Enum, auto
from types import MappingProxyType
from typing import Final

from rollbook.core.errors import UsageError
from rollbook.core.sources.unfinished import is_never_the_file

STAY: Final = "stay"
ACTIONS: Final = (STAY, "move", "rename", "delete")
DONE_TO: Final = MappingProxyType({"move": "moved", "rename": "renamed", "delete": "deleted"})
ENDING: Final = ".imported"
LONGEST: Final = 50
"""Characters of an ending."""


@dataclass(frozen=True, slots=True)
class AfterImport:
    """One of ACTIONS; `folder` is where to move, relative to the feed's; `ending` of a new name."""

    action: str = STAY
    folder: str = ""
    ending: str = ENDING


@dataclass(frozen=True, slots=True)
class ImportedFile:
    """A file on a server as it was when it was fetched. `path` is as the server writes it."""

    path: str
    size: int
    modified: int


class Became(Enum):
    """What became of one imported file on its server."""

    DONE = auto()
    GONE = auto()
    """It was no longer there."""
    REPLACED = auto()
    """Another file has its name now, and was left alone."""


def check_after_import(plan: AfterImport, *, folder: str, pattern: str) -> None:
    """Raise UsageError where the imported file would be taken again, or nothing says where to."""
    if plan.action == "move":
        _check_folder(plan.folder, folder)
    if plan.action == "rename":
        _check_ending(plan.ending, pattern)


def _check_folder(target: str, folder: str) -> None:
    if not target.strip() or "\0" in target:
        raise UsageError(
            what="No folder is set to move imported files to.",
            advice="Name one, such as imported. It's inside the feed's folder.",
            field="after_import_folder",
        )
    if posixpath.normpath(posixpath.join(folder, target)) == posixpath.normpath(folder or "."):
        raise UsageError(
            what="That is the folder the files are in.",
            advice="Name another one, such as imported.",
            field="after_import_folder",
        )


def _check_ending(ending: str, pattern: str) -> None:
    if not ending.strip() or len(ending) > LONGEST or re.search(r"[/\0]", ending):
        raise UsageError(
            what="That isn't a file extension.",
            advice=f"Write one such as {ENDING}.",
            field="after_import_ending",
        )
    name = re.sub(r"\[[^]]*\]|[*?]", "x", pattern) + ending
    if fnmatch.fnmatchcase(name, pattern) and not is_never_the_file(name):
        raise UsageError(
            what="A file with this extension would match the feed's pattern and be imported again.",
            advice=f"Use {ENDING}, which never matches.",
            field="after_import_ending",
        )
