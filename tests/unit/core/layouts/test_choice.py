"""Which of several tests counts: as looking at all of them at once would say."""

from collections import defaultdict

from hypothesis import given
from hypothesis import strategies as st

from rollbook.core.layouts.choice import Choice

TESTS = st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("fw"), st.integers(0, 3)))


@given(TESTS)
def test_the_highest_rank_counts_and_equals_stay_together(
    tests: list[tuple[str, str, int]],
) -> None:
    choice = Choice()
    best: dict[tuple[str, str], int] = defaultdict(int)
    for row, (student, term, rank) in enumerate(tests, start=2):
        choice.add(student, term, rank=rank, row=row)
        best[student, term] = max(best[student, term], rank)
    passed_over = {
        row
        for row, (student, term, rank) in enumerate(tests, start=2)
        if rank < best[student, term]
    }
    assert choice.passed_over == passed_over
