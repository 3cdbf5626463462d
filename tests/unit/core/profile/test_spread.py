"""How many values a file has moved is never more than it has."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rollbook.core.profile import spread
from rollbook.core.profile.spread import (
    FEWEST,
    GROUPS,
    MOST_GROUPS,
    Moved,
    Spread,
    coarser,
    most_frequent,
    spread_of_numbers,
    spread_of_words,
)

COLUMNS = st.lists(st.integers(0, 60), min_size=FEWEST, max_size=90)


def of(*values: float) -> Spread:
    return spread_of_numbers(Counter(map(str, values)))


def test_values_are_in_groups_of_about_the_same_size() -> None:
    found = of(*range(100))
    assert found.groups[1] == (9.5, 19.5, 10)
    assert len(found.groups) == GROUPS
    assert (found.count, found.median, found.usual) == (100, 44.5, None)


def test_a_frequent_value_has_a_group_of_its_own() -> None:
    found = of(*[0] * 60, *range(1, 41))
    assert found.groups[0] == (0.0, 0.0, 60)
    assert (found.usual, found.others_than(0), found.surely_not(0)) == (0.0, 40, 40)


def test_of_few_values_nothing_is_kept() -> None:
    assert of(*[1] * (FEWEST - 1)) == Spread()
    assert of(*[1] * FEWEST).groups == ((1.0, 1.0, FEWEST),)
    assert (Spread().count, Spread().median, Spread().usual) == (0, 0.0, None)


def test_of_words_only_their_frequencies_are_kept() -> None:
    found = spread_of_words({"At Benchmark": 20, "Below Benchmark": 70, "Core": 10})
    assert found.groups == ((0.0, 0.0, 70), (1.0, 1.0, 20), (2.0, 2.0, 10))


def test_values_that_fell_and_rose() -> None:
    before, now = of(*[4] * 100), of(*[0] * 70, *[4] * 30)
    assert now.moved_from(before) == Moved(fell=70, rose=0)
    assert before.moved_from(now) == Moved(fell=0, rose=70)
    assert before.moved_from(before).most == 0


def test_values_that_come_and_go_have_not_moved() -> None:
    before = of(*[400] * 40)
    assert of(*[400] * 40, *[500] * 60).moved_from(before).most == 0
    assert of(*[400] * 40, *[300] * 60).moved_from(before).most == 0
    assert before.moved_from(of(*[400] * 40, *[300] * 60)).most == 0
    assert of(*[500] * 100).moved_from(before).most == 40


def test_the_outer_ends_tell_of_nobody() -> None:
    drawn = [at % 12 for at in range(299)]
    assert of(*drawn, 143).groups[-1] == (11.0, 1_000.0, 25)
    assert of(*range(437, 467)).groups[0] == (100.0, 446.5, 10)
    assert of(*range(30)).groups[0] == (-1.0, 9.5, 10)
    assert of(*range(1, 31)).groups[-1] == (20.5, 100.0, 10)
    assert of(*range(-30, 0)).groups == ((-100.0, -20.5, 10), (-20.5, -10.5, 10), (-10.5, 0.0, 10))


def test_a_frequent_value_keeps_its_group_beside_a_few_others() -> None:
    assert of(*[3] * 95, *[4] * 5).groups == ((3.0, 3.0, 90), (3.0, 10.0, 10))
    assert of(*[2] * 5, *[3] * 95).groups == ((1.0, 3.0, 10), (3.0, 3.0, 90))
    assert of(*[3] * 50, *[4] * 5, *[5] * 45).groups == (
        (3.0, 3.0, 45), (3.0, 4.5, 10), (5.0, 5.0, 45),
    )  # fmt: skip


@given(column=COLUMNS)
@example(column=[*range(29), 143])
@example(column=[*[3] * 50, 4, *[5] * 9])
def test_no_group_tells_of_fewer_than_ten_students(column: list[int]) -> None:
    """None is of fewer, and no end is a value that fewer have."""
    having = Counter(map(float, column))
    for least, greatest, count in of(*column).groups:
        assert count >= 10
        for end in (least, greatest):
            assert having[end] == 0 or having[end] >= 10


@given(frequencies=st.lists(st.integers(1, 40), min_size=1, max_size=30))
def test_no_group_of_words_is_of_fewer_than_ten_students(frequencies: list[int]) -> None:
    found = spread_of_words({f"word {at}": count for at, count in enumerate(frequencies)})
    assert all(count >= 10 for _, _, count in found.groups)


@given(column=COLUMNS)
def test_the_ends_of_the_groups_hold_their_values(column: list[int]) -> None:
    found, ordered = of(*column), sorted(column)
    for least, greatest, count in found.groups:
        assert all(least <= value <= greatest for value in ordered[:count])
        del ordered[:count]
    assert ordered == []


@given(before=COLUMNS, now=COLUMNS)
def test_no_more_has_moved_than_has(before: list[int], now: list[int]) -> None:
    """Pair by pair, as many rows differ at least, however the rows are paired."""
    differ = sum(one != other for one, other in zip(before, now, strict=False))
    assert of(*now).moved_from(of(*before)).most <= differ


@given(column=COLUMNS)
def test_groups_are_few_and_in_order(column: list[int]) -> None:
    found = of(*column)
    assert Spread.from_json(found.groups) == found
    assert found.count == len(column)
    assert len(found.groups) <= 2 * GROUPS + 1 <= MOST_GROUPS


@pytest.mark.parametrize(
    "stored",
    [
        [[1, 0, 5]],
        [[0, 1, -5]],
        [[0, 1]],
        [[5, 6, 1], [1, 2, 1]],
        [[0, float("nan"), 1]],
        [[0, float("inf"), 1]],
        [[0, 1, float("inf")]],
        [[0, 1, 2.5]],
        [[0, 1, True]],
        [[0, 10**400, 1]],
        [["x", 1, 1]],
        [[at, at, 1] for at in range(MOST_GROUPS + 1)],
        7,
    ],
)
def test_what_another_program_sends_is_no_spread(stored: Any) -> None:
    with pytest.raises((TypeError, ValueError)):
        Spread.from_json(stored)


def test_a_file_of_noise_is_counted_to_two_digits() -> None:
    assert coarser({"1234567": 2, "1243210": 1, "7": 4}) == {"1.2e+06": 3, "7.0e+00": 4}


def test_the_most_frequent_words_are_kept_and_the_others_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(spread, "MOST_DIFFERENT", 4)
    assert most_frequent({"a": 5, "b": 4, "c": 1, "d": 2}) == {"a": 5, "b": 4, "": 3}
