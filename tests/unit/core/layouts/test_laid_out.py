"""A vendor's table of tests, read: each row fills the fields of its own term."""

import io
from collections.abc import Sequence
from datetime import date

from rollbook.core import cells
from rollbook.core.catalogue.students import Catalogue, student_catalogue
from rollbook.core.catalogue.terms import Term
from rollbook.core.feed_settings import FeedRules
from rollbook.core.layouts.laid_out import LaidOutTable, rules_of_tests
from rollbook.core.layouts.recognition import layout_of
from rollbook.core.layouts.rows_of_tests import RowsOfTests, named_by
from rollbook.core.layouts.windows import Windows
from rollbook.core.reading.delimited import DelimitedTable

CATALOGUE = student_catalogue([Term("Fall 2025"), Term("Winter 2026")])
HEADER = (
    "Last Name,First Name,Student ID,Academic Year,Completion Date,Norming Window,"
    "Most Recent Diagnostic (Y/N),Rush Flag,Diagnostic Language,Overall Scale Score,"
    "Overall Relative Placement,Lexile Measure"
)
FALL, WINTER = "9/10/2025,Fall", "1/12/2026,Winter"


def line(
    student: str, when: str, score: str, *, latest: str = "N", language: str = "English"
) -> str:
    return f"L,F,{student},2025-2026,{when},{latest},,{language},{score},Early On-Grade,215L"


def laid_out(*lines: str, header: str = HEADER, catalogue: Catalogue = CATALOGUE) -> LaidOutTable:
    data = "\n".join([header, *lines, ""]).encode()
    table = DelimitedTable(
        io.BytesIO(data), name="f.csv", size=len(data), catalogue=catalogue, rules=FeedRules()
    )
    read = layout_of(table.header, FeedRules())
    assert read is not None
    return LaidOutTable(table, read, catalogue)


def rows(table: LaidOutTable) -> dict[int, dict[str, str]]:
    """Row number -> what its cells fill."""
    found: dict[int, dict[str, str]] = {}
    names = [field.name for field in table.fields]
    for chunk in table.chunks():
        for row, record in zip(chunk.rows, chunk.records, strict=True):
            found[row] = {name: cell for name, cell in zip(names, record, strict=True) if cell}
    return found


def damaged(table: LaidOutTable) -> list[tuple[int, str]]:
    return [(each.row, each.code) for chunk in table.chunks() for each in chunk.damaged]


def test_each_test_fills_its_own_term() -> None:
    found = rows(laid_out(line("1", FALL, "431"), line("1", WINTER, "451")))
    assert found[2] == {
        "student_id": "1",
        "last_name": "L",
        "first_name": "F",
        "fall_2025_iready_reading_score": "431",
        "fall_2025_iready_reading_level": "Early On-Grade",
    }
    assert found[3] == {
        "student_id": "1",
        "last_name": "L",
        "first_name": "F",
        "winter_2026_iready_reading_score": "451",
        "winter_2026_iready_reading_level": "Early On-Grade",
    }


def test_the_headers_are_the_files_own() -> None:
    table = laid_out()
    assert table.header[:3] == ("Student ID", "Last Name", "First Name")
    assert set(table.header[3:]) == {"Overall Scale Score", "Overall Relative Placement"}


def test_of_several_tests_of_a_window_the_vendors_own_counts_then_the_latest() -> None:
    table = laid_out(
        line("1", "9/20/2025,Fall", "500"),
        line("1", "9/10/2025,Fall", "431", latest="Y"),
        line("2", "9/10/2025,Fall", "432"),
        line("2", "9/12/2025,Fall", "433"),
        line("2", "9/11/2025,Fall", "434"),
    )
    assert set(rows(table)) == {3, 5}
    assert table.left_out == {"further tests of the same window": 3}
    assert "3 further tests of the same window" in table.notes[-1]
    assert set(rows(table)) == {3, 5}, "as often as it is read"
    assert table.left_out.total() == 3


def test_of_tests_of_one_day_that_differ_none_is_chosen() -> None:
    table = laid_out(line("1", FALL, "431"), line("1", FALL, "432"), line("1", FALL, "431"))
    assert rows(table) == {}
    assert damaged(table) == [(row, "TESTS_CONTRADICT") for row in (2, 3, 4)]


