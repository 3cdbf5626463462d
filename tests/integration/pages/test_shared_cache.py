"""What limits sign-ins is shared by all processes, is JSON, and ends."""

from typing import Any

import pytest

DAY = 86_400.0


@pytest.mark.usefixtures("pages")
def test_what_is_kept_without_an_end_is_kept_for_400_days_and_nothing_longer() -> None:
    from django.core.cache import cache

    cache.set("forever", 1, None)
    cache.set("longer", 1, 500 * DAY)
    cache.set("short", 1, 3 * DAY)
    assert days_left() == {"forever": 400, "longer": 400, "short": 3}


@pytest.mark.usefixtures("pages")
def test_what_json_does_not_know_is_refused() -> None:
    from django.core.cache import cache

    for value in (float("nan"), float("inf")):
        with pytest.raises(ValueError, match="not JSON compliant"):
            cache.set("number", value)
    with pytest.raises(TypeError):
        cache.set("object", object())


@pytest.mark.usefixtures("pages")
def test_what_is_over_goes_when_something_is_kept_and_all_of_it_when_asked() -> None:
    from django.core.cache import cache

    cache.set("over", 1, -1)
    cache.set("here", 1, DAY)
    assert set(days_left()) == {"here"}
    assert (cache.get("over", "none"), cache.get("here", "none")) == ("none", 1)
    cache.clear()
    assert days_left() == {}


def test_accounts_are_not_opened_by_those_who_want_one(django_ready: None) -> None:
    from rollbook.access.adapter import AccountAdapter

    nobody: Any = None
    assert AccountAdapter().is_open_for_signup(nobody) is False


def days_left() -> dict[str, int]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "select cache_key, round(extract(epoch from expires - clock_timestamp()) / 86400)"
            " from rollbook.web_cache"
        )
        return {key.rpartition(":")[2]: int(days) for key, days in cursor.fetchall()}
