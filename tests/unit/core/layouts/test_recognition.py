"""Which layout a header is of: never a wrong one, and none where it is not sure."""

import random
from collections.abc import Callable, Sequence

import pytest

from rollbook.core.feed_settings import IGNORE, NO_LAYOUT, FeedRules
from rollbook.core.layouts.builtin import LAYOUTS
from rollbook.core.layouts.recognition import layout_of, recognize
from tests.unit.core.layouts.headers import PUBLISHED

IREADY, MCLASS = "iready-diagnostic-results", "mclass-dibels8-benchmark"
DATA_SYSTEM = "dibels8-data-system"
INSTRUCTION = "iready-diagnostic-and-instruction"
KNOWN = [
    (PUBLISHED["iready_reading"], IREADY, "iready_reading_score"),
    (PUBLISHED["iready_math"], IREADY, "iready_math_score"),
    (PUBLISHED["iready_diagnostic_and_instruction_reading"], INSTRUCTION, "iready_reading_level"),
    (PUBLISHED["iready_diagnostic_and_instruction_math"], INSTRUCTION, "iready_math_score"),
    (PUBLISHED["dibels_data_system_1st"], DATA_SYSTEM, "dibels_orf_acc_level"),
    (PUBLISHED["dibels_data_system_6th"], DATA_SYSTEM, "dibels_orf_wc_score"),
    (PUBLISHED["dibels_data_system_end"], DATA_SYSTEM, "dibels_psf_score"),
    (PUBLISHED["dibels_data_system_k"], DATA_SYSTEM, "dibels_lnf_level"),
    (PUBLISHED["mclass"], MCLASS, "dibels_orf_wc_score"),
    (PUBLISHED["mclass_2025"], MCLASS, "dibels_orf_acc_level"),
    (PUBLISHED["mclass_2026"], MCLASS, "dibels_nwf_wrc_score"),
]
OTHERS = [
    PUBLISHED["iready_lessons"],
    PUBLISHED["iready_instruction"],
    PUBLISHED["iready_literacy_tasks"],
    PUBLISHED["iready_spanish"],
    PUBLISHED["mclass_progress"],
    PUBLISHED["mclass_lectura"],
    PUBLISHED["acadience"],
    PUBLISHED["dibels_data_system"],
    PUBLISHED["dibels_next_wide"],
    PUBLISHED["dibels_next_progress"],
    PUBLISHED["dibels_idel_wide"],
    PUBLISHED["dibels_idel_progress"],
    ["Student ID", "SSID", "Last Name", "First Name", "Grade", "School", "Absences YTD"],
]
WRITINGS: list[Callable[[str], str]] = [
    str.upper,
    lambda text: text.replace(" ", "_"),
    lambda text: f" {text} ",
    lambda text: text.replace(" (Y/N)", " Y N"),
]


@pytest.mark.parametrize(("header", "name", "score"), KNOWN)
def test_published_headers_are_known_for_certain(
    header: Sequence[str], name: str, score: str
) -> None:
    read = recognize(header)
    assert read is not None
    assert (read.layout.name, read.is_certain, read.unknown) == (name, True, ())
    assert score in read.holds
    assert "student_id" in read.holds


@pytest.mark.parametrize(("header", "name", "score"), KNOWN)
@pytest.mark.parametrize("write", WRITINGS)
def test_the_same_header_written_otherwise_is_the_same(
    header: Sequence[str], name: str, score: str, write: Callable[[str], str]
) -> None:
    read = recognize([write(text) for text in header])
    assert read is not None
    assert (read.layout.name, read.is_certain) == (name, True)


@pytest.mark.parametrize("header", OTHERS)
def test_other_exports_are_of_no_layout(header: Sequence[str]) -> None:
    assert recognize(header) is None


@pytest.mark.parametrize(("header", "name", "score"), KNOWN)
def test_a_few_columns_of_the_district_are_no_doubt(
    header: Sequence[str], name: str, score: str
) -> None:
    read = recognize([*header, "House", "Bus route"])
    assert read is not None
    assert read.is_certain
    assert read.unknown == ("House", "Bus route")


