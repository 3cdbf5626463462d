"""Several rows of one student that are enrollments: which one counts, and what is said of it."""

import csv
import io
import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollbook.core import cells
from rollbook.core.catalogue.students import student_catalogue
from rollbook.core.feed_settings import FeedRules
from rollbook.core.issues import Issue
from rollbook.core.layouts.builtin import BY_NAME
from rollbook.core.layouts.checks import layout_faults
from rollbook.core.layouts.document import document_of, layout_of_document
from rollbook.core.layouts.enrollment_choice import Digests, EnrollmentChoice, Standing, rank_of
from rollbook.core.layouts.enrollments import Enrollments, is_of_its_day
from rollbook.core.layouts.recognition import layout_of
from rollbook.core.layouts.resemblance import header_known
from rollbook.core.layouts.student_rows import StudentRows, rules_of_students
from rollbook.core.reading.delimited import DelimitedTable
from rollbook.core.reading.headers import match_columns
from rollbook.core.sandbox.columns import read_columns
from rollbook.core.table import Table

CATALOGUE = student_catalogue()
TODAY = date(2026, 1, 20)
CAMPUS = FeedRules(layout="infinite-campus-ad-hoc")
HEADER = (
    "student.studentNumber,student.stateID,student.lastName,student.firstName,student.grade,"
    "sch.name,student.startDate,student.endDate,student.serviceType,Absences YTD"
)
FURTHER = "further enrollments of the same students"


def line(
    school: str,
    start: str,
    end: str = "",
    kind: str = "P",
    *,
    absences: str = "3",
    student: str = "1",
    name: str = "L",
    grade: str = "4",
) -> str:
    return f"{student},7{student},{name},F,{grade},{school},{start},{end},{kind},{absences}"


def table_of(
    *lines: str, header: str = HEADER, rules: FeedRules = CAMPUS, is_cut: bool = False
) -> Table:
    data = "\n".join([header, *lines, *([] if is_cut else [""])]).encode()
    return DelimitedTable(
        io.BytesIO(data), name="f.csv", size=len(data), catalogue=CATALOGUE, rules=rules
    )


def read(table: Table, rules: FeedRules = CAMPUS, day: date = TODAY) -> StudentRows:
    known = header_known(table.header, rules)
    rows = read_columns(table, known, CATALOGUE, rules, day=day).table
    assert isinstance(rows, StudentRows)
    return rows


def kept(rows: StudentRows) -> list[int]:
    return [row for chunk in rows.chunks() for row in chunk.rows]


def issues(rows: StudentRows) -> list[Issue]:
    kept(rows)
    return list(rows.issues())


@pytest.mark.parametrize(
    ("lines", "counting"),
    [
        ([line("A", "9/1/2025"), line("B", "9/1/2025", kind="S")], [2]),
        ([line("B", "9/1/2025", kind="S"), line("A", "9/1/2025")], [3]),
        ([line("A", "9/1/2025", "10/3/2025"), line("B", "10/6/2025")], [3]),
        ([line("A", "9/1/2025", kind=""), line("B", "10/6/2025", kind="")], [3]),
        ([line("A", "9/1/2025", "6/20/2026", "S"), line("B", "10/6/2025", kind="S")], [3]),
        ([line("A", "9/1/2025", "10/3/2025"), line("B", "10/6/2025", kind="S")], [3]),
        ([line("A", "9/1/2025", "10/3/2025"), line("B", "10/6/2025", "1/5/2026")], [3]),
        ([line("A", "9/1/2025", "10/3/2025"), line("B", "10/6/2025", "1/5/2026", "S")], [2]),
        ([line("A", "2025-09-01"), line("B", "2026-02-01")], [2]),
        ([line("A", "9/1/2025", "1/20/2026"), line("B", "1/21/2026")], [2]),
        ([line("A", "9/1/2025", "1/19/2026"), line("B", "1/20/2026")], [3]),
        ([line("A", ""), line("B", "", kind="N")], [2]),
        ([line("A", "9/1/2025", "0/0/0"), line("B", "9/1/2025", "NULL", "N")], [2]),
    ],
    ids=[
        "the primary one", "wherever it is", "the one not ended", "the latest start",
        "the latest start of those not ended", "the current one though it is not primary",
        "the latest start where all have ended", "the primary one where all have ended",
        "not one that has not begun", "one that ends today is current", "one that begins today is",
        "the primary one without a date", "no day is written in several ways",
    ],
)  # fmt: skip
def test_of_several_enrollments_the_primary_one_counts_then_the_latest(
    lines: list[str], counting: list[int]
) -> None:
    rows = read(table_of(*lines))
    found = kept(rows)
    assert found == counting
    assert rows.left_out == {FURTHER: 1}
    assert kept(rows) == found, "as often as it is read"
    assert rows.left_out == {FURTHER: 1}
    assert f"1 {FURTHER}" in rows.notes[-1]


