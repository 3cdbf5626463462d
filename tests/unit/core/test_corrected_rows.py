"""A row that was corrected in a form means what it means corrected in the fix-it file."""

import csv
import io
from collections.abc import Sequence
from tempfile import TemporaryFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollbook.core.catalogue.students import FIX_IT_REASON, FIX_IT_ROW, student_catalogue
from rollbook.core.corrected_rows import (
    LONGEST_EDITED,
    CheckedRow,
    beyond_columns,
    check_row,
    check_rows,
    edited,
    in_columns,
    shown_in_form,
    write_fix_it_file,
)
from rollbook.core.csv_lines import csv_lines, original
from rollbook.core.feed_settings import FeedRules
from rollbook.core.import_context import ImportContext
from rollbook.core.issues import Findings
from rollbook.core.pipeline import check_file
from rollbook.core.reading.open import open_table
from rollbook.core.report import Report, correctable, fix_it_rows
from rollbook.core.sandbox.process import Sandbox
from rollbook.core.sources.source import Fetched
from tests.doubles.issue_list import IssueList

HEADER = ("Student ID", "SSID", "Last Name", "First Name", "Absences YTD", "School", "Grade")
GOOD = ["0000007", "9000000007", "Lovelace", "Ada", "3", "North", "3"]
CATALOGUE = student_catalogue()

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
CELLS = st.lists(TEXT, min_size=len(HEADER), max_size=len(HEADER))


def sent_by_browser(shown: str) -> str:
    """A form sends each line break as two characters."""
    return shown.replace("\n", "\r\n")


@given(CELLS)
def test_what_nobody_changes_stays_as_the_file_wrote_it(cells: list[str]) -> None:
    sent = {at: sent_by_browser(shown_in_form(cell)) for at, cell in enumerate(cells)}
    assert edited(cells, sent) == cells
    assert edited(cells, {}) == cells


def test_a_cell_too_long_for_a_form_is_kept_whole_unless_it_is_changed() -> None:
    cell = "9" * (LONGEST_EDITED + 5)
    assert len(shown_in_form(cell)) == LONGEST_EDITED
    assert edited([cell], {0: shown_in_form(cell)}) == [cell]
    assert edited([cell], {0: "9"}) == ["9"]
    assert edited(["12"], {0: "a\0b\r\nc"}) == ["ab\nc"]


@given(CELLS, st.integers(0, len(HEADER) - 1), TEXT.filter(lambda text: original(text) == text))
def test_a_row_of_the_form_is_read_as_the_same_row_of_the_corrected_fix_it_file(
    cells: list[str], at: int, typed: str
) -> None:
    kept = correctable(cells, ["student_id", "ssid", *[None] * 5])
    typed = typed.replace("\r", "")
    if typed == shown_in_form(kept[at]):
        typed = f"{typed}x"
    downloaded = "".join(csv_lines(fix_it_rows(HEADER, [(5, kept)], {5: ["Wrong."]}, {})))
    lines = list(csv.reader(io.StringIO(downloaded, newline="")))
    lines[1][at + 2] = typed
    by_hand = io.StringIO()
    csv.writer(by_hand).writerows(lines)
    file = io.BytesIO()
    write_fix_it_file(file, HEADER, [(5, edited(kept, {at: typed}))], {})
    assert _read(file.getvalue()) == _read(by_hand.getvalue().encode("utf-8-sig"))


def _read(content: bytes) -> list[list[str]]:
    """The records as an import reads them, without the reason; what was wrong is no value."""
    with TemporaryFile() as file:
        file.write(content)
        table = open_table(
            file,
            name="fix-it.csv",
            size=len(content),
            catalogue=CATALOGUE,
            rules=FeedRules(),
            scratch=TemporaryFile,
        )
        return [
            [original(cell) for name, cell in zip(table.header, record, strict=True)
             if name != FIX_IT_REASON]
            for chunk in table.chunks()
            for record in [*chunk.records, *(damaged.cells for damaged in chunk.damaged)]
        ]  # fmt: skip


def checking(**rules: str) -> ImportContext:
    return ImportContext(
        CATALOGUE,
        FeedRules(**rules),  # type: ignore[arg-type]
        Report(dry_run=True),
        Findings(IssueList()),
        lambda _: None,
        TemporaryFile,
    )


def check(cells: Sequence[str], header: Sequence[str] = HEADER, **rules: str) -> CheckedRow:
    context = checking(**rules)
    found = check_row(header, (5, cells), context)
    assert context.report.counts.total == 0 and context.findings.errors == 0
    return found


def test_a_corrected_row_is_checked_by_the_rules_of_an_import() -> None:
    assert check(GOOD) == CheckedRow([], is_rejected=False)
    wrong = check([*GOOD[:4], "many", *GOOD[5:]])
    assert [(each.code, each.column) for each in wrong.errors] == [("NOT_A_NUMBER", "Absences YTD")]
    assert not wrong.is_rejected
    rejected = check(["n!ne", *GOOD[1:]])
    assert rejected.is_rejected and rejected.errors[0].column == "Student ID"
    assert check([""] * len(HEADER)).is_rejected


def test_a_column_that_the_first_import_knew_is_not_told_again() -> None:
    assert check([*GOOD, "12"], [*HEADER, "Locker"]).issues == []


def test_a_value_counts_though_its_column_is_wrong_in_all_other_corrected_rows() -> None:
    wrong = [[f"000000{at}", f"900000000{at}", *GOOD[2:6], "Q7"] for at in range(1, 7)]
    context = checking()
    with TemporaryFile() as file:
        size = write_fix_it_file(file, HEADER, enumerate([*wrong, GOOD], 5), {})
        file.seek(0)
        with Sandbox(file, TemporaryFile) as sandbox:
            check_file(sandbox, Fetched("fixed", size, None, "0" * 64, "form"), context=context)
    assert context.report.columns_set_aside == ()
    assert context.report.counts.total == 7
    rows = [(5 + at, cells) for at, cells in enumerate([*wrong, GOOD])]
    found = check_rows(HEADER, rows, checking())
    assert [issue.row for issue in found.errors] == [2, 3, 4, 5, 6, 7]


def test_letters_beyond_ascii_are_read_as_typed_whatever_the_feed_is_set_to() -> None:
    named = [*GOOD[:2], "Muñoz", "Zoë", *GOOD[4:]]
    assert check(named, encoding="windows-1252") == CheckedRow([], is_rejected=False)


def test_a_header_that_the_settings_no_longer_take_is_said_to_be_so() -> None:
    found = check(GOOD[2:], HEADER[2:])
    assert found.is_rejected and found.refused


@pytest.mark.parametrize("front", [(), (FIX_IT_ROW, FIX_IT_REASON)])
def test_the_columns_of_a_fix_it_file_are_not_the_rows_own(front: tuple[str, ...]) -> None:
    header = (*front, *HEADER)
    row = [*("5" for _ in front), *GOOD[:6], "3", "too", " ", "many"]
    assert in_columns(row, header) == GOOD
    assert beyond_columns(row, header) == ["too", "many"]
    assert in_columns(row[: len(front) + 2], header) == [*GOOD[:2], *[""] * 5]
