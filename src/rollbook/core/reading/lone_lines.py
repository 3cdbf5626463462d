"""Lines between students that are none: a page line, a rule of dashes, another delimiter.

What such a line says is told of it alone; the whole records beside it are innocent.
"""

import re
from collections.abc import Sequence
from typing import Final

from rollbook.core.catalogue.verdict import OUTER_BLANKS

DELIMITERS: Final = (",", "\t", ";", "|", "^")

FOOTER: Final = re.compile(
    r"(?:grand |sub)?-?totals?\b|(?:number|no\.?|count) of\b|(?:record|row|student)s?"
    r"(?: count)?\s*[:=]"
    r"|count\b|end\b(?: of\b)?|eof\b|[*=_#-]{2,}|report\b|(?:generated|printed|produced|exported|"
    r"created|run|extracted)\b|confidential\b|page \d|\(?\d[\d,]* (?:rows?|records?|students?)\b|"
    r"as of\b|source\s*:|notes?\s*:|date\s*:|©|copyright\b",
    re.IGNORECASE,
)
"""How the last lines of a report begin. A student's identifier or a half of it never does."""

FEWEST_ALIKE: Final = 2
"""Other values of a column that show what its values look like."""

_DECIMAL: Final = re.compile(r"\d+\.(\d+) ?%?", re.ASCII)
_RULE: Final = re.compile(r"[-=_+|: ]*[-=_]{2}[-=_+|: ]*")


def is_rule(cells: Sequence[str]) -> bool:
    """Tell whether a record draws a line, as databases do under the header: `-----,---,-`."""
    texts = []
    for cell in cells:
        texts.append(cell.strip(OUTER_BLANKS))
        if texts[-1].strip("-=_+|: "):
            return False  # of a student's row, which may be wide, no more is looked at
    return _RULE.fullmatch("".join(texts)) is not None


def in_other_delimiter(cells: Sequence[str], widths: Sequence[int]) -> list[str] | None:
    """Return the cells of a record that is written with another delimiter; None: it is not.

    `widths` are those of whole records. Its own delimiter may be inside one of its values.
    """
    for delimiter in DELIMITERS:
        parts = [part for cell in cells for part in cell.split(delimiter)]
        if len(parts) > len(cells) and len(parts) - len(cells) + 1 in widths:
            return parts
    return None


def may_be_half(lone: str, whole: str, others: Sequence[str]) -> bool:
    """Tell whether a line of one cell may be what is missing of the cell `whole` beside it.

    `others` are values of the same column in other records.
    """
    if FOOTER.match(lone.strip(OUTER_BLANKS)):
        return False
    if len(others) < FEWEST_ALIKE:
        return True
    if whole in others or _is_complete_decimal(whole, others):
        return False  # other students have the very same value, or as many decimals
    if all(other.isdigit() for other in others):
        is_as_long = whole.isdigit() and {len(other) for other in others} == {len(whole)}
        return lone.strip(OUTER_BLANKS).isdigit() and not is_as_long
    return True


def _is_complete_decimal(whole: str, others: Sequence[str]) -> bool:
    found = [_DECIMAL.fullmatch(text.strip(OUTER_BLANKS)) for text in (whole, *others)]
    decimals = {len(each[1]) if each is not None else None for each in found}
    return len(decimals) == 1 and None not in decimals


def completes_next(lone: str, following: str, others: Sequence[str]) -> bool:
    """Tell whether a line of one cell and the next line's first cell are one number.

    `others` are first cells of other records: their numbers have all one length.
    """
    lengths = {len(other) for other in others if other.isdigit()}
    joined = lone.strip(OUTER_BLANKS) + following
    return (
        len(others) >= FEWEST_ALIKE
        and lengths == {len(joined)}
        and joined.isdigit()
        and len(following) < len(joined)
    )
