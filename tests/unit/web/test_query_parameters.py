"""What an address asks for."""

from rollbook.web.query_parameters import filters_set


def test_filters_are_counted_without_blank_ones_the_page_and_the_one_in_sight() -> None:
    given = {"q": "Lovelace", "who": "", "action": "feed.added", "since": "2026-11-01", "page": "2"}
    assert filters_set(given, besides="q") == 2
    assert filters_set({}) == 0
