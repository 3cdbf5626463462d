"""Which of several tests counts: as looking at all of them at once would say."""

import tracemalloc
from collections import defaultdict

from hypothesis import given
from hypothesis import strategies as st

from rollbook.core.layouts.choice import Choice, Rank

RANKS = st.tuples(st.integers(0, 3), st.sampled_from((0, 0, 2))).map(
    lambda drawn: (drawn[0], drawn[0] + drawn[1])
)
TESTS = st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("fw"), RANKS, st.integers(0, 1)))


@given(TESTS)
def test_the_highest_rank_counts_and_where_that_may_contradict_itself_none_does(
    tests: list[tuple[str, str, Rank, int]],
) -> None:
    choice = Choice()
    of_window: dict[tuple[str, str], list[tuple[Rank, int, int]]] = defaultdict(list)
    for row, (student, term, rank, results) in enumerate(tests):
        choice.add(student, term, rank=rank, number=row, results=results)
        of_window[student, term].append((rank, results, row))
    choice.choose()
    counting = {*range(len(tests))} - choice.passed_over - choice.contradicting
    for window in of_window.values():
        surely = max(lowest for (lowest, _), _, _ in window)
        best = [each for each in window if each[0][1] >= surely]
        is_one = len({results for _, results, _ in best}) == 1
        rows = {row for _, _, row in window}
        assert len(rows & counting) == is_one
        assert rows & counting <= {row for _, _, row in best}
        assert bool(rows & choice.contradicting) != is_one


def test_what_is_remembered_of_a_million_tests_is_small() -> None:
    """32 bytes for each test, and a set of those that do not count."""
    tests = 50_000
    tracemalloc.start()
    choice = Choice()
    for number in range(tests):
        rank = number, number
        choice.add(str(number // 2), "fall_2025", rank=rank, number=number * 200, results=0)
    choice.choose()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(choice.passed_over) == tests // 2
    assert peak < 100 * tests


def test_a_file_in_which_every_row_has_one_student_id_takes_no_longer_for_each_row() -> None:
    rows = 60_000
    choice = Choice()
    for number in range(rows):
        choice.add("0", "fall_2025", rank=(0, 0), number=number, results=number)
    choice.choose()
    assert choice.contradicting == {*range(rows)}
    rising = Choice()
    for number in range(rows):
        rising.add("0", "fall_2025", rank=(number, number), number=number, results=number)
    rising.choose()
    assert rising.passed_over == {*range(rows - 1)}