@pytest.mark.parametrize(
    "lines",
    [
        [line("A", "9/1/2025"), line("B", "10/1/2025")],
        [line("A", "9/1/2025", kind="S"), line("B", "9/1/2025", kind="S")],
        [line("A", "", kind="S"), line("B", "9/1/2025", kind="S")],
        [line("A", "soon"), line("B", "9/1/2025", kind="S")],
        [line("A", "9/1/2025", "later"), line("B", "9/1/2025", kind="S")],
        [line("A", "9/1/2025", kind="X"), line("B", "9/1/2025", kind="S")],
        [line("A", "2/1/2026", kind="S"), line("B", "3/1/2026", kind="S")],
        [line("A", "9/1/2025"), line("B", "9/1/2025", kind="S", name="M")],
    ],
    ids=[
        "two primary ones", "one start", "a start that is not told", "a start that is no day",
        "an end that is no day", "an unknown mark", "none has begun", "another name",
    ],
)  # fmt: skip
def test_what_still_contradicts_itself_is_left_for_judging(lines: list[str]) -> None:
    rows = read(table_of(*lines, line("C", "10/1/2025", student="2")))
    assert kept(rows) == [2, 3, 4]
    assert not rows.left_out


def test_a_blank_school_decides_nothing_and_stays_blank() -> None:
    rows = read(table_of(line("A", "9/1/2025", "10/3/2025"), line("", "10/6/2025")))
    [record] = [record for chunk in rows.chunks() for record in chunk.records]
    assert record[5:7] == ["", "10/6/2025"], "what is blank leaves the stored school as it is"


def test_a_blank_mark_of_a_primary_enrollment_is_none() -> None:
    lines = [line("A", "9/1/2025"), line("B", "10/6/2025", kind="")]
    assert kept(read(table_of(*lines))) == [2]


def test_a_score_is_no_schools_own_so_two_of_them_contradict_each_other() -> None:
    header = f"{HEADER},Fall 2025 i-Ready Math Overall Score"
    assert CATALOGUE.find("Fall 2025 i-Ready Math Overall Score") is not None
    one, other = line("A", "9/1/2025"), line("B", "9/1/2025", kind="S")
    assert kept(read(table_of(f"{one},400", f"{other},410", header=header))) == [2, 3]
    assert kept(read(table_of(f"{one},400", f"{other},400", header=header))) == [2]


def test_rows_that_say_the_same_of_the_enrollment_that_counts_are_duplicates() -> None:
    now = line("B", "10/6/2025")
    rows = read(table_of(line("A", "9/1/2025", "10/3/2025"), now, now))
    assert kept(rows) == [3, 4]
    assert rows.left_out == {FURTHER: 1}


def test_other_attendance_of_an_enrollment_that_does_not_count_is_told_of_the_student() -> None:
    rows = read(
        table_of(
            line("A", "9/1/2025", "10/3/2025", absences="12"),
            line("B", "10/6/2025", absences="2"),
            line("C", "9/1/2025", student="2"),
            line("D", "9/1/2025", kind="S", student="2"),
            line("E", "9/1/2025", student="3"),
            line("F", "9/1/2025", kind="S", student="3", absences=""),
        )
    )
    [issue] = issues(rows)
    assert (issue.code, issue.row, issue.student_id) == ("ENROLLMENTS_DIFFER", 3, "1")
    assert issue.message.startswith("Row 2 of the same student is another enrollment, with")
    assert issues(rows) == [issue], "as often as it is read"


