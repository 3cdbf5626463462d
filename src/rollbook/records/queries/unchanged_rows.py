"""Rows to fix in which nothing is changed, though their whole file said that they are wrong.

Alone such a row looks right: it has no other row of its student beside it, and as many cells as
its header.
"""

from collections.abc import Sequence
from typing import Final

from rollbook.core.issues import Severity
from rollbook.records.queries.jobs import JobView
from rollbook.records.queries.row_fixes import cells_to_fix, issues_of_row

OF_THE_FILE: Final = frozenset(
    {
        "DUPLICATE_STUDENT", "ENROLLED_TWICE", "FILE_TRUNCATED", "HEADER_REPEATED", "IDS_ALIKE",
        "ID_CUT_OFF", "ID_ZEROS_DIFFER", "ROW_BROKEN", "ROW_OTHER_DELIMITER", "ROW_QUOTE_OPEN",
        "ROW_SHIFTED", "ROW_TOO_LONG", "ROW_TOO_SHORT", "SCHOOL_UNCERTAIN", "SSID_SHARED",
        "STUDENT_DISPUTED", "TESTS_CONTRADICT", "VALUE_CUT_OFF",
    }
)  # fmt: skip
"""Codes of errors that a row alone doesn't have again, whatever the settings are by now."""


def why_unchanged(job: JobView, row: int, cells: Sequence[str]) -> str:
    """Return what the file of the import said of a row that is still as it was written, without
    any value; "" where a cell was changed, or where the row alone is judged the same."""
    if list(cells) != cells_to_fix(job, row):
        return ""
    said = (
        each.message
        for each in issues_of_row(job.number, row)
        if each.severity is Severity.ERROR and each.code in OF_THE_FILE
    )
    return " ".join(dict.fromkeys(said))
