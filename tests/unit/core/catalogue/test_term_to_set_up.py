"""A problem's sentence says which term is to be set up, and no other sentence does."""

import pytest

from rollbook.core.catalogue.students import student_catalogue
from rollbook.core.catalogue.terms import term_to_set_up
from rollbook.core.feed_settings import FeedRules
from rollbook.core.reading.headers import match_columns


def test_it_is_the_term_of_the_header() -> None:
    header = ["Student ID", "SSID", "Winter 2031 i-Ready Math Overall Score"]
    [issue] = match_columns(header, student_catalogue(), FeedRules()).issues
    assert term_to_set_up(issue.message) == "Winter 2031"


@pytest.mark.parametrize(
    ("sentence", "term"),
    [
        ("3 tests belong to the term Fall 2030, which isn't set up, so", "Fall 2030"),
        ("an earlier version's: the term Fall 2030, which is not set up, so", "Fall 2030"),
        ("The term Fall 2030 is set up.", None),
        ("the term Autumn 2030, which is not set up", None),
    ],
)
def test_only_a_season_and_a_year_are_a_term(sentence: str, term: str | None) -> None:
    assert term_to_set_up(sentence) == term
