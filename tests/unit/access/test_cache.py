"""What the cache of our own takes over from Django."""

import pytest

pytestmark = pytest.mark.usefixtures("django_ready")


def test_its_settings_are_those_of_every_cache() -> None:
    from rollbook.access.cache import JsonCache

    cache = JsonCache("", {"TIMEOUT": "60", "KEY_PREFIX": "sign-ins", "VERSION": 2})
    assert cache.make_key("key") == "sign-ins:2:key"
    assert cache.default_timeout == 60
