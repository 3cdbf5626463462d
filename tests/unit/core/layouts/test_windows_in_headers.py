"""The wide exports of DIBELS 8: the window is in the header, the year in a column per grade."""

import io
import random
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollbook.core.catalogue.students import student_catalogue
from rollbook.core.catalogue.terms import Term
from rollbook.core.feed_settings import IGNORE, FeedRules
from rollbook.core.layouts.laid_out import LaidOutTable
from rollbook.core.layouts.recognition import layout_of
from rollbook.core.reading.delimited import DelimitedTable
from tests.unit.core.layouts.test_laid_out import damaged, rows

CATALOGUE = student_catalogue([Term("Fall 2024"), Term("Fall 2025"), Term("Winter 2026")])
GRADES, WINDOWS = ("K", "1st", "2nd"), ("Beginning", "Middle", "End")
SKILLS = ("LNF", "NWF-WRC", "ORF-WordsCorrect", "WRF")
HEADER = [
    "District_Name", "Last", "First", "Student_ID",
    *(f"Year_{grade}" for grade in GRADES),
    *(f"{what}_{grade}_{window}" for grade in GRADES for window in WINDOWS
      for what in (*SKILLS, "Benchmark_Status_LNF", "Date_LNF", "Date_NWF")),
]  # fmt: skip
LNF, WRC = "dibels_lnf_score", "dibels_nwf_wrc_score"


def laid_out(
    *students: dict[str, str],
    header: Sequence[str] = HEADER,
    rules: FeedRules = FeedRules(),  # noqa: B008 - it is frozen
) -> LaidOutTable:
    lines = [",".join(header)]
    for number, cells in enumerate(students):
        known = {"Last": "L", "First": "F", "Student_ID": str(number)} | cells
        assert known.keys() <= {*header}
        lines.append(",".join(known.get(text, "") for text in header))
    data = "\n".join([*lines, ""]).encode()
    table = DelimitedTable(
        io.BytesIO(data), name="f.csv", size=len(data), catalogue=CATALOGUE, rules=FeedRules()
    )
    read = layout_of(table.header, rules)
    assert read is not None
    return LaidOutTable(table, read, CATALOGUE)


def scores(table: LaidOutTable) -> dict[str, dict[str, str]]:
    """Student -> field of a result -> text."""
    return {
        cells["student_id"]: {name: text for name, text in cells.items() if "dibels" in name}
        for cells in rows(table).values()
    }


def test_each_score_is_of_the_year_of_its_grade_and_of_its_own_window() -> None:
    table = laid_out(
        {
            "Year_K": "2024-2025", "LNF_K_Beginning": "11",
            "Year_1st": "2025-2026", "LNF_1st_Beginning": "21", "NWF-WRC_1st_Middle": "22",
            "Benchmark_Status_LNF_1st_Beginning": "Core Support", "WRF_1st_Middle": "23",
        },
        {"Year_1st": "2024-2025", "LNF_1st_Beginning": "31"},
    )  # fmt: skip
    assert scores(table) == {
        "0": {
            f"fall_2024_{LNF}": "11",
            f"fall_2025_{LNF}": "21",
            "fall_2025_dibels_lnf_level": "Core Support",
            f"winter_2026_{WRC}": "22",
        },
        "1": {f"fall_2024_{LNF}": "31"},
    }
    assert table.notes == ()


def test_the_headers_are_those_of_the_file() -> None:
    table = laid_out()
    assert {text.split("_K_")[0] for text in table.header[3:]} == {
        "LNF", "NWF-WRC", "ORF-WordsCorrect", "Benchmark_Status_LNF",
    }  # fmt: skip
    assert {*table.header} <= {*HEADER}


def test_where_a_feed_ignores_all_results_each_row_is_one_without_a_test() -> None:
    measures = [text for text in HEADER if text.startswith(("LNF", "NWF", "ORF", "Bench"))]
    table = laid_out(
        {"Year_1st": "2025-2026", "LNF_1st_Beginning": "21"},
        rules=FeedRules(layout="dibels8-data-system", headers=dict.fromkeys(measures, IGNORE)),
    )
    assert rows(table) == {}
    assert table.left_out == {"students without a test": 1}


@pytest.mark.parametrize("year", ["", "2026", "1st", "2025-2027"])
def test_a_score_whose_year_is_not_told_rejects_the_row(year: str) -> None:
    table = laid_out({"Year_1st": year, "LNF_1st_Beginning": "21"}, {"LNF_K_End": "3"})
    assert damaged(table) == [(2, "TEST_OF_UNKNOWN_TERM"), (3, "TEST_OF_UNKNOWN_TERM")]
    assert rows(table) == {}


