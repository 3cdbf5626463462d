"""What a cell of a web page shows: its text, or the number that its format makes of it.

Spreadsheet programs write a format as a style (`mso-number-format`) and a number as `x:num`.
"""

import re
from typing import Final

from rollbook.core import cells
from rollbook.core.reading.errors import FileTooLarge
from rollbook.core.reading.number_formats import (
    LONGEST_NUMBER,
    Meaning,
    is_hidden,
    meaning_of,
    number_as_shown,
    shown_number,
)
from rollbook.core.reading.sheet_remarks import Remarks
from rollbook.core.reading.xlsx_parts import LONGEST_FORMAT, MOST_FORMATS

LARGEST_STYLES: Final = 4 << 20
"""Characters of style sheets in a page."""

_RULE = re.compile(r"([^{}]{1,2000})\{([^{}]{0,20000})\}")
_FORMAT = re.compile(
    r"mso-number-format\s*:\s*(\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|(?:[^;\"'\\]|\\.)*)",
    re.IGNORECASE,
)
_ESCAPED = re.compile(r"\\([0-9a-fA-F]{4})\s?|\\(.)", re.DOTALL)
_PLAIN = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_DIGITS = re.compile(r"[-0-9.,  $]+")
_NAMED: Final = {"percent": "0.00%", "short date": "m/d/yyyy", "medium date": "m/d/yyyy",
                 "long date": "m/d/yyyy", "general date": "m/d/yyyy h:mm"}  # fmt: skip
_TELLING: Final = (Meaning.ZEROS, Meaning.PERCENT, Meaning.WRITTEN_PERCENT, Meaning.DATE)


class CellStyles:
    """The number formats that the page's style sheets give to classes and elements."""

    def __init__(self) -> None:
        self._formats: dict[str, str] = {}
        self._rest = ""
        self._size = 0

    def read(self, text: str) -> None:
        """Read on in a style sheet."""
        self._size += len(text)
        if self._size > LARGEST_STYLES or len(self._formats) > MOST_FORMATS:
            raise FileTooLarge(what="its styles are larger than those of any export")
        self._rest += text
        end = self._rest.rfind("}") + 1
        for rule in _RULE.finditer(self._rest[:end]):
            code = _format_in(rule[2])
            for selector in rule[1].split(",") if code else ():
                self._formats[selector.strip().lower().removeprefix("td").lstrip(".")] = code
        self._rest = self._rest[end:]

    def format_of(self, attributes: dict[str, str]) -> str:
        """Return the cell's number format; '' where it has none."""
        if style := attributes.get("style"):
            code = _format_in(style)
            if code:
                return code
        if not self._formats:
            return ""
        for name in attributes.get("class", "").lower().split():
            if name in self._formats:
                return self._formats[name]
        return self._formats.get("", "") if attributes.get("tag") == "td" else ""


def shown_cell(text: str, attributes: dict[str, str], styles: CellStyles, remarks: Remarks) -> str:
    """Return the cell as shown: the text as it is written, unless a format says more."""
    if "x:err" in attributes:
        return f"{cells.ERROR}{text or '#ERROR'}"
    number = (attributes["x:num"] or text) if "x:num" in attributes else text
    if not number or len(number) > LONGEST_NUMBER or not _PLAIN.fullmatch(number):
        return text
    code = styles.format_of(attributes)
    if code and is_hidden(number, code):
        remarks.hides_numbers = True
    if code and meaning_of(code)[0] in _TELLING and "x:str" not in attributes:
        return shown_number(number, code, epoch_1904=False)
    return _number_beside(number, text) if "x:num" in attributes else text


def _number_beside(number: str, text: str) -> str:
    """Return what a number means that is written beside the text which shows it."""
    if text.endswith("%"):
        return shown_number(number, "0%", epoch_1904=False)
    return number_as_shown(number, text) if _DIGITS.fullmatch(text) else text


def _format_in(style: str) -> str:
    found = _FORMAT.search(style) if "mso-number-format" in style.lower() else None
    if found is None:
        return ""
    code = found[1].strip()
    if len(code) > 1 and code[0] in "\"'":
        code = code[1:-1]
    code = _ESCAPED.sub(lambda match: chr(int(match[1], 16)) if match[1] else match[2], code)
    if len(code) > LONGEST_FORMAT:
        raise FileTooLarge(
            what=f"one of its number formats has more than {LONGEST_FORMAT:,} characters"
        )
    return _NAMED.get(code.lower(), code)
