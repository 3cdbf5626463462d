"""What the pages say in words."""

import pytest

from rollbook.core.feed_settings import FeedRules

pytestmark = pytest.mark.usefixtures("django_ready")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(None, ""), (4, "a few seconds left"), (42, "about 40 seconds left"),
     (100, "about 2 minutes left")],
)  # fmt: skip
def test_the_time_left_is_reported_in_round_numbers(seconds: float | None, words: str) -> None:
    from rollbook.web.pages.imports.sentences import time_left

    assert time_left(seconds) == words


def test_the_settings_of_an_import_are_reported_in_words() -> None:
    from dataclasses import asdict

    from rollbook.web.pages.imports.sentences import settings_lines

    lines = dict(settings_lines(asdict(FeedRules(missing_limit=20, headers={"A": "ssid"}))))
    assert lines["Held at"] == (
        "more than 10% of rows rejected, 20% of students missing, 5% with another name, 5% "
        "with another SSID, 25% in another school, 25% in another grade, 10% new, "
        "50% of one school missing, new or rejected, 75% of one school in another school or "
        "grade, 50% of a column's values lost, 40% of a column's values changed"
    )
    assert lines["Matched"] == "headers and values of the feed: 1"
    assert settings_lines({}) == []
