"""Which of several tests counts: as looking at all of them at once would say."""

from collections import defaultdict

from hypothesis import given
from hypothesis import strategies as st

from rollbook.core.layouts.choice import Choice

TESTS = st.lists(
    st.tuples(st.sampled_from("ab"), st.sampled_from("fw"), st.integers(0, 3), st.integers(0, 1))
)


@given(TESTS)
def test_the_highest_rank_counts_and_where_that_contradicts_itself_none_does(
    tests: list[tuple[str, str, int, int]],
) -> None:
    choice = Choice()
    of_window: dict[tuple[str, str], list[tuple[int, int, int]]] = defaultdict(list)
    for row, (student, term, rank, results) in enumerate(tests):
        choice.add(student, term, rank=rank, row=row, results=results)
        of_window[student, term].append((rank, results, row))
    counting = {*range(len(tests))} - choice.passed_over - choice.contradicting()
    for window in of_window.values():
        best = [each for each in window if each[0] == max(rank for rank, _, _ in window)]
        is_one = len({results for _, results, _ in best}) == 1
        rows = {row for _, _, row in window}
        assert rows & counting == ({best[0][2]} if is_one else set())
        assert bool(rows & choice.contradicting()) != is_one
