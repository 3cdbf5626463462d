"""When a failed run is tried again."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollbook.core.scheduling.retries import next_attempt

ENDED = datetime(2026, 11, 23, 7, 4, tzinfo=UTC)
CHANCE = st.floats(0, 1, exclude_max=True)


@pytest.mark.parametrize(("attempts", "minutes"), [(1, 5), (2, 15), (3, 45)])
def test_what_can_heal_is_tried_three_times_more_with_growing_pauses(
    attempts: int, minutes: int
) -> None:
    again = next_attempt(attempts, True, ended_at=ENDED, random=0.5)
    assert again == ENDED + timedelta(minutes=minutes)


@pytest.mark.parametrize("attempts", [0, 4, 5])
def test_after_four_attempts_or_before_the_first_nothing_is_tried_again(attempts: int) -> None:
    assert next_attempt(attempts, True, ended_at=ENDED, random=0.5) is None


@given(attempts=st.integers(1, 9), chance=CHANCE)
def test_what_cannot_heal_is_never_tried_again(attempts: int, chance: float) -> None:
    assert next_attempt(attempts, False, ended_at=ENDED, random=chance) is None


@given(chances=st.tuples(CHANCE, CHANCE, CHANCE))
def test_pauses_vary_by_a_tenth_and_still_grow(chances: tuple[float, float, float]) -> None:
    pauses = [
        (again - ENDED) / timedelta(minutes=1)
        for attempts, chance in enumerate(chances, start=1)
        if (again := next_attempt(attempts, True, ended_at=ENDED, random=chance))
    ]
    assert pauses == sorted(pauses)
    assert pauses == [pytest.approx(minutes, rel=0.1001) for minutes in (5, 15, 45)]


def test_chance_matters() -> None:
    assert next_attempt(1, True, ended_at=ENDED, random=0.0) == ENDED + timedelta(minutes=4.5)
