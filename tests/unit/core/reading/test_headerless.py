"""A file that begins with data says so; whatever may be a header is not taken for data."""

import pytest

from rollbook.core.feed_settings import FeedRules
from rollbook.core.reading.errors import MissingColumns, NoHeaderRow
from rollbook.core.reading.headerless import begins_with_data
from rollbook.core.reading.headers import no_header
from tests.spec.judging import CATALOGUE

STUDENTS = [
    ["0000001", "9000000001", "Lovelace", "Ada", "3", "98.00"],
    ["0000002", "9000000002", "Hopper", "Grace", "0", "100%"],
    ["0000003", "", "Noether", "Emmy", "1", "97.25"],
]
TESTS = [
    ["Lovelace", "0000001", "09/14/2026", "480"],
    ["Hopper", "0000002", "9/15/26", "512"],
]


@pytest.mark.parametrize("rows", [STUDENTS, TESTS, [*STUDENTS, ["Total: 3"]], STUDENTS[:1]])
def test_rows_of_data_without_a_header_are_known(rows: list[list[str]]) -> None:
    assert begins_with_data(rows)


@pytest.mark.parametrize(
    "rows",
    [
        [["Pupil", "Home Room"], *STUDENTS],
        [["Pupil", "2025", "2026"], ["Ada", "3", "4"]],
        [["Pupil", "09/01/2026", "09/02/2026"], ["Ada", "P", "A"], ["Grace", "P", "P"]],
        [["1", "2", "3", "4"], ["Ada", "3", "4", "North"]],
        [["Report 0012345", "09/01/2026", "98.00"], ["Pupil", "Day", "Share"], *TESTS],
        [["09/01/2026"], ["Pupil", "Days Out", "Home Room"]],
        [["Ada", "3"], ["Grace", "4"]],
        [["0000001", "5"]],
        [["", " "]],
        [],
    ],
)
def test_what_may_have_a_header_is_not_said_to_have_none(rows: list[list[str]]) -> None:
    assert not begins_with_data(rows)


def test_the_message_says_what_to_do_and_names_no_student() -> None:
    refused = no_header(STUDENTS, CATALOGUE, FeedRules())
    assert isinstance(refused, NoHeaderRow)
    assert "add a first row with the column names" in str(refused)
    assert "Lovelace" not in str(refused)
    assert "Lovelace" in refused.private, "administrators see it"


def test_it_is_said_whatever_layout_the_feed_is_set_to() -> None:
    rules = FeedRules(layout="iready-diagnostic-results")
    assert isinstance(no_header(STUDENTS, CATALOGUE, rules), NoHeaderRow)


def test_words_without_a_known_header_lack_columns() -> None:
    refused = no_header([["Pupil", "Days Out"], ["Ada", "3"]], CATALOGUE, FeedRules())
    assert isinstance(refused, MissingColumns)