def test_results_of_two_tests_are_never_mixed() -> None:
    level = line("1", FALL, "")
    score = line("1", FALL, "470").replace("Early On-Grade", "")
    assert rows(laid_out(level, score)) == {}


def test_the_same_test_twice_counts_once() -> None:
    table = laid_out(line("1", FALL, "431"), line("1", FALL, "431"))
    assert set(rows(table)) == {2}
    assert table.left_out == {"further tests of the same window": 1}


def test_a_later_test_settles_what_earlier_ones_leave_open() -> None:
    table = laid_out(
        line("1", FALL, "431"), line("1", FALL, "432"), line("1", "9/20/2025,Fall", "440")
    )
    assert set(rows(table)) == {4}
    assert table.left_out.total() == 2


def test_a_flag_that_a_workbook_holds_as_a_number_counts() -> None:
    header = HEADER.split(",")
    read = layout_of(header, FeedRules())
    assert read is not None
    tests = RowsOfTests(read, Windows(CATALOGUE.terms))
    flagged = line("1", FALL, "431", latest=f"{cells.NUMBER}1").split(",")
    later = line("1", "9/20/2025,Fall", "500").split(",")
    assert tests.rank(flagged) > tests.rank(later)


def test_what_is_not_meant_is_left_out_and_counted() -> None:
    table = laid_out(
        line("1", FALL, "431", language="English"),
        line("2", FALL, "431", language="Spanish"),
        "L,F,3,2025-2026,9/10/2025,Fall,Y,,English,,,215L",
        "L,F,4,2025-2026,9/10/2025,Fall,Y,,,,,215L",
    )
    assert set(rows(table)) == {2}
    assert table.left_out == {"tests in another language": 1, "tests without a result": 2}


def test_tests_of_a_term_that_is_not_set_up_are_told_by_term() -> None:
    table = laid_out(line("1", FALL, "431"), line("1", "5/2/2026,Spring", "460"))
    assert set(rows(table)) == {2}
    [issue] = table.issues()
    assert (issue.code, issue.column) == ("UNKNOWN_TERM", "Norming Window")
    assert issue.message.startswith("1 test belongs to the term Spring 2026, which isn't set up")


def test_a_test_of_an_unknown_window_is_rejected_and_names_its_student() -> None:
    table = laid_out(line("7", "9/10/2025,Window 3", "431"), line("8", "9/10/2024,Fall", "431"))
    assert damaged(table) == [(2, "TEST_OF_UNKNOWN_TERM"), (3, "TEST_OF_UNKNOWN_TERM")]
    assert [each.cells[0] for chunk in table.chunks() for each in chunk.damaged] == ["7", "8"]


def test_a_row_that_is_too_long_names_whoever_it_may_be() -> None:
    table = laid_out(f"extra,{line('7', FALL, '431')}", line("8", FALL, "431"))
    assert damaged(table) == [(2, "ROW_TOO_LONG")]
    [cells] = [each.cells for chunk in table.chunks() for each in chunk.damaged]
    assert cells[:2] == ["F", "7"]


def test_the_last_cell_of_a_cut_file_is_known_by_its_field() -> None:
    header = HEADER.removesuffix(",Lexile Measure").replace("Rush Flag", "Lexile Measure,Rush Flag")
    texts = "L,F,1,2025-2026,1/12/2026,Winter,N,215L,,,451,Early On"
    data = f"{header}\n{texts}".encode()
    table = DelimitedTable(
        io.BytesIO(data), name="f.csv", size=len(data), catalogue=CATALOGUE, rules=FeedRules()
    )
    read = layout_of(table.header, FeedRules())
    assert read is not None
    laid = LaidOutTable(table, read, CATALOGUE)
    rows(laid)
    end = laid.open_end
    assert end is not None
    assert laid.fields[end.column].name == "winter_2026_iready_reading_level"


