"""How long ago something was, in words."""

import pytest

HOUR = 3600


@pytest.mark.parametrize(
    ("seconds", "days", "words"),
    [
        (3, 0, "just now"),
        (100, 0, "2 minutes ago"),
        (-100, 0, "in 2 minutes"),
        (5 * HOUR, 1, "5 hours ago"),
        # At 3 PM, of 2:30 AM the day before: midnight has passed once.
        (36.5 * HOUR, 1, "1 day ago"),
        (37 * HOUR, 2, "2 days ago"),
        (-40 * HOUR, 2, "in 2 days"),
        (30.5 * 24 * HOUR, 30, "30 days ago"),
    ],
)
def test_it_is_told_in_the_largest_unit_and_days_are_those_of_the_calendar(
    django_ready: None, seconds: float, days: int, words: str
) -> None:
    from rollbook.web.templatetags.rollbook import ago_text

    assert ago_text(seconds, days=days) == words
