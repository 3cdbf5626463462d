"""Why a file is not of the feed's layout: everybody reads the layout's words, never the file's."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from rollbook.core.catalogue.students import student_catalogue
from rollbook.core.feed_settings import FeedRules
from rollbook.core.layouts.builtin import BY_NAME, LAYOUTS
from rollbook.core.layouts.description import sentences_of
from rollbook.core.layouts.layout import Layout
from rollbook.core.layouts.misfit import misfit
from rollbook.core.layouts.recognition import read_by
from rollbook.core.reading.errors import LayoutUnfit
from rollbook.core.reading.headers import layout_unfit, no_header
from tests.unit.core.layouts.headers import PUBLISHED

IREADY = BY_NAME["iready-diagnostic-results"]
READING = PUBLISHED["iready_reading"]


def without(*names: str) -> list[str]:
    return [text for text in READING if text.lower() not in names]


@pytest.mark.parametrize(
    ("header", "why", "against"),
    [
        (
            without("academic year", "completion date"),
            "it has no column “completion date” or “diagnostic completion date”,"
            " and none “academic year”",
            (),
        ),
        (
            [*READING, "Lesson Ada Lovelace"],
            "it has columns that only other exports have: “lesson *”",
            ("Lesson Ada Lovelace",),
        ),
        (
            [*READING, "SUBJECT", "subject_"],
            "several of its columns are (subject)",
            ("SUBJECT", "subject_"),
        ),
        (
            [*READING, "Quantile Measure"],
            "its columns are from several subjects: reading and math",
            (),
        ),
    ],
)
def test_each_reason_is_told_in_the_layouts_words(
    header: Sequence[str], why: str, against: tuple[str, ...]
) -> None:
    assert read_by(IREADY, header) is None
    found = misfit(IREADY, header)
    assert (found.why, found.headers) == (why, against)


def test_a_test_of_a_row_that_is_unlike_the_others_or_there_twice_is_told() -> None:
    layout = BY_NAME["iready-diagnostic-and-instruction"]
    header = list(PUBLISHED["iready_diagnostic_and_instruction"])
    lacking = [text for text in header if "Completion Date (3)" not in text]
    why = "one of the tests in a row lacks a column that the others have"
    assert (misfit(layout, lacking).why, misfit(layout, lacking).headers) == (why, ())
    twice = "Diagnostic: Overall Scale Score (2)"
    found = misfit(layout, [*header, twice])
    why = "several of its columns are i-Ready Reading or Math Overall Score 2"
    assert (found.why, found.headers) == (why, (twice, twice))


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
@pytest.mark.parametrize("name", PUBLISHED)
def test_whatever_is_refused_has_a_reason(layout: Layout, name: str) -> None:
    header = PUBLISHED[name]
    assert (read_by(layout, header) is None) is bool(misfit(layout, header).why)


def test_long_lists_are_cut() -> None:
    groups = tuple(tuple(f"sign {group} {n}" for n in range(40)) for group in range(40))
    why = misfit(replace(IREADY, signs=groups), READING).why
    assert "“sign 0 3”, “sign 0 4” or 35 more, and none “sign 1 0”" in why
    assert len(why) < 500


def test_the_files_own_headers_are_told_to_administrators_alone() -> None:
    rules = FeedRules(layout=IREADY.name)
    refused = layout_unfit(["Lesson Ada", "Lovelace"], rules)
    assert refused is not None
    assert "none “academic year”" in str(refused)
    assert "“lesson *”; no column shows whether its tests are of reading or math." in str(refused)
    assert "Ada" not in str(refused)
    assert refused.private == "Against it: “Lesson Ada”. It has: “Lesson Ada”, “Lovelace”."


def test_a_file_without_any_known_header_is_refused_for_the_feeds_layout() -> None:
    rules = FeedRules(layout=IREADY.name)
    assert isinstance(no_header(["a", "b"], student_catalogue(), rules), LayoutUnfit)


def test_a_layout_that_is_gone_is_said_to_be() -> None:
    refused = layout_unfit(["a"], FeedRules(layout="own-gone"))
    assert "“own-gone”, the layout this feed expects: there is no such" in str(refused)


def test_a_description_says_how_a_layout_is_known_and_what_its_words_mean() -> None:
    said = " ".join(sentences_of(replace(IREADY, window_words={"p1": "fall"})))
    for part in (
        "must have a column for each of these: “overall scale score”; “completion date” or",
        "It must have none of these: “instruction *”",
        "Its tests are math if one of these is there: “quantile *”",
        "Testing windows may also be called “p1” (fall).",
        "it comes from the test's date: fall until 11/15, winter until 3/1, spring until 6/30.",
    ):
        assert part in said