@pytest.mark.parametrize(("header", "name", "score"), KNOWN)
def test_many_unknown_columns_are_a_doubt(header: Sequence[str], name: str, score: str) -> None:
    read = recognize([*header, *(f"Column {number}" for number in range(len(header) // 3))])
    assert read is not None
    assert not read.is_certain


@pytest.mark.parametrize(("header", "name", "score"), KNOWN)
def test_without_a_sign_of_the_export_there_is_no_layout(
    header: Sequence[str], name: str, score: str
) -> None:
    layout = next(each for each in LAYOUTS if each.name == name)
    for group in layout.signs:
        rest = [text for text in header if not _is_one_of(text, group)]
        assert len(rest) < len(header)
        assert recognize(rest) is None


@pytest.mark.parametrize(("header", "name", "score"), KNOWN)
def test_a_column_that_is_read_twice_is_of_no_layout(
    header: Sequence[str], name: str, score: str
) -> None:
    assert recognize([*header, "Student Primary ID" if name == MCLASS else "Student ID"]) is None


def test_a_primary_number_is_the_states_where_its_header_says_so() -> None:
    header = PUBLISHED["mclass_2025_state"]
    read = recognize(header)
    assert read is not None
    assert (read.layout.name, read.is_certain, read.unknown) == (MCLASS, True, ())
    assert "student_id" not in read.holds
    assert header[read.holds.index("ssid")] == "Student Primary ID (Primary Student ID (State ID))"
    of_2025, of_2026 = map(recognize, (PUBLISHED["mclass_2025"], PUBLISHED["mclass_2026"]))
    assert of_2025 is not None
    assert of_2026 is not None
    assert ("ssid" in of_2025.holds, "ssid" in of_2026.holds) == (True, False), "of what kind"


def test_an_older_edition_without_a_published_header_is_named_and_not_applied() -> None:
    header, name = PUBLISHED["mclass_2020"], "mclass-dibels8-benchmark-until-2020"
    read = recognize(header)
    assert read is not None
    assert (read.layout.name, read.is_certain, read.unknown) == (name, False, ("ELD_Level",))
    assert layout_of(header, FeedRules()) is None
    chosen = layout_of(header, FeedRules(layout=name))
    assert chosen is not None
    assert len([each for each in chosen.holds if each and each.startswith("dibels_")]) == 12
    assert recognize([*header, "Assessment Measure-DORF (Fluency)-Score"]) is None
    assert recognize([*header, "Letter Names (LNF) - Score"]) is None
    assert layout_of(PUBLISHED["mclass_dibels_next"], FeedRules(layout=name)) is None


def test_tests_whose_subject_the_header_leaves_open_are_of_no_layout() -> None:
    plain = ["Last Name", "Student ID", "Academic Year", "Completion Date", "Rush Flag",
             "Overall Scale Score"]  # fmt: skip
    assert recognize(plain) is None
    assert recognize([*plain, "Lexile Measure", "Quantile Measure"]) is None
    read = recognize([*plain, "Quantile Measure"])
    assert read is not None
    assert read.subject == "math"


def test_columns_in_another_order_are_the_same() -> None:
    shuffled = list(PUBLISHED["iready_reading"])
    random.Random(7).shuffle(shuffled)
    read = recognize(shuffled)
    assert read is not None
    assert read.is_certain
    assert read.holds[shuffled.index("Overall Scale Score")] == "iready_reading_score"


def test_the_feed_decides() -> None:
    header = PUBLISHED["iready_reading"]
    assert layout_of(header, FeedRules()) is not None
    assert layout_of(header, FeedRules(layout=IREADY)) is not None
    assert layout_of(header, FeedRules(layout=NO_LAYOUT)) is None
    assert layout_of(header, FeedRules(layout=MCLASS)) is None
    mapped = FeedRules(headers={"OVERALL SCALE SCORE": "fall_2025_iready_reading_score"})
    assert layout_of(header, mapped) is None
    ignoring = FeedRules(headers={"Sex": IGNORE, "Overall Relative Placement": IGNORE})
    read = layout_of(header, ignoring)
    assert read is not None
    assert "iready_reading_score" in read.holds
    assert "iready_reading_level" not in read.holds


def test_the_feeds_own_identifiers_count_before_the_layouts() -> None:
    header = PUBLISHED["iready_reading"]
    read = layout_of(header, FeedRules(headers={"Student ID": "ssid"}))
    assert read is not None
    assert read.holds[header.index("Student ID")] == "ssid"
    assert read.holds[header.index("Student State ID")] is None
    assert read.holds.count("ssid") == 1


def test_what_the_feed_ignores_is_not_unknown() -> None:
    header = [*PUBLISHED["iready_reading"], "House", "Bus route"]
    read = layout_of(header, FeedRules(headers={"house": IGNORE}))
    assert read is not None
    assert read.unknown == ("Bus route",)


@pytest.mark.parametrize("column", ["Round", "Test Wave", "Testing Period", "Term"])
def test_tests_that_may_name_their_window_in_an_unknown_column_are_not_placed_by_their_dates(
    column: str,
) -> None:
    header = [text for text in PUBLISHED["iready_reading"] if "Window" not in text]
    read = recognize(header)
    assert read is not None
    assert read.is_certain, "the vendor's own windows by date"
    read = recognize([*header, column])
    assert read is not None
    assert not read.is_certain
    assert layout_of([*header, column], FeedRules()) is None
    assert layout_of([*header, column], FeedRules(headers={column: IGNORE})) is None
    assert layout_of([*header, column], FeedRules(layout=IREADY)) is not None
    read = recognize([*PUBLISHED["iready_reading"], column])
    assert read is not None
    assert read.is_certain, "its window is known"


def test_a_chosen_layout_needs_no_certainty() -> None:
    header = [*PUBLISHED["iready_math"], *(f"Column {number}" for number in range(30))]
    assert layout_of(header, FeedRules()) is None
    assert layout_of(header, FeedRules(layout=IREADY)) is not None


def _is_one_of(text: str, group: Sequence[str]) -> bool:
    from rollbook.core.catalogue.students import normalize_header

    key = normalize_header(text)
    return any(
        key == sign or ("*" in sign and key.startswith(sign.split("*")[0])) for sign in group
    )


@pytest.mark.parametrize("gone", ["Completion Date (3)", "Relative Placement (2)"])
def test_a_test_of_a_row_that_lacks_what_the_others_have_leaves_the_file_of_no_layout(
    gone: str,
) -> None:
    header = PUBLISHED["iready_diagnostic_and_instruction"]
    rest = [text for text in header if gone not in text]
    assert len(rest) == len(header) - 1
    assert recognize(rest) is None


def test_a_row_may_have_fewer_tests() -> None:
    header = PUBLISHED["iready_diagnostic_and_instruction"]
    read = recognize([text for text in header if "(4)" not in text and "(5)" not in text])
    assert read is not None
    assert read.is_certain
    assert [each.known for each in read.each_test()] == [8] * 4


def test_scores_of_a_grade_without_its_school_year_are_of_no_layout() -> None:
    header = [*PUBLISHED["dibels_data_system_1st"], "NWF-WRC_2nd_Beginning"]
    assert recognize(header) is None
    read = recognize([*header, "Year_2nd", "Date_NWF_2nd_Beginning"])
    assert read is not None
    assert read.is_certain
    assert [each.window for each in read.each_test()] == ["beginning", "middle", "end", "beginning"]


def test_a_date_may_be_missing_and_is_never_there_twice() -> None:
    header = PUBLISHED["dibels_data_system_1st"]
    read = recognize([text for text in header if text != "Date_NWF_1st_Middle"])
    assert read is not None
    assert read.is_certain
    assert recognize([*header, "Date_NWF_1st_Middle"]) is None
