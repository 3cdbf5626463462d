"""The parts of an .xlsx package, found by its relationships and content types, not by their names.

Writers differ in names, letter case, slashes and folders; what a part is, the package says.
Sources: ECMA-376 part 2, 6.2 (part names), 6.5 (relationships), 7.2.3 (content types).
"""

import posixpath
import zipfile
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from rollbook.core.reading.errors import FileTooLarge
from rollbook.core.reading.markup import feed, make_parser

MOST_LINKS: Final = 10_000

_CONTENT_TYPES: Final = "[content_types].xml"
_USUAL_WORKBOOKS: Final = ("xl/workbook.xml", "xl/workbook.bin")
_WORKBOOK_TYPES: Final = ("spreadsheetml", "ms-excel")
_SAYS_NOTHING: Final = ("application/xml", "text/xml")


@dataclass(frozen=True, slots=True)
class Link:
    """A relationship: its id, the last word of its type (`worksheet`), and the part it leads to."""

    id: str
    kind: str
    part: str


class Package:
    """A zip whose parts know each other. Parts are named as the zip stores them."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self._stored: dict[str, str] = {}
        for name in archive.namelist():
            self._stored.setdefault(_folded(name), name)

    def find_workbook(self) -> str | None:
        """Return the part with the list of sheets; None where this is no workbook."""
        types = self._content_types()
        main = [link.part for link in self._links("") if link.kind == "officeDocument"]
        named = [
            self._stored[name]
            for name, kind in types.items()
            if name in self._stored and kind.endswith(("main+xml", "main")) and _is_workbook(kind)
        ]
        usual = [self._stored[name] for name in _USUAL_WORKBOOKS if name in self._stored]
        for part in [*main, *named, *usual]:
            kind = types.get(_folded(part), "")
            if not kind or _is_workbook(kind) or kind in _SAYS_NOTHING:
                return part
        return None

    def links(self, source: str) -> list[Link]:
        """Return where the relationships of a part lead; those that lead nowhere are left out."""
        return self._links(_folded(source))

    def find_beside(self, source: str, kind: str, usual: str) -> str | None:
        """Return the part that `source` links to as `kind`, otherwise the one with a usual name."""
        linked = [link.part for link in self.links(source) if link.kind == kind]
        return linked[0] if linked else self._resolved(_folded(source), usual)

    def _links(self, source: str) -> list[Link]:
        folder, name = posixpath.split(source)
        part = self._stored.get(posixpath.join(folder, "_rels", f"{name}.rels"))
        links: list[Link] = []

        def start(name: str, attributes: dict[str, str]) -> None:
            if name != "Relationship" or attributes.get("TargetMode", "").lower() == "external":
                return
            target = self._resolved(source, attributes.get("Target", ""))
            if target is not None:
                kind = attributes.get("Type", "").rpartition("/")[2]
                links.append(Link(attributes.get("Id", ""), kind, target))
                _check_count(len(links))

        if part is not None:
            feed(self.archive, part, make_parser(start, _nothing, _nothing))
        return links

    def _resolved(self, source: str, target: str) -> str | None:
        """Return the part that `target` means, seen from `source`; by mistake, from the root."""
        folder = posixpath.dirname(source)
        target = target.replace("\\", "/")
        from_folder, from_root = posixpath.join(folder, target), target
        for written in (from_folder, from_root, f"{folder}/{target}"):
            for name in (written, unquote(written)):
                if (stored := self._stored.get(_folded(name))) is not None:
                    return stored
        return None

    def _content_types(self) -> dict[str, str]:
        """Return what the package says of single parts."""
        types: dict[str, str] = {}

        def start(name: str, attributes: dict[str, str]) -> None:
            if name == "Override":
                types[_folded(attributes.get("PartName", ""))] = attributes.get("ContentType", "")
                _check_count(len(types))

        if (part := self._stored.get(_CONTENT_TYPES)) is not None:
            feed(self.archive, part, make_parser(start, _nothing, _nothing))
        return types


def _folded(name: str) -> str:
    """Return the name by which a part is known, however it is written."""
    return posixpath.normpath(name.replace("\\", "/")).lstrip("/").lower() if name else ""


def _is_workbook(content_type: str) -> bool:
    return any(known in content_type.lower() for known in _WORKBOOK_TYPES)


def _check_count(links: int) -> None:
    if links > MOST_LINKS:
        raise FileTooLarge(what=f"it has more than {MOST_LINKS:,} parts")


def _nothing(*_: object) -> None:
    """Listen to nothing."""
