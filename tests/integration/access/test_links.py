"""Links that make an account: for how long, how often, and whose."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.integration.access.conftest import MakePerson
from tests.integration.pages.conftest import PASSWORD

NOW = datetime(2026, 3, 9, 8, 0, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)
NEW = "grace@example.org"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch, records: str) -> dict[str, datetime]:
    """What time it is for links."""
    from rollbook.access.operations import links

    class Clock:
        @staticmethod
        def now() -> datetime:
            return hands["now"]

    hands = {"now": NOW}
    monkeypatch.setattr(links, "timezone", Clock)
    return hands


def link(**given: Any) -> str:
    from rollbook.access.models import Role
    from rollbook.access.operations.links import make_link

    return make_link(**{"role": Role.VIEWER, "actor": "ada@example.org"} | given)


def redeem(token: str, email: str = NEW) -> Any:
    from rollbook.access.operations.links import redeem_link

    return redeem_link(token, email, PASSWORD)


@pytest.mark.parametrize("valid_for", [None, timedelta(days=7)])
def test_a_link_works_to_the_end_of_its_time_and_no_longer(
    clock: dict[str, datetime], valid_for: timedelta | None
) -> None:
    from rollbook.access.operations.links import LinkUsed, role_of_link

    token, later = link(valid_for=valid_for), link(valid_for=valid_for)
    clock["now"] += valid_for or timedelta(hours=1)
    assert role_of_link(token) == "viewer"
    assert redeem(token).role == "viewer"
    clock["now"] += MOMENT
    assert role_of_link(later) is None
    with pytest.raises(LinkUsed) as refused:
        redeem(later, "eve@example.org")
    assert refused.value.reason == "link_used"


def test_an_invitation_is_good_for_a_week() -> None:
    from rollbook.access.operations.links import INVITATION_VALID_FOR

    assert timedelta(days=7) == INVITATION_VALID_FOR


def test_a_link_works_once_and_an_unknown_one_never(records: str) -> None:
    from rollbook.access.operations.links import LinkUsed, role_of_link

    token = link()
    redeem(token)
    for each in (token, "unknown"):
        assert role_of_link(each) is None
        with pytest.raises(LinkUsed):
            redeem(each, "eve@example.org")


def test_a_link_cannot_be_guessed_and_only_its_digest_is_kept(records: str) -> None:
    from rollbook.access.models import SignInLink

    token = link()
    assert re.fullmatch(r"[\w-]{43}", token)
    assert re.fullmatch(r"[0-9a-f]{64}", SignInLink.objects.get().digest)


def test_links_whose_time_is_over_go_when_another_is_made(clock: dict[str, datetime]) -> None:
    from rollbook.access.models import SignInLink

    link()
    clock["now"] += timedelta(hours=1)
    link()
    assert SignInLink.objects.count() == 2
    clock["now"] += MOMENT
    link()
    assert SignInLink.objects.count() == 2


@pytest.mark.parametrize(("role", "is_left"), [("administrator", False), ("viewer", True)])
def test_the_first_link_ends_with_the_first_administrator_not_with_a_viewer(
    make_person: MakePerson, role: str, is_left: bool
) -> None:
    from rollbook.access.operations.links import make_first_link, role_of_link

    token = make_first_link()
    make_person(role=role)
    assert (role_of_link(token) is not None) is is_left


def test_invitations_end_with_the_right_to_invite(make_person: MakePerson) -> None:
    from rollbook.access.models import Role, SignInLink
    from rollbook.access.operations import people

    make_person()
    make_person("bob@example.org")
    made = {who: link(actor=who) for who in ("ada@example.org", "bob@example.org")}
    people.change_role("bob@example.org", Role.ADMINISTRATOR, actor="test")
    assert SignInLink.objects.count() == 2
    people.change_role("bob@example.org", Role.VIEWER, actor="test")
    assert SignInLink.objects.get().made_by == "ada@example.org"
    assert redeem(made["ada@example.org"])


@pytest.mark.parametrize("change", [{"is_active": False}, {"role": "viewer"}])
def test_a_link_whose_maker_may_no_longer_invite_makes_nothing(
    make_person: MakePerson, change: dict[str, Any]
) -> None:
    """Also where the maker was changed by another program."""
    from rollbook.access.models import User
    from rollbook.access.operations.links import LinkUsed

    make_person()
    token = link()
    User.objects.update(**change)
    with pytest.raises(LinkUsed):
        redeem(token)
