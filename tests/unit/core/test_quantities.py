"""Times of day and sizes, as every surface writes them."""

from datetime import UTC, datetime, time

import pytest

from rollbook.core.quantities import clock_text, counted, size_text


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
