"""Programs read which feed writes which field."""

from collections.abc import Callable

from tests.doubles.feeds import add_feed
from tests.integration.api.conftest import Program


def test_each_owned_field_is_listed_with_its_feed_and_who_else_brings_it(
    program: Callable[..., Program],
) -> None:
    from django.utils import timezone

    from rollbook.records.models import FieldOwner

    owner = add_feed("owner", is_roster=False)
    north = add_feed("north")
    north.headers = {"Days Out": "absences_ytd"}
    north.save()
    FieldOwner.objects.create(field="absences_ytd", feed=owner, since=timezone.now())
    caller = program("read")
    found = caller.get("/api/admin/import/field-owners").json()["items"]
    assert [(each["field"], each["feed"]) for each in found] == [("absences_ytd", "owner")]
    assert found[0]["set_aside_of"] == ["north"]
