"""What the chooser of a folder and a file shows: where one is, what is there, what went wrong."""

import posixpath
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from rollbook.core.sources.folder_view import contents_sentence
from rollbook.core.sources.suggestions import printable
from rollbook.web.pages.feeds.connection_test_results import Found

EXPIRED: Final = "This list has expired. Browse again."
LOGIN_FOLDER: Final = "Login folder"


@dataclass(frozen=True, slots=True)
class Crumb:
    """A folder on the way to the one that is shown."""

    label: str
    path: str


def crumbs(folder: str, home: str) -> list[Crumb]:
    """Return the folders from the root to `folder`, itself the last.

    A relative folder begins at the login folder, whose absolute path is `home`, "" where it is not
    known.
    """
    parts = [part for part in folder.split("/") if part]
    if folder.startswith("/"):
        return [Crumb("/", "/"), *_below("/", parts)]
    above = [] if home == "/" else [Crumb("/", "/")]
    if home not in ("", "/"):
        above += _below("/", posixpath.dirname(home).strip("/").split("/"))
    return [*above, Crumb(LOGIN_FOLDER, ""), *_below("", parts)]


def chooser(found: Found | None) -> dict[str, Any]:
    """Return what the chooser shows of a look into a folder: so far, or in the end."""
    if found is None:
        return {"chooser": True, "chooser_problem": EXPIRED}
    if not found.is_over:
        return {"chooser": True, "reading": found.number}
    if found.folder is None:
        return {"chooser": True, "browsed": found.number, **_failed(found)}
    return {"chooser": True, "browsed": found.number, **_folder(found.folder)}


def _failed(found: Found) -> dict[str, Any]:
    """Return what went wrong, and the folders above from which one may go on."""
    last = found.steps[-1] if found.steps else None
    way = crumbs(found.about["asked_folder"], "")
    return {
        **_way(way),
        "chooser_problem": last["detail"] if last else found.problem,
        "chooser_advice": last["advice"] if last else "",
        "chooser_private": last["private"] if last else "",
        "is_key_changed": bool(last and last["host_key"]),
    }


def _folder(view: Mapping[str, Any]) -> dict[str, Any]:
    way = crumbs(view["folder"], view["home"])
    files = [
        {**file, "number": number, "modified": _moment(file["modified"])}
        for number, file in enumerate(view["files"])
    ]
    return {
        **_way(way),
        "listing": {**view, "files": files},
        "holds": contents_sentence(
            len(view["folders"]),
            len(view["files"]),
            more_folders=view["more_folders"],
            more_files=view["more_files"],
        ),
    }


def _way(way: Sequence[Crumb]) -> dict[str, Any]:
    *above, here = way
    return {
        "crumbs": above,
        "here": here,
        "up": above[-1] if above else None,
        "is_far": all(crumb.path for crumb in way),
    }


def _moment(modified: int | None) -> datetime | None:
    return None if modified is None else datetime.fromtimestamp(modified, UTC)


def _below(start: str, parts: list[str]) -> list[Crumb]:
    found, path = [], start
    for part in filter(None, parts):
        path = posixpath.join(path, part)
        found.append(Crumb(printable(part), path))
    return found
