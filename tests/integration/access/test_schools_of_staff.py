"""Which schools can be assigned to a person of staff, and what is said of others."""

import pytest

from tests.integration.access.audit_log import last_event
from tests.integration.access.conftest import MakePerson

TWENTY = [f"School {number:02}" for number in range(20)]


def refused(*, known: list[str]) -> tuple[str, str, set[str]]:
    """What happened, what to do, and the fields at fault."""
    from rollbook.access.models import Role
    from rollbook.access.operations.schools import chosen_schools
    from rollbook.core.errors import UsageError

    with pytest.raises(UsageError) as told:
        chosen_schools(Role.STAFF, ["Nowhere"], known=known)
    message = told.value.message
    return message.what, message.advice, set(told.value.faults)


@pytest.mark.usefixtures("records")
def test_a_school_of_no_student_is_refused_and_the_first_twenty_others_are_named() -> None:
    what, advice, at_fault = refused(known=[*reversed(TWENTY)])
    assert what == "No student is in the school “Nowhere”."
    assert advice == f"Students are in: {', '.join(TWENTY)}."
    assert at_fault == {"schools"}
    assert refused(known=[*TWENTY, "School 99"])[1] == f"{advice[:-1]}, ...."
    assert refused(known=[])[1] == (
        "No import has had a school yet. Assign schools after the first one that has."
    )


@pytest.mark.usefixtures("records")
def test_schools_are_chosen_in_any_writing_once_by_name_and_for_staff_alone() -> None:
    from rollbook.access.models import Role
    from rollbook.access.operations.schools import chosen_schools

    known = ["North Elementary", "École Sud"]
    asked = ["north ELEMENTARY.", "ecole sud", "North Elementary"]
    assert chosen_schools(Role.STAFF, asked, known=known) == known
    for role in (Role.ADMINISTRATOR, Role.VIEWER):
        assert chosen_schools(role, ["Nowhere"], known=known) == []


def test_schools_are_assigned_to_staff_alone(make_person: MakePerson) -> None:
    from rollbook.access.operations.people import NotStaff, change_schools

    make_person()
    with pytest.raises(NotStaff) as told:
        change_schools("ada@example.org", [], actor="test")
    assert told.value.reason == "not_staff"
    assert "administrator" in told.value.message.what


def test_schools_that_are_taken_away_are_saved_and_told(make_person: MakePerson) -> None:
    from rollbook.access.models import Role, User
    from rollbook.access.operations.people import add_person, change_schools

    add_person(
        "sam@example.org",
        "a long sentence of her own",
        role=Role.STAFF,
        actor="test",
        schools=["North", "South"],
    )
    sam = User.objects.get()
    assert sam.school_keys == frozenset({"north", "south"})
    assert change_schools("sam@example.org", ["SOUTH"], actor="test") == ["South"]
    assert User.objects.get().schools == ["South"]
    event = last_event()
    assert event.action == "person.schools_changed"
    assert event.before == {"role": "staff", "schools": ["North", "South"]}
    assert event.after == {"role": "staff", "schools": ["South"]}
