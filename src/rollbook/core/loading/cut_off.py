"""A text file that ends without a line end may have been cut inside its last cell.

Its last value is then only the beginning of the true one: `Gig Harbor` of `Gig Harbor High`, grade
1 of 12. Where the stored value begins so, it stays, and the cell is an issue.
"""

import re
from decimal import Decimal
from typing import Any, Final

import psycopg
from psycopg import sql

from rollbook.core.feed_settings import IDENTIFIERS
from rollbook.core.issues import Findings, Issue, Severity
from rollbook.core.loading.plan import MergePlan
from rollbook.core.loading.statements import run
from rollbook.core.table import CutEnd

_NUMBER: Final = re.compile(r"\d{1,9}(\.\d{1,9})?")
_MESSAGE: Final = (
    "The file ends right after this value, and the saved value is longer and starts with it, so "
    "the file may be cut off here. The saved value was kept. Upload the file again, and end its "
    "last line with a line break."
)


def reject_cut_identifier(cursor: psycopg.Cursor[Any], plan: MergePlan) -> None:
    """Reject the last row where its identifier may have been cut; to be asked before matching."""
    for end in plan.ends:
        if end.field in IDENTIFIERS:
            run(cursor, "reject_cut_identifier", row=end.row, is_ssid=end.field == "ssid")


def refuse_cut_cell(cursor: psycopg.Cursor[Any], plan: MergePlan, findings: Findings) -> None:
    """Refuse the last cell where it may have been cut; to be asked once its student is known.

    Where the stored value does not complete it, but the file's other rows show that it was cut,
    nothing of the row can be taken.
    """
    for end in plan.ends:
        if not _refuse_beginning(cursor, plan, end, findings) and end.is_cut:
            run(cursor, "reject_cut_row", row=end.row)


def _refuse_beginning(
    cursor: psycopg.Cursor[Any], plan: MergePlan, end: CutEnd, findings: Findings
) -> bool:
    """Refuse the last cell where it is the beginning of the stored value; tell whether it is."""
    name = end.field
    if name is None or name in IDENTIFIERS:
        return False
    parts = {"field": sql.Identifier(name)}
    run(cursor, "last_cell", parts=parts, row=end.row, cell=name)
    rows = cursor.fetchall()
    if not rows:
        return False
    student_id, value, stored = rows[0]
    is_blank_kept = value is None and plan.rules.blanks == "keep"
    if is_blank_kept or not is_beginning(value or "", stored):
        return False
    run(cursor, "refuse_last_cell", parts=parts, row=end.row, cell=name)
    issue = Issue(
        "VALUE_CUT_OFF",
        Severity.ERROR,
        _MESSAGE,
        end.row,
        student_id,
        end.header or plan.headers.get(name),
        name,
        value or "",
    )
    findings.add([issue])
    return True


def is_beginning(value: str, stored: str | None) -> bool:
    """Tell whether `value` may be the beginning of `stored`, and is not all of it.

    A percentage may have been written as a fraction: 0.9 is the beginning of 0.945.
    """
    if stored is None or value == stored:
        return False
    if _NUMBER.fullmatch(value) and _NUMBER.fullmatch(stored):
        short, long = Decimal(value), Decimal(stored)
        return short != long and any(
            _plain(long / scale).startswith(_plain(short / scale))
            for scale in ((1, 100) if "." in stored else (1,))
        )
    return stored.startswith(value)


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
