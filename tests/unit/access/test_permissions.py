"""The rules of the pages, and where those are sent who do not meet them."""

from collections.abc import Iterator
from typing import Any

import pytest

FACTORS = "rollbook.access.permissions.has_factor"


@pytest.fixture(autouse=True)
def second_factor(django_ready: None) -> Iterator[None]:
    from django.test import override_settings

    with override_settings(SECOND_FACTOR="nobody"):
        yield


def page(request: Any, *words: Any) -> Any:
    from django.http import HttpResponse

    return HttpResponse(f"the page {words}")


def test_members_see_their_pages_and_others_are_sent_to_sign_in_and_back(request_of: Any) -> None:
    from rollbook.access.permissions import for_members

    guarded: Any = for_members(page)
    assert guarded.rule == "members"
    assert guarded(request_of("viewer"), 7).content == b"the page (7,)"
    assert guarded(request_of("administrator")).status_code == 200
    sent = guarded(request_of())
    assert (sent.status_code, sent["Location"]) == (
        302,
        "/account/sign-in/?next=/imports/%3Fpage%3D2",
    )


def test_administrators_pages_are_refused_to_viewers(request_of: Any) -> None:
    from django.core.exceptions import PermissionDenied

    from rollbook.access.permissions import for_administrators, is_administrator

    guarded: Any = for_administrators(page)
    assert guarded.rule == "administrators"
    assert guarded(request_of("administrator")).status_code == 200
    assert guarded(request_of()).status_code == 302
    with pytest.raises(PermissionDenied):
        guarded(request_of("viewer"))
    told = [is_administrator(request_of(role)) for role in ("", "viewer", "administrator")]
    assert told == [False, False, True]


@pytest.mark.parametrize(
    ("rule", "allowed"),
    [
        ("people", {"administrator", "viewer", "staff"}),
        ("members", {"administrator", "viewer"}),
        ("student_readers", {"administrator", "staff"}),
        ("administrators", {"administrator"}),
    ],
)
def test_each_rule_lets_its_roles_in_and_no_role_that_is_not_known(
    request_of: Any, rule: str, allowed: set[str]
) -> None:
    from django.core.exceptions import PermissionDenied

    from rollbook.access import permissions

    guarded: Any = getattr(permissions, f"for_{rule}")(page)
    assert guarded.rule == rule
    for role in ("administrator", "viewer", "staff", "principal"):
        if role in allowed:
            assert guarded(request_of(role)).status_code == 200
        else:
            with pytest.raises(PermissionDenied):
                guarded(request_of(role))


def test_everyone_sees_a_page_for_everyone(request_of: Any) -> None:
    from rollbook.access.permissions import for_everyone

    guarded: Any = for_everyone(page)
    assert guarded.rule == "everyone"
    assert guarded(request_of()).status_code == 200


def test_one_who_is_no_member_is_no_administrator_whatever_the_role_says(request_of: Any) -> None:
    from rollbook.access.permissions import is_administrator

    request = request_of("administrator")
    request.user.is_authenticated = False
    assert not is_administrator(request)


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ("https://rollbook.example/feeds/a b/?x=1", "/account/sign-in/?next=/feeds/a%20b/"),
        ("https://rollbook.example", "/account/sign-in/?next=/"),
        ("", "/account/sign-in/"),
        ("https://[half", "/account/sign-in/"),
    ],
)
def test_a_part_of_a_page_asks_the_browser_to_sign_in_as_a_whole(
    request_of: Any, here: str, there: str
) -> None:
    from rollbook.access.permissions import for_members

    headers = {"HX-Request": "true"} | ({"HX-Current-URL": here} if here else {})
    answer: Any = for_members(page)(request_of(**headers))
    assert (answer.status_code, answer["HX-Redirect"]) == (401, there)


@pytest.mark.parametrize(
    ("wanted", "role", "has_one", "lacks"),
    [
        ("nobody", "administrator", False, False),
        ("administrators", "administrator", False, True),
        ("administrators", "administrator", True, False),
        ("administrators", "viewer", False, False),
        ("everyone", "viewer", False, True),
        ("everyone", "administrator", False, True),
        ("everyone", "viewer", True, False),
    ],
)
def test_who_must_have_a_second_factor_is_led_to_add_one(
    request_of: Any,
    monkeypatch: pytest.MonkeyPatch,
    wanted: str,
    role: str,
    has_one: bool,
    lacks: bool,
) -> None:
    from django.test import override_settings

    from rollbook.access.permissions import for_members, lacks_factor

    monkeypatch.setattr(FACTORS, lambda user: has_one)
    guarded: Any = for_members(page)
    with override_settings(SECOND_FACTOR=wanted):
        assert lacks_factor(request_of(role).user) is lacks
        whole, part = guarded(request_of(role)), guarded(request_of(role, **{"HX-Request": "1"}))
    if lacks:
        assert (whole.status_code, whole["Location"]) == (302, "/account/second-factor/")
        assert (part.status_code, part["HX-Redirect"]) == (401, "/account/second-factor/")
    else:
        assert (whole.status_code, part.status_code) == (200, 200)
