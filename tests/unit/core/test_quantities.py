"""Times of day and sizes, as every surface writes them."""

from datetime import UTC, datetime, time

import pytest

from rollbook.core.quantities import (
    clock_text,
    counted,
    effect_text,
    measured_text,
    names_text,
    size_text,
)


@pytest.mark.parametrize(
    ("hour", "minute", "text"),
    [(0, 5, "12:05 AM"), (2, 0, "2:00 AM"), (12, 0, "12:00 PM"), (23, 59, "11:59 PM")],
)
def test_a_time_of_day_has_twelve_hours(hour: int, minute: int, text: str) -> None:
    assert clock_text(time(hour, minute)) == text
    assert clock_text(datetime(2026, 1, 1, hour, minute, tzinfo=UTC)) == text


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0 bytes"), (9_999, "9,999 bytes"), (812_345, "812 KB"), (1_500_000, "1.5 MB")],
)
def test_a_size_is_told_in_its_unit(size: int, text: str) -> None:
    assert size_text(size) == text


def test_a_count_has_the_form_of_its_number() -> None:
    assert [counted(number, "row") for number in (0, 1, 1_200)] == ["0 rows", "1 row", "1,200 rows"]
    assert counted(1, "is", "are") == "1 is"
    assert counted(2, "is", "are") == "2 are"


@pytest.mark.parametrize(
    ("value", "target", "text"),
    [
        (97.94, 98.0, "97.9"),
        (97.96, 98.0, "97.96"),
        (97.996, 98.0, "97.996"),
        (97.99999, 98.0, "97.9999"),
        (98.0, 98.0, "98.0"),
        (98.04, 98.0, "98.0"),
        (0.96, 1.0, "0.96"),
        (0.9996, 1.0, "0.9996"),
        (0.99999, 1.0, "0.9999"),
        (1.0, 1.0, "1.0"),
        (119.97, 120.0, "119.97"),
        (100.0, 98.0, "100.0"),
    ],
)
def test_a_measured_number_is_on_the_side_of_its_target_on_which_it_was_measured(
    value: float, target: float, text: str
) -> None:
    assert measured_text(value, target) == text


@pytest.mark.parametrize(
    ("names", "text"),
    [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")],
)
def test_the_last_of_several_names_comes_after_an_and(names: list[str], text: str) -> None:
    assert names_text(names) == text


@pytest.mark.parametrize(
    ("counts", "text"),
    [
        ((1, 41, 100), "adds 1, updates 41 and marks 100 students missing"),
        ((0, 62, 101), "updates 62 and marks 101 students missing"),
        ((1, 1, 0), "adds 1 and updates 1 student"),
        ((0, 0, 1), "marks 1 student missing"),
        ((1_200, 0, 0), "adds 1,200 students"),
        ((0, 0, 0), ""),
    ],
)
def test_what_an_import_does_names_what_it_was_held_for(
    counts: tuple[int, int, int], text: str
) -> None:
    added, updated, missing = counts
    assert effect_text(added=added, updated=updated, missing=missing) == text