def test_a_subject_column_keeps_other_subjects_out() -> None:
    header = HEADER.replace("Rush Flag", "Rush Flag,Subject")
    texts: Sequence[str] = [
        "L,F,1,2025-2026,9/10/2025,Fall,N,,Reading,English,431,Early On-Grade,215L",
        "L,F,1,2025-2026,9/10/2025,Fall,N,,Math,English,451,Early On-Grade,",
        "L,F,2,2025-2026,9/10/2025,Fall,N,,,English,451,Early On-Grade,",
        "L,F,3,2025-2026,9/10/2025,Fall,N,,N/A,English,451,Early On-Grade,",
        "L,F,4,2025-2026,9/10/2025,Fall,N,,,English,,,",
    ]
    data = "\n".join([header, *texts, ""]).encode()
    table = DelimitedTable(
        io.BytesIO(data), name="f.csv", size=len(data), catalogue=CATALOGUE, rules=FeedRules()
    )
    read = layout_of(table.header, FeedRules())
    assert read is not None
    laid = LaidOutTable(table, read, CATALOGUE)
    assert set(rows(laid)) == {2}
    assert laid.left_out == {"tests of another subject": 1, "tests without a result": 1}
    blank = [each for chunk in laid.chunks() for each in chunk.damaged]
    assert [(each.row, each.code, each.column) for each in blank] == [
        (row, "ROW_UNDECIDED", "Subject") for row in (4, 5)
    ]
    assert [each.cells[0] for each in blank] == ["2", "3"], "whose rows they are"


def test_a_file_of_tests_clears_nothing_and_creates_nobody() -> None:
    rules = FeedRules(blanks="clear", new_students="create", required=("student_id", "ssid"))
    used = rules_of_tests(rules, ["student_id", "ssid"])
    assert (used.blanks, used.new_students, used.required) == ("keep", "reject", ("student_id",))
    by_ssid = rules_of_tests(FeedRules(required=("ssid",)), ["student_id", "ssid"])
    assert by_ssid.required == ("ssid",)
    assert rules_of_tests(FeedRules(required=("ssid",)), ["student_id"]).required == ("student_id",)


def test_a_blank_identifier_names_nobody() -> None:
    assert [named_by(each) for each in (["  ", "9"], [" 7 ", "9"], ["\u00a0", ""], [])] == [
        "9",
        "7",
        "",
        "",
    ]


def test_a_test_that_does_not_tell_its_language_is_rejected_by_its_row() -> None:
    table = laid_out(line("1", FALL, "431"), line("2", FALL, "431", language=""))
    assert set(rows(table)) == {2}
    assert damaged(table) == [(3, "ROW_UNDECIDED")]


def test_a_blank_window_is_told_by_the_districts_own_days_and_not_by_the_vendors() -> None:
    lines = [line("1", FALL, "431"), line("2", "9/10/2025,", "432")]
    assert damaged(laid_out(*lines)) == [(3, "TEST_OF_UNKNOWN_TERM")]
    own = Term("Fall 2025", date(2025, 9, 1), date(2025, 10, 1))
    found = rows(laid_out(*lines, catalogue=student_catalogue([own])))
    assert found[3]["fall_2025_iready_reading_score"] == "432"


def test_a_blank_school_year_is_that_of_the_day_and_a_blank_day_that_of_the_window() -> None:
    without_year = line("1", FALL, "431").replace("2025-2026", "")
    table = laid_out(without_year, line("2", ",Fall", "432"))
    assert [each["student_id"] for each in rows(table).values()] == ["1", "2"]
    neither = line("3", ",Fall", "433").replace("2025-2026", "")
    assert damaged(laid_out(neither)) == [(2, "TEST_OF_UNKNOWN_TERM")]


def test_of_several_tests_one_without_its_day_may_be_the_latest() -> None:
    dated, blank = line("1", FALL, "431"), line("1", ",Fall", "440")
    assert damaged(laid_out(dated, blank)) == [(2, "TESTS_CONTRADICT"), (3, "TESTS_CONTRADICT")]
    same = line("1", ",Fall", "431")
    assert set(rows(laid_out(dated, same))) == {2}
    marked = line("1", FALL, "431", latest="Y")
    assert set(rows(laid_out(marked, blank))) == {2}, "the vendor's own mark counts first"


def test_a_blank_mark_is_none_and_an_unknown_one_may_be_the_vendors_own() -> None:
    late = "9/20/2025,Fall"
    marked = line("1", FALL, "431", latest="Y")
    assert set(rows(laid_out(marked, line("1", late, "440", latest="")))) == {2}
    assert set(rows(laid_out(line("1", FALL, "431"), line("1", late, "440", latest="")))) == {3}
    unknown = line("1", FALL, "440", latest="perhaps")
    assert len(damaged(laid_out(line("1", late, "431"), unknown))) == 2
    assert set(rows(laid_out(unknown))) == {2}, "there is no other"
