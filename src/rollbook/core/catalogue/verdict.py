"""What the catalogue says of one cell text, and how a text is cleaned before it is judged."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from rollbook.core import cells
from rollbook.core.rules import FeedRules

OUTER_BLANKS: Final = " \t\u00a0\u200b\ufeff\u2007\u202f"
"""Trimmed from every cell: space, tab, the non-breaking kinds, and what has no width."""

BLANK_MARKERS: Final = frozenset({"", "n/a", "na", "null", "\\n", "-", "--", "#n/a", "none"})

_LINE_BREAK = re.compile(r"[ \t]*(?:\r\n|\r|\n)[ \t]*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_OWN_APOSTROPHE = re.compile(r"'(?=[=+\-@])")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one cell text means.

    `value` is the text as PostgreSQL reads it for the column's type; None is blank. With a `code`
    there is an issue: an error if `refused`, otherwise a warning. `note` counts towards a note.
    """

    value: str | None
    code: str | None = None
    message: str = ""
    refused: bool = False
    repaired: bool = False
    """An identifier that may have lost leading zeros."""
    note: bool = False
    """A known non-score, read as blank."""


BLANK: Final = Verdict(None)


def refuse(code: str, message: str) -> Verdict:
    """Return the verdict that this cell is not imported."""
    return Verdict(None, code, message, refused=True)


def clean(text: str) -> str | Verdict:
    """Trim `text` and join its line breaks; a refusal where it holds what no value may hold.

    The mark of a workbook's cell must have been taken off.
    """
    if cells.has_undecodable(text):
        return refuse(
            "INVALID_BYTE",
            "The cell holds a byte that is not valid in the file's encoding. Have the export "
            "written as UTF-8.",
        )
    text = _LINE_BREAK.sub(" ", text).strip(OUTER_BLANKS)
    if _CONTROL.search(text):
        return refuse(
            "BAD_CHARACTER",
            "The cell holds a control character. Remove it in the SIS; it is usually invisible "
            "and came in by copy and paste.",
        )
    return _OWN_APOSTROPHE.sub("", text, count=1) if text.startswith("'") else text


def normal(text: str) -> str:
    """Return `text` in Unicode's composed form (NFC), in which equal names are equal."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def is_blank(text: str, rules: FeedRules) -> bool:
    """Tell whether a cleaned text means "not known" outside names, schools and identifiers."""
    return text.lower() in BLANK_MARKERS or text in rules.blank_markers


def refused_mark(mark: str) -> Verdict | None:
    """Return the refusal that a workbook's mark alone demands."""
    if mark == cells.ERROR:
        return refuse(
            "CELL_ERROR",
            "The workbook's cell holds an error or a formula without a result, not a value. "
            "Repair the formula, or save the values only.",
        )
    return None
