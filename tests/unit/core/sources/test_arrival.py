"""When a file counts as complete: what looks at it say, on a clock that is passed in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollbook.core.sources.arrival import AT_ONCE, Arrival, Look, Served, State, Watch

LAST = Served("", 1_000, 1)
A_MINUTE = Arrival(unchanged_for=60.0)


def watched(arrival: Arrival, *looks: tuple[float, int]) -> State:
    """What the looks (moment, size), each answered at once, make of a file; its time stays."""
    watch = Watch(arrival, "a.csv", begun=looks[0][0])
    for at, size in looks:
        state = watch.look(Look(size, 1), asked=at, answered=at)
    return state


def test_a_file_is_complete_once_it_has_stayed_the_same_for_long_enough() -> None:
    assert watched(A_MINUTE, (0, 9), (59.9, 9)) is State.CHANGING
    assert watched(A_MINUTE, (0, 9), (30, 9), (60, 9)) is State.COMPLETE


def test_every_change_begins_the_time_again() -> None:
    assert watched(A_MINUTE, (0, 9), (59, 10), (60, 10), (118, 10)) is State.CHANGING
    assert watched(A_MINUTE, (0, 9), (59, 10), (60, 10), (119, 10)) is State.COMPLETE


def test_a_change_of_the_time_alone_is_a_change_in_whatever_direction() -> None:
    for modified in (0, 2, 4_000_000_000):
        watch = Watch(A_MINUTE, "a.csv", begun=0.0)
        watch.look(Look(9, 1), asked=0.0, answered=0.0)
        assert watch.look(Look(9, modified), asked=60.0, answered=60.0) is State.CHANGING
        assert watch.changes == 1


@given(skew=st.integers(-10_000_000, 10_000_000), stall=st.floats(0.0, 200.0))
def test_the_servers_clock_does_not_matter(skew: int, stall: float) -> None:
    watch = Watch(A_MINUTE, "a.csv", begun=0.0)
    watch.look(Look(9, 20_000_000 + skew), asked=0.0, answered=0.0)
    state = watch.look(Look(9, 20_000_000 + skew), asked=stall, answered=stall)
    assert state is (State.COMPLETE if stall >= 60.0 else State.CHANGING)


def test_the_time_that_answers_take_does_not_count() -> None:
    watch = Watch(A_MINUTE, "a.csv", begun=0.0)
    watch.look(Look(9, 1), asked=0.0, answered=25.0)
    assert watch.look(Look(9, 1), asked=60.0, answered=85.0) is State.CHANGING
    assert watch.left == pytest.approx(25.0)
    assert watch.look(Look(9, 1), asked=85.0, answered=85.0) is State.COMPLETE


def test_a_file_smaller_than_the_last_one_is_watched_for_three_times_as_long() -> None:
    arrival = Arrival(unchanged_for=60.0, last=LAST)
    assert watched(arrival, (0, 950), (60, 950)) is State.COMPLETE
    assert watched(arrival, (0, 949), (60, 949)) is State.CHANGING
    assert watched(arrival, (0, 949), (180, 949)) is State.COMPLETE
    assert Arrival(unchanged_for=3_600.0, last=LAST).needed("b.csv", 1) == 4_200.0


@pytest.mark.parametrize("name", ["a.xlsx", "A.ZIP", "a.csv.gz"])
def test_files_that_are_packed_in_another_way_are_not_compared_by_size(name: str) -> None:
    assert Arrival(unchanged_for=60.0, last=LAST).needed(name, 1) == 60.0
    assert Arrival(last=LAST).last_size("whatever.20261126") == 1_000


def test_a_smaller_file_that_grows_to_the_last_ones_size_needs_no_more_than_any() -> None:
    arrival = Arrival(unchanged_for=60.0, last=LAST)
    assert watched(arrival, (0, 600), (100, 1_000), (160, 1_000)) is State.COMPLETE


def test_a_file_that_keeps_changing_is_left_for_later() -> None:
    looks = [(float(at), at) for at in range(0, 303, 3)]
    assert watched(A_MINUTE, *looks[:-1]) is State.CHANGING
    assert watched(A_MINUTE, *looks) is State.GIVEN_UP


def test_a_smaller_file_that_stays_the_same_is_never_left_for_later() -> None:
    """However long the wait that was set."""
    for seconds in (1.0, 60.0, 600.0, 3_600.0):
        arrival = Arrival(unchanged_for=seconds, last=LAST)
        assert arrival.needed("b.csv", 1) < arrival.longest


def test_a_feed_may_take_the_file_as_it_is() -> None:
    assert watched(AT_ONCE, (0, 9)) is State.COMPLETE


@given(
    st.lists(st.tuples(st.floats(0.01, 100), st.integers(0, 3)), min_size=1, max_size=30),
    st.sampled_from([0, 3, 100]),
)
def test_whatever_was_seen_a_complete_file_was_the_same_for_long_enough(
    steps: list[tuple[float, int]], last_size: int
) -> None:
    arrival = Arrival(unchanged_for=60.0, last=Served("", last_size, 1))
    watch, now, since, seen = Watch(arrival, "a.csv", begun=0.0), 0.0, 0.0, -1
    for step, size in steps:
        now += step
        since, seen = (since, seen) if size == seen else (now, size)
        state = watch.look(Look(size, 1), asked=now, answered=now)
        assert (state is State.COMPLETE) == (now - since >= arrival.needed("a.csv", size))