@pytest.mark.parametrize(
    ("start", "end", "code", "column", "value"),
    [
        ("9/1/2025", "1/19/2026", "ENROLLMENT_ENDED", "student.endDate", "1/19/2026"),
        ("1/21/2026", "", "ENROLLMENT_NOT_BEGUN", "student.startDate", "1/21/2026"),
        ("1/21/2026", "6/20/2026", "ENROLLMENT_NOT_BEGUN", "student.startDate", "1/21/2026"),
    ],
)
def test_a_student_without_a_current_enrollment_is_read_and_told_of(
    start: str, end: str, code: str, column: str, value: str
) -> None:
    rows = read(table_of(line("A", "9/1/2025"), line("B", start, end, student="2")))
    assert kept(rows) == [2, 3]
    [issue] = issues(rows)
    assert (issue.code, issue.row, issue.student_id) == (code, 3, "2")
    assert (issue.column, issue.value) == (column, value)
    assert issue.severity == "warning"
    assert issues(rows) == [issue], "as often as it is read"


@pytest.mark.parametrize(
    ("lines", "row"),
    [
        ([line("A", "9/1/2025", "1/20/2026")], None),
        ([line("A", "1/20/2026")], None),
        ([line("A", "9/1/2025", "0/0/0")], None),
        ([line("A", "")], None),
        ([line("A", "soon", "10/3/2025")], None),
        ([line("A", "9/1/2025", "10/3/2025"), line("B", "10/6/2025")], None),
        ([line("A", "9/1/2025", "10/3/2025"), line("B", "10/6/2025", "1/5/2026")], 3),
        ([line("A", "9/1/2025", "10/3/2025"), line("B", "2/1/2026")], 2),
        ([line("A", "9/1/2025", "10/3/2025"), line("B", "", "10/3/2025", name="M")], None),
    ],
    ids=[
        "one that ends today is current", "one that begins today is", "no day is written",
        "nothing is told", "a start that is no day", "another is current",
        "the latest of those ended",
        "one has ended and one not begun", "which counts is open, and both are rejected",
    ],
)  # fmt: skip
def test_of_each_student_only_the_enrollment_that_counts_is_told_of(
    lines: list[str], row: int | None
) -> None:
    assert [each.row for each in issues(read(table_of(*lines)))] == [row] * (row is not None)


def test_where_they_are_many_one_sentence_tells_of_all_of_them() -> None:
    def year(*, ended: int, current: int) -> list[Issue]:
        lines = [line("A", "9/1/2025", "1/5/2026", student=str(n)) for n in range(100, 100 + ended)]
        lines += [line("A", "9/1/2025", student=str(n)) for n in range(5000, 5000 + current)]
        return issues(read(table_of(*lines)))

    assert [issue.row for issue in year(ended=20, current=0)] == [*range(2, 22)]
    assert len(year(ended=30, current=270)) == 30
    for ended, current in ((21, 0), (31, 269)):
        [issue] = year(ended=ended, current=current)
        assert (issue.code, issue.row, issue.student_id) == ("ENROLLMENT_ENDED", None, None)
        assert (issue.column, issue.value) == ("student.endDate", None)
        said = f"The enrollments of {ended} of the {ended + current} students in this file"
        assert issue.message.startswith(f"{said} have ended, such as in rows 2, 3, 4, 5, 6.")


def test_two_rows_that_say_the_same_of_a_student_are_one_student_and_one_warning() -> None:
    left = line("A", "9/1/2025", "1/5/2026")
    [issue] = issues(read(table_of(left, left)))
    assert (issue.code, issue.row, issue.student_id) == ("ENROLLMENT_ENDED", 2, "1")
    lines = [line("A", "9/1/2025", "1/5/2026", student=str(n)) for n in range(100, 130)]
    is_open = [line(school, "9/1/2025", student="2") for school in "AB"]
    [issue] = issues(read(table_of(*lines, *lines, *is_open)))
    assert issue.message.startswith(
        "The enrollments of 30 of the 31 students in this file have ended"
    )


def test_the_warning_does_not_say_that_a_row_counts_that_may_be_rejected() -> None:
    for day in ("1/5/2026", "2/5/2026"):
        dates = ("9/1/2025", day) if day.startswith("1") else (day, "")
        for count in (1, 21):
            lines = [line("A", *dates, student=str(n)) for n in range(count)]
            [issue] = issues(read(table_of(*lines)))
            assert "rejected for another reason" in issue.message


