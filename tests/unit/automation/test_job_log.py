"""The log of an import says what was found and what was decided; it names no file and no value."""

import pytest

from rollbook.core.errors import Message
from rollbook.core.events import Phase, RowsCounted
from rollbook.core.report import Counts, Report

pytestmark = pytest.mark.usefixtures("django_ready")

FILE = {"name": "Lovelace Ada.csv", "size": 603_000, "sha256": "0" * 64}
READ = FILE | {"kind": "delimited", "encoding": "utf-8", "header_row": 1}


@pytest.mark.parametrize(
    ("phase", "file", "told"),
    [
        (Phase.CONNECTING, {}, ""),
        (Phase.PARSING, {}, ""),
        (Phase.PARSING, FILE, "File found: 603 KB."),
        (Phase.VALIDATING, READ, "Delimited text, UTF-8: 2 columns, header in row 1."),
    ],
)  # fmt: skip
def test_what_a_step_found_is_told_when_the_next_begins(
    phase: Phase, file: dict[str, object], told: str
) -> None:
    from rollbook.automation.job_log import found_before

    assert found_before(phase, Report(file=dict(file), header=("Student ID", "Grade"))) == told


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (RowsCounted(30, 0, 8),
         "38 rows read: 30 without a problem, 0 imported with problems, 8 rejected."),
        (RowsCounted(1, 2, 3, 4),
         "10 rows read: 1 without a problem, 2 imported with problems, 3 rejected, 4 left out."),
    ],
)  # fmt: skip
def test_rows_are_those_of_students_and_not_the_number_of_the_last_line(
    rows: RowsCounted, told: str
) -> None:
    from rollbook.automation.job_log import found_before

    said = found_before(Phase.IMPORTING, Report(file=READ | {"records": 39}), rows)
    assert said == f"{told} Comparing them with the saved data."


def test_what_was_decided_is_told_at_the_end() -> None:
    from rollbook.automation.job_log import last_word

    counts = Counts(total=9, inserted=3, updated=1, rejected=5)
    numbers = "9 records: 3 new, 1 updated, 0 unchanged, 5 rejected."
    assert last_word(Report(stored=True, counts=counts)) == f"Saved. {numbers}"
    assert last_word(Report(counts=counts)) == f"Checked, nothing saved. {numbers}"
    held = Report(status="held", counts=counts, message=Message("5 of 9 rows were rejected."))
    assert (
        last_word(held) == f"Held for review, nothing saved. 5 of 9 rows were rejected. {numbers}"
    )
