"""Which row is the header, and what its columns mean."""

import pytest

from rollbook.core.feed_settings import IGNORE, NO_LAYOUT, FeedRules
from rollbook.core.reading.errors import LayoutUnsure, MissingColumns, RepeatedColumn
from rollbook.core.reading.headers import (
    ROWS_SEARCHED,
    find_header,
    match_columns,
    no_header,
    trimmed,
)
from tests.spec.judging import CATALOGUE

IDS = ("Student ID", "SSID")
NOTHING = FeedRules()


def codes(*headers: str, rules: FeedRules = NOTHING) -> list[tuple[str, str | None]]:
    issues = match_columns([*IDS, *headers], CATALOGUE, rules).issues
    return [(issue.code, issue.column) for issue in issues]


def test_the_header_is_the_row_with_the_most_known_fields() -> None:
    rows = [["School", "Oak"], ["Grade", "School"], [*IDS, "Grade"], ["1", "2", "3"]]
    found = find_header(rows, CATALOGUE, NOTHING)
    assert found is not None
    assert (found.index, found.known) == (2, 3)


def test_of_equal_rows_the_first_is_the_header() -> None:
    found = find_header([list(IDS), list(IDS)], CATALOGUE, NOTHING)
    assert found is not None
    assert found.index == 0


def test_one_known_word_in_a_title_is_no_header() -> None:
    assert find_header([["School"], ["Oak"]], CATALOGUE, NOTHING) is None


def test_a_header_far_below_is_not_found() -> None:
    rows = [["x"]] * ROWS_SEARCHED + [list(IDS)]
    assert find_header(rows, CATALOGUE, NOTHING) is None


def test_unnamed_columns_at_the_end_are_cut_and_blanks_trimmed() -> None:
    found = find_header([["\ufeffStudent ID ", " SSID", "", " "]], CATALOGUE, NOTHING)
    assert found is not None
    assert found.header == IDS


@pytest.mark.parametrize("left_out", IDS)
def test_a_missing_required_column_fails_and_lists_the_headers_found(left_out: str) -> None:
    header = [text for text in (*IDS, "Grade") if text != left_out]
    with pytest.raises(MissingColumns) as refused:
        match_columns(header, CATALOGUE, NOTHING)
    assert "“Grade”" in refused.value.private
    assert f"no column for {left_out}" in str(refused.value)


def test_a_missing_column_names_the_nearest_candidate() -> None:
    with pytest.raises(MissingColumns) as refused:
        match_columns(["Studnt ID", "SSID"], CATALOGUE, NOTHING)
    assert "“Studnt ID” looks like Student ID" in refused.value.private


def test_the_right_candidate_is_named_however_far_behind_it_is() -> None:
    header = [*(f"Composite {number}" for number in range(94)), "Student Primary ID", "SSID"]
    with pytest.raises(MissingColumns) as refused:
        match_columns(header, CATALOGUE, NOTHING)
    assert refused.value.private.startswith("“Student Primary ID” looks like Student ID.")
    assert "“Composite 93”" in refused.value.private


def test_a_feed_may_require_one_identifier_only() -> None:
    rules = FeedRules(required=("student_id",))
    assert match_columns(["Student ID"], CATALOGUE, rules).issues == []


def test_an_unknown_column_is_a_warning() -> None:
    (issue,) = match_columns([*IDS, "Absenses YTD"], CATALOGUE, NOTHING).issues
    assert (issue.code, issue.severity, issue.row) == ("UNKNOWN_COLUMN", "warning", None)


def test_a_column_without_a_name_is_a_warning() -> None:
    assert codes("", "Grade") == [("UNNAMED_COLUMN", "")]


def test_the_header_of_a_term_that_is_not_set_up_is_reported_as_that() -> None:
    header = "Winter 2026 DIBELS ORF WC Score"
    assert codes(header) == [("UNKNOWN_TERM", header)]


def test_what_to_do_about_an_unknown_column_or_term_is_reported_without_a_command() -> None:
    header = [*IDS, "Winter 2026 DIBELS ORF WC Score", "Absenses YTD"]
    term, column = (issue.message for issue in match_columns(header, CATALOGUE, NOTHING).issues)
    assert "Add the term under Settings, Terms, then import again." in term
    assert "under Feeds, Columns" in column
    assert "`" not in term + column


