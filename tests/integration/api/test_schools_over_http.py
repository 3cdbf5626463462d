"""Schools are listed and mapped over HTTP as on their page, all of them or none."""

import threading
from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.api.conftest import Program, problem
from tests.integration.pages.test_schools_page import neighbor

__all__ = ["neighbor"]  # a fixture

Make = Callable[..., Program]
SCHOOLS = "/api/admin/import/schools"
NORTH = {"school_id": "1", "school": "North Elementary"}


def states(answer: Any) -> dict[str, tuple[str, str | None]]:
    assert answer.status_code == 200, answer.content
    return {each["name"]: (each["state"], each["school_id"]) for each in answer.json()["items"]}


@pytest.mark.usefixtures("neighbor")
def test_what_is_suggested_is_mapped_and_forgotten_again(program: Make) -> None:
    from rollbook.records.models import AuditEvent

    client = program("admin")
    [north, annex] = program("read").get(SCHOOLS).json()["items"]
    assert north == {
        "name": "North Elem.",
        "students": 3,
        "state": "not_mapped",
        "school_id": None,
        "school": None,
        "suggested": NORTH,
    }
    assert annex["suggested"] is None
    given = {"North Elem.": "north elementary", 'Annex "A"': None}
    mapped = states(client.post(f"{SCHOOLS}/map", {"schools": given}))
    assert mapped == {"North Elem.": ("confirmed", "1"), 'Annex "A"': ("absent", None)}
    assert AuditEvent.objects.latest("id").actor == "ada@example.org (token admin)"
    left = states(client.post(f"{SCHOOLS}/unmap", {"name": "North Elem."}))
    assert left == {"North Elem.": ("not_mapped", None), 'Annex "A"': ("absent", None)}


@pytest.mark.usefixtures("neighbor")
@pytest.mark.parametrize(
    "given",
    [{"North Elem.": "1", 'Annex "A"': "99"}, {"North Elem.": "1", " ": "2"}],
)
def test_one_that_cannot_be_mapped_leaves_all_as_they_were(
    program: Make, given: dict[str, str]
) -> None:
    client = program("admin")
    before = states(client.get(SCHOOLS))
    problem(client.post(f"{SCHOOLS}/map", {"schools": given}), 422, "usage")
    assert states(client.get(SCHOOLS)) == before


@pytest.mark.usefixtures("neighbor")
@pytest.mark.parametrize(
    "body",
    [
        {},
        {"schools": {}},
        {"schools": {"": "1"}},
        {"schools": {"North Elem.": ""}},
        {"schools": {"North Elem.": 1}},
        {"schools": ["North Elem."]},
        {"schools": {"North Elem.": "1"}, "dry_run": True},
        {"schools": {f"School {number}": "1" for number in range(1_001)}},
    ],
)
def test_what_has_another_form_is_refused(program: Make, body: dict[str, Any]) -> None:
    problem(program("admin").post(f"{SCHOOLS}/map", body), 422, "invalid")


def test_where_no_application_has_schools_there_is_nothing_to_map(program: Make) -> None:
    client = program("admin")
    problem(client.get(SCHOOLS), 404, "no_schools")
    problem(client.post(f"{SCHOOLS}/map", {"schools": {"Oak": "1"}}), 404, "no_schools")


@pytest.mark.usefixtures("neighbor")
def test_many_who_map_the_same_schools_at_once_are_all_served(program: Make) -> None:
    from django.db import connections

    token = program("admin").token
    names = [f"School {number}" for number in range(30)]
    answers: list[int] = []

    def ask(order: list[str]) -> None:
        body = {"schools": dict.fromkeys(order, "1")}
        answers.append(Program(token).post(f"{SCHOOLS}/map", body).status_code)
        connections.close_all()

    orders = [names, names[::-1]] * 3
    threads = [threading.Thread(target=ask, args=[order]) for order in orders]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert answers == [200] * 6
