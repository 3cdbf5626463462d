"""The tests of a wide row: as looking at every column of every test finds them."""

import random
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollbook.core.feed_settings import FeedRules
from rollbook.core.layouts import tests_of_row
from rollbook.core.layouts.choice import Rank
from rollbook.core.layouts.layout import MOST_TESTS
from rollbook.core.layouts.recognition import Recognition, layout_of
from rollbook.core.layouts.rows_of_tests import RowsOfTests
from rollbook.core.layouts.windows import Windows
from tests.unit.core.layouts.test_several_tests_of_a_row import CATALOGUE
from tests.unit.core.layouts.test_several_tests_of_a_row import HEADER as NUMBERED
from tests.unit.core.layouts.test_windows_in_headers import HEADER as OF_WINDOWS

TEXTS = (
    ("Subject", ["Reading", "Reading", "Math", ""]),
    ("Year", ["2025-2026", "2025-2026", "2024-2025", ""]),
    ("Date", ["9/10/2025", "9/10/2025", "10/1/2025", "1/12/2026", "5/5/2023", "never", ""]),
    ("ID", ["7"]),
    ("", ["", "", "", "431", "Early On-Grade", " "]),
)


def looked_through(read: Recognition, record: Sequence[str]) -> list[tuple[int, str, str]]:
    """Look at each test of the row in turn, and at all of its columns."""
    windows = Windows(CATALOGUE.terms, read.layout.seasons, read.layout.window_words)
    found: list[tuple[int, str, str]] = []
    known: set[tuple[str, Rank, tuple[str, ...]]] = set()
    for at, test in enumerate(read.each_test()):
        tests = RowsOfTests(test, windows)
        results = tuple(record[column].strip() for column, _ in tests.measured)
        if not any(results):
            continue
        placed = tests.look(record)
        if isinstance(placed, str):
            found.append((at, "", placed))
            continue
        term = placed.unknown_term or (placed.term.key if placed.term else "")
        same = (term, tests.rank(record), results)
        if not term or same not in known:
            found.append((at, term, placed.why))
        known.add(same)
    return found


@pytest.mark.parametrize("header", [NUMBERED, OF_WINDOWS])
@given(drawn=st.randoms(use_true_random=False))
def test_no_test_of_a_row_is_overlooked_and_none_returned_twice(
    header: list[str], drawn: random.Random
) -> None:
    read = layout_of(header, FeedRules())
    assert read is not None
    record = [drawn.choice(next(texts for part, texts in TEXTS if part in name)) for name in header]
    found = [
        (test.number - 7 * MOST_TESTS, test.unknown_term or (test.term.key if test.term else ""),
         test.other or test.why)
        for test in tests_of_row.TestsOfRow(read, CATALOGUE.terms).placed(7, record)
    ]  # fmt: skip
    assert found == looked_through(read, record)
