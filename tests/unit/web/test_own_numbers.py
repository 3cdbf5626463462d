"""Beside a limit stands what it means in the feed's own numbers."""

from datetime import UTC, datetime

from rollbook.core.feed_settings import FeedRules
from rollbook.core.limits.backtest import Night, backtest
from rollbook.core.measure import Measure
from rollbook.web.pages.feeds.own_numbers import NO_NUMBERS, own_numbers


def told(*nights: dict[str, Measure], **limits: int) -> dict[str, str]:
    found = [
        Night(job, datetime(2026, 11, 20, tzinfo=UTC), True, False, measures)
        for job, measures in enumerate(nights)
    ]
    return dict(own_numbers(backtest(found, FeedRules(**limits))))  # type: ignore[arg-type]


def test_before_the_first_import_there_are_no_numbers() -> None:
    assert set(told().values()) == {NO_NUMBERS}


def test_the_last_import_is_told_with_the_number_that_would_stop_it() -> None:
    measured = {"missing": Measure(12, 3_402)}
    assert told(measured, missing_limit=20)["missing_limit"] == (
        "Last import: 12 of 3,402 (0.4%). Holds at 681."
    )


def test_of_several_imports_the_most_is_told() -> None:
    last, before = {"missing": Measure(12, 3_402)}, {"missing": Measure(68, 3_400)}
    assert "(0.4%). Most in 2 imports: 2%." in told(last, before)["missing_limit"]


def test_a_limit_that_is_off_stops_nothing() -> None:
    measured = {"missing": Measure(12, 3_402)}
    assert told(measured, missing_limit=100)["missing_limit"].endswith("Never holds.")


def test_where_nothing_can_be_compared_it_is_not_said_that_nothing_is_stopped() -> None:
    nights = {"missing": Measure(0, 0)}, {"missing": Measure(68, 3_400)}
    assert told(*nights, missing_limit=20)["missing_limit"] == (
        "Nothing to compare in the last import. Most in 2 imports: 2%."
    )
    assert told(*nights, missing_limit=100)["missing_limit"].endswith("Never holds.")
    few = {"newcomers": Measure(0, 2)}
    assert "Never holds" not in " ".join(told(few).values())


def test_of_the_kinds_of_one_limit_the_nearest_to_it_is_told() -> None:
    measured = {"schools_missing": Measure(3, 400), "schools_new": Measure(50, 200)}
    assert "50 of 200 (25%)" in told(measured)["one_school_limit"]
