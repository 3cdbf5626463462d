"""A report comes back from the object that it was stored as, whatever version wrote it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollbook.core.errors import Message, RollbookError
from rollbook.core.report import Counts, Report, fix_it_name, job_of_fix_it_name

TEXTS = st.text(min_size=1, max_size=20)
NUMBERS = st.integers(0, 10**7)

REPORTS = st.builds(
    Report,
    status=st.sampled_from(["pending", "running", "held", "completed", "failed"]),
    reason=st.none() | TEXTS,
    phase=st.none() | TEXTS,
    dry_run=st.booleans(),
    stored=st.booleans(),
    message=st.none() | st.builds(Message, TEXTS, st.just("") | TEXTS, st.just("") | TEXTS),
    file=st.dictionaries(TEXTS, st.none() | TEXTS | NUMBERS | st.lists(TEXTS)),
    counts=st.builds(Counts, *[NUMBERS] * 7),
    seconds=st.dictionaries(TEXTS, st.floats(0, 10**6)),
    columns_set_aside=st.lists(TEXTS).map(tuple),
    errors=NUMBERS,
    warnings=NUMBERS,
    by_code=st.dictionaries(TEXTS, NUMBERS),
)


@given(REPORTS, st.none() | NUMBERS)
def test_a_report_that_was_read_back_is_written_as_it_was(report: Report, job: int | None) -> None:
    written = report.as_object(job)
    assert Report.from_object(written, message=report.message).as_object(job) == written
    # Where only the text of the message is known, it stays one text.
    assert Report.from_object(written).as_object(job) == written


@given(REPORTS, st.data())
def test_what_an_earlier_version_did_not_write_is_that_of_a_run_that_has_just_begun(
    report: Report, data: st.DataObject
) -> None:
    written = report.as_object(1)
    left_out: set[str] = data.draw(st.sets(st.sampled_from(sorted({*written} - {"status"}))))
    older: dict[str, Any] = {key: each for key, each in written.items() if key not in left_out}
    begun = Report(status=report.status).as_object(1)
    expected = {key: begun[key] if key in left_out else each for key, each in written.items()}
    assert Report.from_object(older).as_object(1) == expected


def test_the_parts_of_a_message_come_back() -> None:
    report = Report()
    report.fail(RollbookError())
    assert report.message is not None and report.message.means
    read = Report.from_object(report.as_object(1), message=report.message)
    assert read.message == report.message


def test_what_is_to_be_done_says_each_sentence_once() -> None:
    report = Report()
    report.hold("10 are missing.", advice="See whether it is the right file. Decide.")
    report.hold(
        "9 moved.", advice="See whether it is the right file. Ask the vendor: today. Decide."
    )
    report.hold("8 are new.", advice="Decide.")
    assert report.message is not None
    assert report.message.what == "10 are missing. 9 moved. 8 are new."
    assert report.message.advice == (
        "See whether it is the right file. Decide. Ask the vendor: today."
    )


def test_when_to_import_a_file_anyway_is_said_once_and_last() -> None:
    report = Report()
    report.hold("10 are missing.", advice="Run it again. If so many left, import it anyway.")
    assert report.message is not None
    assert report.message.advice == "Run it again. If so many left, import it anyway."
    report.hold("9 moved.", advice="See which schools. If it's right, import it anyway.")
    report.hold("It is small.", advice="Check the export.")
    assert report.message.advice == (
        "Run it again. See which schools. Check the export. "
        "If all of this is right, import it anyway."
    )


@pytest.mark.parametrize(
    ("name", "job"),
    [
        (fix_it_name(12), 12),
        (fix_it_name(7, fixed=True), 7),
        ("import-12-fix-it (1).csv", 12),
        ("import-12-fix-it.xlsx", 12),
        ("import-12-fix-item.csv", None),
        ("import-0-fix-it.csv", None),
        ("import-1234567890-fix-it.csv", None),
        ("my import-12-fix-it.csv", None),
        ("students.csv", None),
        ("", None),
    ],
)
def test_the_name_of_a_fix_it_file_tells_its_import(name: str, job: int | None) -> None:
    assert job_of_fix_it_name(name) == job
