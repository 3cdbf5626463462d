"""Rows of an import that a person has corrected: the fix-it file of them, and what is still wrong.

They are written as a fix-it file and read as one, so that a row that was corrected in a browser
means what the same row means that was corrected in a spreadsheet.
"""

import codecs
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, BinaryIO, Final

from rollbook.core import cells
from rollbook.core.catalogue.students import is_fix_it_header
from rollbook.core.csv_lines import csv_lines
from rollbook.core.errors import FileRefused
from rollbook.core.import_context import ImportContext
from rollbook.core.issues import Findings, Issue, Severity, SpooledIssues
from rollbook.core.nothing_imported import NoStudents
from rollbook.core.pipeline import check_file
from rollbook.core.report import fix_it_rows
from rollbook.core.sandbox.process import Sandbox
from rollbook.core.sources.source import Fetched

FIRST_ROW: Final = 2
"""The number of the first corrected row in its fix-it file, below the header."""

LONGEST_EDITED: Final = 5_000
"""Characters of a cell that a form shows, and that a person may type."""

MOST_ISSUES: Final = 500
"""Of one row that are told: one a column, and few columns have more."""


@dataclass(frozen=True, slots=True)
class CheckedRow:
    """What an import of a corrected row would find, as far as the row alone can tell."""

    issues: Sequence[Issue]
    """Of the row; those of its columns are known from the import."""
    is_rejected: bool
    refused: str = ""
    """Why not even its header would be taken; the feed's settings have changed since."""

    @property
    def errors(self) -> Sequence[Issue]:
        return [each for each in self.issues if each.severity is Severity.ERROR]


def own_columns(header: Sequence[str]) -> list[int]:
    """Return the positions of a file's columns without those that a fix-it file has in front."""
    return [at for at, text in enumerate(header) if not is_fix_it_header(text)]


def in_columns(row: Sequence[str], header: Sequence[str]) -> list[str]:
    """Return a row's cells below the own columns of its header; blank where the row is shorter."""
    return [row[at] if at < len(row) else "" for at in own_columns(header)]


def beyond_columns(row: Sequence[str], header: Sequence[str]) -> list[str]:
    """Return the cells that a damaged row has more than its header, without the blank ones."""
    return [each for each in row[len(header) :] if each.strip()]


def shown_in_form(cell: str) -> str:
    """Return a cell as a form shows it: line breaks as a browser has them, its first part only."""
    text = cells.shown(cell).replace("\r\n", "\n").replace("\r", "\n")
    return text[:LONGEST_EDITED]


def edited(row: Sequence[str], typed: Mapping[int, str]) -> list[str]:
    """Return the cells with what was typed, by position. What comes back as the form showed it is
    no change: the cell stays as the file wrote it."""
    return [_edited(cell, typed.get(at)) for at, cell in enumerate(row)]


def _edited(cell: str, typed: str | None) -> str:
    if typed is None:
        return cell
    text = typed.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    return cell if text == shown_in_form(cell) else text


def write_fix_it_file(
    into: BinaryIO,
    header: Sequence[str],
    rows: Iterable[tuple[int, Sequence[str]]],
    file: Mapping[str, Any],
) -> int:
    """Write corrected rows, each with its number in the first file; return the size in bytes.

    `header` and `file` are the first import's, the cells those of its own columns.
    """
    own = [header[at] for at in own_columns(header)]
    size = into.write(codecs.BOM_UTF8)
    for line in csv_lines(fix_it_rows(own, rows, {}, file)):
        size += into.write(line.encode())
    into.flush()
    return size


def check_row(
    header: Sequence[str], row: tuple[int, Sequence[str]], context: ImportContext
) -> CheckedRow:
    """Check a corrected row as its import would, alone and without the stored students.

    Of `context` the settings count; its report and findings are not written to.
    Raises what Sandbox raises, other than a file that is refused.
    """
    return check_rows(header, [row], context)


def check_rows(
    header: Sequence[str], rows: Sequence[tuple[int, Sequence[str]]], context: ImportContext
) -> CheckedRow:
    """Check corrected rows together in the same way; issues name a row by its place among them,
    from FIRST_ROW on."""
    with closing(context.scratch()) as file, closing(context.scratch()) as aside:
        size = write_fix_it_file(file, header, rows, {})
        file.seek(0)
        digest = sha256(file.read()).hexdigest()
        fetched = Fetched("corrected row", size, None, digest, "form")
        found = SpooledIssues(aside)
        mine = context.with_own_findings(Findings(found))
        refused = ""
        with Sandbox(file, context.scratch) as sandbox:
            try:
                check_file(sandbox, fetched, context=mine)
            except NoStudents:
                pass  # the row is rejected, as its issues say
            except FileRefused as error:
                refused = str(error)
        issues = [each for each in found.first(MOST_ISSUES * len(rows)) if each.row is not None]
    counts = mine.report.counts
    return CheckedRow(issues, bool(refused) or counts.rejected == counts.total, refused)
