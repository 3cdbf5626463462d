"""What a reader knows about a cell beyond its text: marks in front of the text.

A cell travels as one `str`, so that a column can be judged once per distinct text. Where a file
knows more than the text (a workbook's bare number, an error, a date), the reader puts a mark
before it. The marks are lone high surrogates: no decoder that a reader uses can produce them, so
no file can forge one. A byte that could not be decoded arrives as a lone low surrogate
(U+DC80 to U+DCFF, Python's `surrogateescape`), likewise impossible in valid text.
"""

import re
from typing import Final

NUMBER: Final = "\ud801"
"""A workbook's number without a format that says more: its leading zeros, if any, are lost."""

DATE: Final = "\ud802"
"""A workbook's date, written as `YYYY-MM-DD`."""

ERROR: Final = "\ud803"
"""An error value (`#REF!`) or a formula without a stored value; the text names it."""

SEVERAL: Final = "\ud804"
"""Several texts, and nothing tells which of them counts; the text lists them."""

LACKING: Final = "\ud805"
"""Nothing, where a text was to be expected; there is no text after it."""

FIX_IT_CELL: Final = "#FIX!"
"""What a fix-it file has in place of a cell that can't come back as it was: an error when it is
read again, for a blank would clear the student's value where the feed's blanks do."""

_MARKS = (NUMBER, DATE, ERROR, SEVERAL, LACKING)
_UNDECODABLE = re.compile("[\udc80-\udcff]")


def split_mark(cell: str) -> tuple[str, str]:
    """Return the mark of `cell` ('' where it has none) and its text."""
    if cell[:1] in _MARKS and cell:
        return cell[0], cell[1:]
    return "", cell


def shown(cell: str) -> str:
    """Return `cell` as a person may read it: no mark, undecodable bytes and NUL as `\\x92`."""
    if cell.isascii() and "\0" not in cell:  # nearly all of them
        return cell
    text = split_mark(cell)[1].replace("\0", "\\x00")
    return _UNDECODABLE.sub(lambda match: f"\\x{ord(match[0]) - 0xDC00:02x}", text)


def has_undecodable(text: str) -> bool:
    """Tell whether `text` holds a byte that the file's encoding does not know."""
    return _UNDECODABLE.search(text) is not None
