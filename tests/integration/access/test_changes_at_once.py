"""Two administrators who change a person at the same moment: no edit undoes another unseen."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.doubles.at_once import Open, at_once
from tests.integration.access.audit_log import last_event
from tests.integration.access.conftest import MakePerson
from tests.integration.records.conftest import open_connection

__all__ = ["open_connection"]  # a fixture

OAK, ELM = "Oak Elementary", "Elm Middle"


@pytest.fixture
def stu(make_person: MakePerson) -> Any:
    person = make_person("stu@example.org", "staff")
    person.schools = [OAK, ELM]
    person.save()
    return person


def give(school: str, seen: str = "") -> Callable[[], object]:
    from rollbook.access.operations.people import change_schools

    return lambda: change_schools("stu@example.org", [school], actor="test", seen=seen)


def test_of_two_pages_that_change_a_persons_schools_at_once_the_second_is_refused(
    stu: Any, open_connection: Open
) -> None:
    from rollbook.records.operations.seen import version_of

    seen = version_of([OAK, ELM])
    raised = at_once(give(OAK, seen), give(ELM, seen), open_connection)
    assert getattr(raised, "reason", None) == "changed_meanwhile", raised
    stu.refresh_from_db()
    assert stu.schools == [OAK]


def test_a_change_begins_with_what_the_change_before_it_left(
    stu: Any, open_connection: Open
) -> None:
    from rollbook.access.models import Role
    from rollbook.access.operations.people import change_role

    def demote() -> None:
        change_role(stu.email, Role.VIEWER, actor="test")

    assert at_once(give(OAK), demote, open_connection) is None
    assert last_event().before["schools"] == [OAK]