def test_grade_and_school_are_those_of_the_enrollment_that_counts() -> None:
    rows = read(table_of(line("A", "9/1/2025", kind="S", grade="5"), line("B", "9/1/2025")))
    [record] = [record for chunk in rows.chunks() for record in chunk.records]
    assert record[4:6] == ["4", "B"]
    assert not issues(rows)


def test_a_date_that_the_end_of_the_file_may_have_cut_decides_nothing() -> None:
    header = ",".join(part for part in HEADER.split(",") if part != "Absences YTD")
    lines = [line("A", "9/1/2025", kind="S"), line("B", "9/1/2025", kind="P")]
    lines = [text.rpartition(",")[0] for text in lines]
    assert kept(read(table_of(*lines, header=header))) == [3]
    assert kept(read(table_of(*lines, header=header, is_cut=True))) == [2, 3]


def test_a_row_that_a_workbook_could_not_compute_decides_nothing() -> None:
    table = table_of()
    layout = layout_of(table.header, CAMPUS)
    assert layout is not None
    fields = match_columns(
        table.header, CATALOGUE, rules_of_students(CAMPUS, layout, table.header)
    ).fields
    enrollments = Enrollments(layout, fields, CAMPUS, TODAY)
    sound = line("A", f"{cells.DATE}2025-09-01").split(",")
    assert enrollments.rank(sound) == rank_of(
        Standing.CURRENT, is_primary=True, start=date(2025, 9, 1).toordinal()
    )
    assert enrollments.rank(line("A", "9/1/2025", f"{cells.ERROR}#N/A").split(",")) == -1
    assert enrollments.rank(line("A", f"{cells.NUMBER}45915").split(",")) == -1


def test_a_file_that_tells_of_days_means_something_else_on_another_day() -> None:
    lines = [line("A", "9/1/2025"), line("B", "2/2/2026", kind="S")]
    lines[0] = lines[0].replace("9/1/2025,,P", "9/1/2025,2/1/2026,P")
    assert kept(read(table_of(*lines))) == [2]
    assert kept(read(table_of(*lines), day=date(2026, 2, 2))) == [3]
    assert is_of_its_day(HEADER.split(","), CAMPUS)
    assert not is_of_its_day(HEADER.split(","), FeedRules(layout="none"))
    assert not is_of_its_day(HEADER.replace("Date", "").split(","), CAMPUS)


def test_a_feed_that_ignores_those_columns_is_read_by_the_layout_all_the_same() -> None:
    named = "Student_Number State_StudentNumber Last_Name First_Name Grade_Level SchoolID"
    header = [*named.split(), "EntryDate", "ExitDate"]
    assert layout_of(header, FeedRules(headers={"entrydate": "ignore"})) is not None
    assert layout_of(header, FeedRules(headers={"grade level": "ignore"})) is None


def test_a_district_says_in_a_layout_of_its_own_which_columns_and_words_tell() -> None:
    document = {
        "rollbook_layout": 1,
        "name": "own-sis",
        "vendor": "our-district",
        "title": "Our SIS",
        "columns": [
            {"holds": "student_id", "headers": ["pupil"]},
            {"holds": "school", "headers": ["campus"]},
            {"holds": "start of the enrollment", "headers": ["since"]},
            {"holds": "primary enrollment", "headers": ["kind"]},
        ],
        "signs": [["pupil"], ["campus"]],
        "primary_words": {"Main": "yes", "Second": "no"},
    }
    assert layout_faults(document) == []
    assert document_of(layout_of_document(document))["primary_words"] == {
        "main": "yes", "second": "no",
    }  # fmt: skip
    rules = FeedRules(
        layout="own-sis", own_layouts=(json.dumps(document),), required=("student_id",)
    )
    lines = ["1,A,9/1/2025,MAIN", "1,B,10/1/2025,second", "2,A,9/1/2025,", "2,B,10/1/2025,"]
    table = table_of(*lines, header="Pupil,Campus,Since,Kind", rules=rules)
    assert kept(read(table, rules)) == [2, 5]
    [fault] = layout_faults(document | {"primary_words": {"Main": "perhaps"}})
    assert fault == ("primary_words", "“main” can mean yes or no.")