def test_a_mapping_onto_a_field_of_another_term_replaces_nothing() -> None:
    header = "Winter 2026 i-Ready Math Overall Score"
    rules = FeedRules(headers={header: "spring_2025_iready_math_score"})
    assert "spring_2025_iready_math_score" in CATALOGUE.by_name
    assert codes(header, rules=rules) == [("UNKNOWN_TERM", header), ("MAPPING_IGNORED", header)]


@pytest.mark.parametrize(
    ("header", "means"),
    [
        ("Winter 2026 i-Ready Math Overall Score", "the column wasn't imported"),
        ("FALL 2025 iReady math overall score", "the column was read as Fall 2025 i-Ready Math"),
    ],
)
def test_a_mapping_that_is_ignored_is_reported_with_what_became_of_its_column(
    header: str, means: str
) -> None:
    rules = FeedRules(headers={header.upper(): "spring_2025_iready_math_score"})
    *_, told = match_columns([*IDS, header], CATALOGUE, rules).issues
    assert (told.code, told.severity, told.row) == ("MAPPING_IGNORED", "warning", None)
    assert told.column == header
    assert header not in told.message
    assert (told.field is None) == ("wasn't imported" in means)
    assert means in told.message
    assert CATALOGUE.by_name["spring_2025_iready_math_score"].header in told.message


def test_a_column_that_the_feed_ignores_is_no_warning() -> None:
    rules = FeedRules(headers={"Bus": IGNORE, "Days Absent": "absences_ytd"})
    assert codes("Bus", "days absent", rules=rules) == []


def test_the_columns_of_a_fix_it_file_are_passed_over() -> None:
    assert codes("Rollbook: row", "Rollbook: what to fix") == []


def test_the_same_field_twice_fails_and_names_both_headers() -> None:
    with pytest.raises(RepeatedColumn) as refused:
        match_columns([*IDS, "Student Number"], CATALOGUE, NOTHING)
    assert "“Student ID” and “Student Number”" in refused.value.private


def test_the_same_unknown_header_twice_does_no_harm() -> None:
    assert len(codes("Bus", "Bus")) == 2


@pytest.mark.parametrize(
    "row",
    [
        ["0012345", "9911223344", "Lopez", "Oak"],
        ["1234567", "Zyxwvutsrqp", "12/03/2026", "Fighting", "School"],
        ["Jane Zyxwvutsrqp", "Smith", "Fights", " bites", " and was suspended"],
        ["\udc92\x01", "5"],
    ],
)
def test_a_row_in_place_of_a_header_is_reported_to_administrators_alone(row: list[str]) -> None:
    refused = no_header([row], CATALOGUE, FeedRules(required=("ssid",)))
    assert not any(text.strip() in str(refused) for text in row if len(text) > 1)
    assert all(f"“{text}”" in refused.private for text in trimmed(row))


def test_a_file_that_resembles_a_layout_is_told_of_it_before_its_missing_ssid() -> None:
    times, measures = (
        ("Beginning", "Middle", "End"),
        ("LNF", "PSF", "NWF_CLS", "Benchmark_Status_LNF"),
    )
    tests = (f"{measure}_K_{time}" for measure in measures for time in times)
    header = ["Student_ID", "Last", "First", "School", "Grade", "Year_K", *tests]
    with pytest.raises(LayoutUnsure) as refused:
        match_columns(header, CATALOGUE, NOTHING)
    what, advice = refused.value.message.what, refused.value.message.advice
    assert what.startswith("The file looks like “DIBELS 8th Edition")
    assert what.endswith("it has no column for SSID.")
    assert "choose this layout in the feed" in advice


def test_who_has_chosen_no_layout_is_told_of_the_column_alone() -> None:
    header = ["Student_ID", "Last", "Year_K", "LNF_K_Beginning", "PSF_K_Beginning"]
    with pytest.raises(MissingColumns) as refused:
        match_columns(header, CATALOGUE, FeedRules(layout=NO_LAYOUT))
    assert not isinstance(refused.value, LayoutUnsure)


def test_a_file_without_any_text_says_that_no_header_was_found() -> None:
    refused = no_header([["", " "]], CATALOGUE, FeedRules(required=("ssid",)))
    assert "no row that looks like a header" in refused.private
