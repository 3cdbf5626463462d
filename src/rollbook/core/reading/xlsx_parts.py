"""The small parts of an .xlsx workbook: its sheets, number formats and shared texts."""

import re
import zipfile
from array import array
from dataclasses import dataclass
from typing import Final

from rollbook.core.reading.bounds import Earn, check_cell, check_sheet
from rollbook.core.reading.errors import FileTooLarge, NotATable
from rollbook.core.reading.markup import feed, make_own_parser
from rollbook.core.reading.number_formats import BUILT_IN
from rollbook.core.reading.package import Package

LARGEST_TEXTS: Final = 64 << 20
"""Bytes of shared texts that are kept. A file of a million students has less."""

MOST_TEXTS: Final = 8_000_000
MOST_FORMATS: Final = 4_096
"""Number formats. Excel keeps some 250 of its users' own, and cell styles up to 65,490."""

MOST_STYLES: Final = 65_536
LONGEST_FORMAT: Final = 1_024
"""Characters. Excel allows 255."""

_STYLE_LISTS: Final = ("numFmts", "cellXfs")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A visible sheet and the part that holds it."""

    name: str
    part: str


@dataclass(frozen=True, slots=True)
class Workbook:
    """What is known of a workbook before a sheet is read."""

    sheets: tuple[Sheet, ...]
    epoch_1904: bool


def read_workbook(package: Package, part: str) -> Workbook:
    """Return the visible sheets in their order; hidden ones are not read."""
    found: list[tuple[str, str]] = []
    epoch = [False]
    root: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if not root:
            root.append(name)
        if name == "sheet" and (attributes.get("state") or "visible") == "visible":
            link = next((v for k, v in attributes.items() if k.endswith(" id")), "")
            found.append((attributes.get("name", ""), link))
            check_sheet(len(found), found[-1][0])
        elif name == "workbookPr":
            epoch[0] = attributes.get("date1904", "0") in ("1", "true")

    feed(package.archive, part, make_own_parser(start, _nothing, _nothing))
    if root != ["workbook"]:
        raise NotATable(what="an archive or a document of another program")
    links = {link.id: link.part for link in package.links(part) if link.kind == "worksheet"}
    sheets = tuple(Sheet(name, links[link]) for name, link in found if link in links)
    return Workbook(sheets, epoch[0])


def read_formats(archive: zipfile.ZipFile, part: str | None) -> tuple[str, ...]:
    """Return the number format of each cell style."""
    if part is None:
        return ()
    custom: dict[int, str] = {}
    styles: list[str] = []
    inside = [""]

    def start(name: str, attributes: dict[str, str]) -> None:
        if name in _STYLE_LISTS:
            inside[0] = name
        elif name == "numFmt" and inside[0] == "numFmts":  # a conditional format has its own
            custom[int(attributes.get("numFmtId") or 0)] = attributes.get("formatCode", "")
            _check_format(len(custom), attributes.get("formatCode", ""))
        elif name == "xf" and inside[0] == "cellXfs":
            number = int(attributes.get("numFmtId") or 0)
            styles.append(custom.get(number, BUILT_IN.get(number, "General")))
            if len(styles) > MOST_STYLES:
                raise FileTooLarge(what=f"it has more than {MOST_STYLES:,} cell styles")

    def end(name: str) -> None:
        if name in _STYLE_LISTS:
            inside[0] = ""

    feed(archive, part, make_own_parser(start, end, _nothing))
    return tuple(styles)


class SharedTexts:
    """The workbook's texts by number, packed into one block of bytes."""

    def __init__(self, archive: zipfile.ZipFile, part: str | None, earn: Earn) -> None:
        self._earn = earn
        self._bytes = bytearray()
        self._ends = array("q")
        self._earned = 0
        self._text: list[str] = []
        self._phonetic = 0
        self._in_text = False
        if part is not None:
            parser = make_own_parser(self._start, self._end, self._take)
            feed(archive, part, parser, check=self._check)

    def __getitem__(self, number: int) -> str:
        start = self._ends[number - 1] if number else 0
        return self._bytes[start : self._ends[number]].decode("utf-8")

    def __len__(self) -> int:
        return len(self._ends)

    def _check(self) -> None:
        check_cell(self._text)
        self._earn(0, len(self._ends) - self._earned)
        self._earned = len(self._ends)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "si":
            self._text.clear()
        elif name == "rPh":  # how a text is pronounced, not what it says
            self._phonetic += 1
        self._in_text = name == "t" and not self._phonetic

    def _take(self, text: str) -> None:
        if self._in_text:
            self._text.append(text)

    def _end(self, name: str) -> None:
        self._in_text = False
        if name == "rPh":
            self._phonetic -= 1
        elif name == "si":
            self._bytes += unescaped("".join(self._text)).encode("utf-8", "replace")
            self._ends.append(len(self._bytes))
            if len(self._bytes) > LARGEST_TEXTS or len(self._ends) > MOST_TEXTS:
                raise FileTooLarge(what="its texts are larger than any export of a district")


def unescaped(text: str) -> str:
    """Return `text` with `_x000D_` and its like as the characters they stand for."""
    if "_x" not in text:
        return text
    return _ESCAPED.sub(_character, text)


def _character(match: re.Match[str]) -> str:
    # A surrogate would pass for a mark of ours (see cells.py); alone it is no character anyway.
    code = int(match[1], 16)
    return "\ufffd" if 0xD800 <= code <= 0xDFFF else chr(code)


def _check_format(count: int, code: str) -> None:
    if count > MOST_FORMATS:
        raise FileTooLarge(what=f"it has more than {MOST_FORMATS:,} number formats")
    if len(code) > LONGEST_FORMAT:
        raise FileTooLarge(
            what=f"one of its number formats has more than {LONGEST_FORMAT:,} characters"
        )


def _nothing(*_: object) -> None:
    """Listen to nothing."""
