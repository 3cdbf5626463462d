"""Addresses whose views are loaded when they are asked for."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

pytestmark = pytest.mark.usefixtures("pages")


def patterns(given: Sequence[Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """Each address that is not of the API, with its route."""
    from django.urls import URLPattern

    from rollbook.project.on_demand import OnDemand

    for each in given:
        if isinstance(each, URLPattern):
            yield before + str(each.pattern), each
        elif not isinstance(each, OnDemand):
            yield from patterns(each.url_patterns, before + str(each.pattern))


def test_every_address_has_a_view() -> None:
    from rollbook.project.urls import urlpatterns

    found = [each for _, each in patterns(urlpatterns)]
    assert len(found) > 60
    assert all(callable(each.callback.loaded) for each in found)


def test_an_address_is_given_the_view_itself() -> None:
    from django.urls import resolve, reverse

    from rollbook.web.pages.settings.views import settings

    assert resolve(reverse("settings")).func is settings


def test_what_a_view_is_marked_with_is_seen_at_its_address() -> None:
    from rollbook.project.urls import urlpatterns

    [progress] = [each for _, each in patterns(urlpatterns) if each.name == "job_progress"]
    assert progress.callback.is_in_background


def test_second_factors_have_the_addresses_that_allauth_gives_them() -> None:
    from allauth.mfa import urls

    from rollbook.project.urls import FACTORS

    ours = {(route, each.name) for route, each in patterns(FACTORS)}
    assert ours == {(route, each.name) for route, each in patterns(urls.urlpatterns)}
