"""What the process that reads a file tells of it is not believed beyond what can be checked."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from io import BytesIO
from typing import BinaryIO, cast

import pytest

from rollbook.core import incomplete_rows
from rollbook.core.catalogue.students import FIX_IT_ROW, student_catalogue
from rollbook.core.events import Event, RowsCounted
from rollbook.core.feed_settings import FeedRules
from rollbook.core.file_reading import Reading
from rollbook.core.import_context import ImportContext
from rollbook.core.issues import Findings, Issue, IssueBatch, Severity
from rollbook.core.mapped_texts import MappedTexts
from rollbook.core.report import Report
from rollbook.core.sandbox.answers import (
    Answer,
    Finished,
    FoundIssues,
    JudgedRows,
    Opened,
    Ready,
    WrittenRows,
)
from rollbook.core.sandbox.errors import ReadingBroke
from rollbook.core.sandbox.process import Sandbox
from rollbook.core.sources.source import Fetched
from rollbook.core.table import FileFacts
from rollbook.core.validation.rows import Rejected
from tests.doubles.issue_list import IssueList

RULES = FeedRules(values={"grade": {"Kinder ": "K"}}, blank_markers=("Not enrolled",))
OPENED = Opened(FileFacts("s.csv", 9, "delimited"), ("SSID", "Grade"), ("ssid", "grade"))


class TakenOver:
    """A process that a hostile file has taken over: it says whatever it likes."""

    def __init__(self, answers: Sequence[Answer], again: Sequence[Answer] = ()) -> None:
        self._answers, self._again = answers, again

    def answers(self, task: object, rows: Iterable[int] = ()) -> Iterator[Answer]:
        return iter(self._answers)

    @contextmanager
    def again(self) -> Iterator["TakenOver"]:
        yield TakenOver(self._again)


def read(
    *answers: Answer,
    again: Sequence[Answer] = (),
    opened: Opened = OPENED,
    told: list[Event] | None = None,
) -> Reading:
    context = ImportContext(
        student_catalogue(),
        RULES,
        Report(),
        Findings(IssueList()),
        (told if told is not None else []).append,
        lambda: cast(BinaryIO, BytesIO()),
    )
    process = cast(Sandbox, TakenOver([opened, Ready(), *answers], again))
    fetched = Fetched("s.csv", 9, None, "", "s.csv")
    reading = Reading(process, fetched, context=context)
    list(reading.judged())
    return reading


def accepted(rows: int, *rejected: int) -> JudgedRows:
    return JudgedRows(b"", rows, [Rejected(row, ()) for row in rejected], 0)


def bad(rows: Iterable[int]) -> FoundIssues:
    return FoundIssues(IssueBatch.of(Issue("BAD", Severity.ERROR, "", row) for row in rows))


def test_texts_that_are_not_of_the_mapping_reach_no_report() -> None:
    told = MappedTexts(
        {"grade": {"Kinder": 2, "Maria Lopez": 1}, "school": {"Kinder": 1}},
        {"grade": {"Not enrolled": 1, "Kinder": 1, "9000000001": 1}, "ssid": {"0": 1}},
    )
    reading = read(accepted(1), Finished(records=1, mapped=told))
    reading.finish()
    expected = MappedTexts({"grade": {"Kinder": 2}}, {"grade": {"Not enrolled": 1}})
    assert reading.context.report.mapped == expected


@pytest.mark.parametrize("records", [0, 2, 4])
def test_rows_that_were_not_judged_are_not_counted(records: int) -> None:
    with pytest.raises(ReadingBroke):
        read(accepted(2, 3), Finished(records=records)).finish()


@pytest.mark.parametrize("told", [[2], [3, 3], [3, 4, 5]])
def test_only_the_rows_that_were_asked_for_are_kept_each_once(told: list[int]) -> None:
    again = [WrittenRows([(row, ["Maria Lopez"]) for row in told])]
    with pytest.raises(ReadingBroke):
        list(read(Finished(), again=again).written_rows({3, 4}))


def test_rows_without_a_value_are_kept_where_any_number_is_rejected_before_and_after(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(incomplete_rows, "MOST_INCOMPLETE", 5)
    monkeypatch.setattr(incomplete_rows, "MOST_REMEMBERED", 20)
    chunks = range(10, 400, 10)
    answers: list[Answer] = []
    for start in chunks:
        rows = range(start, start + 10)
        answers += [bad(rows), accepted(1, *rows[:4]), accepted(0, *rows[4:9])]
    reading = read(*answers)
    assert sorted(reading.incomplete_rows()) == [19, 29, 39, 49, 59]
    reading.rejected_rows |= {19, 29, 39}  # by the others' rows, as the database finds
    assert sorted(reading.incomplete_rows()) == [49, 59, 69, 79, 89]


def test_the_rows_of_a_fix_it_file_that_its_layout_left_out_are_known() -> None:
    header = (FIX_IT_ROW, "SSID", "Grade")
    fix_it = replace(OPENED, header=header, fields=(None, *OPENED.fields))
    taken = JudgedRows(b"2\t9\tK\n5\t8\tK\n", 2, [Rejected(4, ())], 0)
    reading = read(taken, Finished(records=3, left_out=2), opened=fix_it)
    reading.finish()
    assert reading.context.report.left_out_rows == (3, 6)
    broken = JudgedRows(b"Maria\t9\tK\n", 1, [], 0)
    with pytest.raises(ReadingBroke) as refused:
        read(broken, opened=fix_it)
    assert "Maria" not in str(refused.value) and refused.value.__cause__ is None


def test_what_is_wrong_after_the_last_chunk_is_kept_too() -> None:
    assert read(accepted(3), bad([7]), Finished()).incomplete_rows() == {7}


def test_rows_rejected_beside_others_are_taken_from_those_that_they_were_counted_among() -> None:
    kinds = [Issue("CODE", Severity.WARNING, "Odd.", row=row) for row in range(2, 7)]
    judged = JudgedRows(b"".join(b"%d\tx\n" % row for row in range(2, 12)), 10, [], 90)
    reading = read(FoundIssues(IssueBatch.of(kinds)), judged, Finished(10, 11))
    assert reading.rows_so_far() == RowsCounted(5, 5, 0)
    assert reading.rows_so_far({2, 3, 4, 5, 6}) == RowsCounted(5, 0, 5)
    assert reading.rows_so_far({2, 7, 8}) == RowsCounted(3, 4, 3)


def test_the_last_count_has_the_rows_that_the_layout_leaves_out() -> None:
    told: list[Event] = []
    read(accepted(2), Finished(records=2, left_out=3), told=told).finish()
    assert told[-1] == RowsCounted(2, 0, 0, 3)
