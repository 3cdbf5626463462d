"""The school year over HTTP, as on its page: set, rehearsed, switched and taken back."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from tests.integration.api.conftest import Program, problem

YEAR = "/api/admin/import/school-year"
WHY = {"reason": "the year turns"}


@pytest.mark.usefixtures("values")
def test_the_year_is_set_rehearsed_switched_and_taken_back(
    program: Callable[..., Program],
) -> None:
    client = program("admin")
    assert client.get(YEAR).json()["school_year"] is None
    problem(client.get(f"{YEAR}/rehearsal"), 422, "year_refused")
    first = datetime.now(UTC).date() + timedelta(days=20)
    days = {"first_day": f"{first}", "last_day": f"{first + timedelta(days=290)}"}
    problem(client.post(f"{YEAR}/days", days | {"last_day": f"{first}"}), 422, "usage")
    shown = client.post(f"{YEAR}/days", days).json()
    assert (shown["first_day"], shown["switched_to"]) == (days["first_day"], None)
    rehearsed = client.get(f"{YEAR}/rehearsal").json()
    assert rehearsed["switched"] is False
    problem(client.post(f"{YEAR}/switch", {"reason": " "}), 422, "usage")
    done = client.post(f"{YEAR}/switch", WHY).json()
    assert done == rehearsed | {"switched": True, "switch": done["switch"]}
    assert client.get(YEAR).json()["switch"] == done["switch"]
    problem(client.post(f"{YEAR}/switch", WHY), 422, "year_switched")
    undone = client.post(f"{YEAR}/undo", WHY).json()
    assert undone["values_restored"] == sum(done["values"].values())
    problem(client.post(f"{YEAR}/undo", WHY), 422, "no_switch")