def test_a_row_that_is_a_test_has_no_enrollment() -> None:
    document = document_of(BY_NAME["dibels8-by-window"]) | {"name": "own-a"}
    document["columns"].append({"holds": "start of the enrollment", "headers": ["since"]})
    assert "not an enrollment" in " ".join(sentence for _, sentence in layout_faults(document))


@dataclass(frozen=True)
class Drawn:
    student: str
    school: str
    absences: str
    start: int | None
    end: int | None
    primary: bool | None

    @property
    def standing(self) -> Standing:
        if (self.start or 0) > 0:
            return Standing.LATER
        return Standing.CURRENT if self.end is None or self.end >= 0 else Standing.ENDED

    @property
    def text(self) -> list[str]:
        day = [
            "" if at is None else (TODAY + timedelta(at)).isoformat()
            for at in (self.start, self.end)
        ]
        mark = {True: "P", False: "S", None: ""}[self.primary]
        return [self.student, f"7{self.student}", "L", "F", "4", self.school, *day, mark,
                self.absences]  # fmt: skip


DAYS = st.none() | st.integers(-3, 3)
DRAWN = st.lists(
    st.builds(
        Drawn,
        student=st.sampled_from("12"),
        school=st.sampled_from("AB"),
        absences=st.sampled_from(["", "1", "2"]),
        start=DAYS,
        end=DAYS,
        primary=st.sampled_from([True, False, None]),
    ),
    max_size=8,
)


def counting(rows: dict[int, Drawn]) -> set[int]:
    """The rows that are not left out, of all rows of one student: as the rule is written."""
    begun = {n: r for n, r in rows.items() if r.start is None or r.start <= 0}
    current = {n: r for n, r in begun.items() if r.end is None or r.end >= 0}
    among = current or begun or rows
    primary = {n: r for n, r in among.items() if r.primary}
    best = primary or among
    is_open = begun and not (current and primary)
    if len(best) > 1 and is_open and None not in {r.start for r in best.values()}:
        latest = max(r.start or 0 for r in best.values())
        best = {n: r for n, r in best.items() if r.start == latest}
    says = {(r.school, r.absences) for r in best.values()}
    return {*best} if len(says) == 1 else {*rows}


def is_open(rows: dict[int, Drawn]) -> bool:
    """Tell whether nothing decides which of a student's rows counts."""
    return len(rows) > 1 and len({(rows[n].school, rows[n].absences) for n in counting(rows)}) > 1


@given(DRAWN)
def test_of_any_enrollments_those_count_that_the_rule_names(drawn: list[Drawn]) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(each.text for each in drawn)
    rows = read(table_of(*text.getvalue().splitlines()))
    of_student: dict[str, dict[int, Drawn]] = defaultdict(dict)
    for row, each in enumerate(drawn, 2):
        of_student[each.student][row] = each
    expected = set().union(*map(counting, of_student.values()))
    assert kept(rows) == sorted(expected)
    assert rows.left_out.total() == len(drawn) - len(expected)
    told = {
        min(counting(rows_))
        for rows_ in of_student.values()
        if any(
            rows_[n].absences not in ("", rows_[min(counting(rows_))].absences)
            for n in {*rows_} - counting(rows_)
        )
    }
    found = defaultdict[str, list[int | None]](list)
    for issue in issues(rows):
        found[issue.code].append(issue.row)
    assert found["ENROLLMENTS_DIFFER"] == sorted(told)
    certain = [min(counting(each)) for each in of_student.values() if not is_open(each)]
    ended = {n for n in certain if drawn[n - 2].standing is Standing.ENDED}
    later = {n for n in certain if drawn[n - 2].standing is Standing.LATER}
    assert (found["ENROLLMENT_ENDED"], found["ENROLLMENT_NOT_BEGUN"]) == (
        sorted(ended), sorted(later),
    )  # fmt: skip


def test_the_choice_keeps_a_few_numbers_of_each_row() -> None:
    choice = EnrollmentChoice()
    rank = rank_of(Standing.CURRENT, is_primary=False, start=0)
    for row in range(1_000):
        choice.add(row, rank, Digests(row + 1, 1, 1, 1))
    choice.choose()
    columns = (
        choice.rows, choice.ranks, choice.students, choice.persons, choice.counted, choice.wholes,
    )  # fmt: skip
    assert sum(each.itemsize * len(each) for each in columns) == 48_000
    assert not choice.passed_over
    assert not choice.differing
