"""The catalogue's judgment of one cell text, and how a text is cleaned before it is judged."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from rollbook.core import cells
from rollbook.core.feed_settings import FeedRules

OUTER_BLANKS: Final = (
    " \t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f"
    "\u205f\u3000\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
)
"""Trimmed from every cell: blanks of every kind, and what has no width."""

BLANK_MARKERS: Final = frozenset({"", "n/a", "na", "null", "\\n", "-", "--", "#n/a", "none"})
"""In lower case. They count outside names, schools and identifiers only."""

_LINE_BREAKS = re.compile(r"[\r\n]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one cell text means.

    `value` is the text as PostgreSQL reads it for the column's type; None is blank. With a `code`
    there is an issue: an error if `refused`, otherwise a warning.
    """

    value: str | None
    code: str | None = None
    message: str = ""
    refused: bool = False
    keeps_stored: bool = False
    """A blank that is no statement: the stored value stays, even where blanks clear."""
    repaired: bool = False
    """An identifier that may have lost leading zeros."""
    note: str = ""
    """What such cells of a column are counted under, for a note on the file."""


BLANK: Final = Verdict(None)


def refuse(code: str, message: str) -> Verdict:
    """Return the verdict that this cell is not imported."""
    return Verdict(None, code, message, refused=True)


_INVALID_BYTE: Final = refuse(
    "INVALID_BYTE",
    "This value has a character that doesn't fit the file's encoding, so it wasn't imported. "
    "Export the file as UTF-8.",
)
_SEVERAL_SCHOOLS: Final = refuse(
    "SCHOOL_UNCERTAIN",
    "This student is in several schools, or in one that orgs.csv doesn't list, and nothing shows "
    "which counts today. The saved school stays. Fix the student's schools, or their dates, in "
    "your SIS.",
)
_NO_SCHOOL: Final = Verdict(
    None,
    "SCHOOL_LACKING",
    "This student has no school in the archive (only a district, a school marked for deletion, "
    "or none). Everything else counts, and the saved school stays. Add the student's school in "
    "your SIS.",
    keeps_stored=True,
)
_BAD_CHARACTER: Final = refuse(
    "BAD_CHARACTER",
    "This value has an invisible control character, usually from copy and paste. Type it again "
    "in your SIS.",
)


def clean(text: str) -> str | Verdict:
    """Trim `text` and join its line breaks; a refusal where it holds what no value may hold.

    The mark of a workbook's cell must have been taken off.
    """
    if not (text.isascii() and text.isprintable()):
        if _SURROGATE.search(text) or "\ufffd" in text:
            return _INVALID_BYTE
        text = text.strip(OUTER_BLANKS + "\r\n")
        if "\n" in text or "\r" in text:
            text = " ".join(part.strip(" \t") for part in _LINE_BREAKS.split(text))
        return _BAD_CHARACTER if _CONTROL.search(text) else text
    return text.strip(" ")


def cleaned_cell(cell: str, *, date: Verdict) -> str | Verdict:
    """Return the cleaned text of a cell without its mark, or the verdict that is clear already.

    `date` is the verdict on a cell that a workbook holds as a date.
    """
    mark, text = cells.split_mark(cell)
    cleaned = clean(text)
    if isinstance(cleaned, Verdict):
        return cleaned
    if (refusal := refused_mark(mark, text)) is not None:
        return refusal
    if mark == cells.LACKING:
        return _NO_SCHOOL
    return date if mark == cells.DATE else cleaned


def normal(text: str) -> str:
    """Return `text` in Unicode's composed form (NFC), in which equal names are equal."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def folded_marker(text: str) -> str:
    """Return `text` as blank markers are compared: without outer blanks, and in lower case."""
    return text.strip(OUTER_BLANKS).lower()


def is_blank(text: str, rules: FeedRules) -> bool:
    """Tell whether a cleaned text means "not known" outside names, schools and identifiers."""
    folded = text.lower()
    return folded in BLANK_MARKERS or any(
        folded == folded_marker(marker) for marker in rules.blank_markers
    )


def refused_mark(mark: str, text: str) -> Verdict | None:
    """Return the refusal that a workbook's mark alone demands."""
    if mark == cells.SEVERAL:
        return _SEVERAL_SCHOOLS
    if mark == cells.ERROR and text.strip() == cells.FIX_IT_CELL:
        return refuse(
            "CELL_ERROR",
            f"We couldn't keep what this cell had in the file. Type its value over "
            f"{cells.FIX_IT_CELL}, or clear the cell.",
        )
    if mark == cells.ERROR:
        return refuse(
            "CELL_ERROR",
            "This cell has an error or a formula without a result. Fix the formula, or save "
            "values only.",
        )
    return None