def test_a_bare_year_is_told_by_the_date_of_the_test() -> None:
    table = laid_out(
        {"Year_1st": "2026", "LNF_1st_Beginning": "21", "Date_LNF_1st_Beginning": "9/20/2025"}
    )
    assert scores(table) == {"0": {f"fall_2025_{LNF}": "21"}}


@pytest.mark.parametrize("day", ["9/20/2024", "3/20/2026", "soon"])
def test_a_date_that_does_not_fit_the_window_and_the_year_rejects_the_row(day: str) -> None:
    first = {"Year_1st": "2025-2026", "LNF_1st_Beginning": "21"}
    good = {"Date_LNF_1st_Beginning": "9/20/2025"}
    table = laid_out(first | good, first | good | {"Date_NWF_1st_Beginning": day})
    assert damaged(table) == [(3, "TEST_OF_UNKNOWN_TERM")]
    assert scores(table) == {"0": {f"fall_2025_{LNF}": "21"}}


def test_a_year_for_which_nothing_is_set_up_is_told_by_term() -> None:
    table = laid_out(
        {
            "Year_K": "2023-2024", "LNF_K_End": "9", "Year_1st": "2024-2025",
            "LNF_1st_Beginning": "21", "LNF_1st_End": "22",
        }
    )  # fmt: skip
    assert scores(table) == {"0": {f"fall_2024_{LNF}": "21"}}
    terms = [issue.message.split("the term ")[1].split(",")[0] for issue in table.issues()]
    assert terms == ["Spring 2024", "Spring 2025"]


def test_two_grades_of_one_year_contradict_each_other_unless_they_say_the_same() -> None:
    both = {"Year_K": "2025-2026", "Year_1st": "2025-2026", "LNF_K_Beginning": "9"}
    table = laid_out(both | {"LNF_1st_Beginning": "21"}, both | {"LNF_1st_Beginning": "9"})
    assert damaged(table) == [(2, "TESTS_CONTRADICT")]
    assert scores(table) == {"1": {f"fall_2025_{LNF}": "9"}}


def test_the_later_of_two_grades_counts_where_dates_tell() -> None:
    table = laid_out(
        {
            "Year_K": "2025-2026", "LNF_K_Beginning": "9", "Date_LNF_K_Beginning": "9/1/2025",
            "Year_1st": "2025-2026", "LNF_1st_Beginning": "21",
            "Date_LNF_1st_Beginning": "10/1/2025",
        }
    )  # fmt: skip
    assert scores(table) == {"0": {f"fall_2025_{LNF}": "21"}}
    assert "1 further tests of the same window" in table.notes[-1]


YEARS = {2023: "2023-2024", 2024: "2024-25", 2025: "SY 25-26"}
OFFSETS = {"Beginning": ("fall", 0), "Middle": ("winter", 1), "End": ("spring", 1)}


@given(
    st.dictionaries(st.sampled_from(GRADES), st.sampled_from(sorted(YEARS)), min_size=1).flatmap(
        lambda years: st.tuples(
            st.just(years),
            st.dictionaries(
                st.tuples(st.sampled_from(sorted(years)), st.sampled_from(WINDOWS)),
                st.integers(0, 90),
            ),
        )
    ),
    st.randoms(use_true_random=False),
)
def test_whatever_the_grades_and_years_each_score_lands_in_its_own_term(
    given_: tuple[dict[str, int], dict[tuple[str, str], int]], chance: random.Random
) -> None:
    years, tests = given_
    cells = {f"Year_{grade}": YEARS[year] for grade, year in years.items()}
    cells |= {f"LNF_{grade}_{window}": str(score) for (grade, window), score in tests.items()}
    wanted: dict[str, set[str]] = {}
    for (grade, window), score in tests.items():
        season, later = OFFSETS[window]
        wanted.setdefault(f"{season}_{years[grade] + later}", set()).add(str(score))
    header = chance.sample(HEADER, len(HEADER))
    table = laid_out(cells, header=header)
    found = scores(table).get("0", {})
    known = {term: each for term, each in wanted.items() if term in SET_UP}
    if any(len(each) > 1 for each in known.values()):
        assert damaged(table) == [(2, "TESTS_CONTRADICT")]
    else:
        assert found == {
            f"{term}_{LNF}": each.pop() for term, each in wanted.items() if term in SET_UP
        }
        told = {issue.message.split("the term ")[1].split(",")[0] for issue in table.issues()}
        assert told == {
            term.replace("_", " ").capitalize() for term in wanted if term not in SET_UP
        }


SET_UP = ("fall_2024", "fall_2025", "winter_2026")
