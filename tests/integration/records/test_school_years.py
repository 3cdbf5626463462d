"""For how long last year's counts are looked for in a file of the new school year."""

from datetime import UTC, date, datetime, timedelta

import pytest

from rollbook.core.loading.last_years import LOOKED_FOR

FIRST = date(2026, 8, 12)


@pytest.mark.parametrize(
    ("today", "is_looked_for"),
    [
        (FIRST - timedelta(days=1), False),
        (FIRST, True),
        (FIRST + LOOKED_FOR, True),
        (FIRST + LOOKED_FOR + timedelta(days=1), False),
    ],
)
def test_last_years_counts_are_looked_for_from_the_first_day_on(
    records: str, today: date, is_looked_for: bool
) -> None:
    from rollbook.records.queries.school_years import Switch

    switch = Switch(7, FIRST, datetime(2026, 7, 1, tzinfo=UTC), "ada@example.org", 30, {})
    assert switch.is_looked_for(today) is is_looked_for
