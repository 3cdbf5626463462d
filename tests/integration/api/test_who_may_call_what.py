"""Every route, with every scope, as a person of each role, and without anything."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.integration.api.conftest import JOBS, Program, problem

Make = Callable[..., Program]
Person = Callable[..., Any]
pytestmark = pytest.mark.usefixtures("values")

READ = {"read", "import", "admin"}
IMPORT = {"import", "admin"}
ADMIN = {"admin"}
SCOPES = ("read", "import", "admin", "students")

EXPECTED = {
    ("get", "/api/admin/import/jobs"): READ,
    ("get", "/api/admin/import/jobs/{job}"): READ,
    ("get", "/api/admin/import/jobs/{job}/issues"): READ,
    ("get", "/api/admin/import/jobs/{job}/log"): READ,
    ("get", "/api/admin/import/jobs/{job}/changes"): READ,
    ("get", "/api/admin/import/jobs/{job}/fixit"): ADMIN,
    ("get", "/api/admin/import/jobs/{job}/fixes"): ADMIN,
    ("post", "/api/admin/import/jobs/{job}/fixes/import"): ADMIN,
    ("get", "/api/admin/import/feeds"): READ,
    ("get", "/api/admin/import/feeds/{feed}"): READ,
    ("get", "/api/admin/import/feeds-file"): ADMIN,
    ("get", "/api/admin/import/field-owners"): READ,
    ("get", "/api/admin/import/health"): READ,
    ("get", "/api/admin/import/schools"): READ,
    ("get", "/api/admin/import/school-year"): READ,
    ("get", "/api/admin/import/school-year/rehearsal"): ADMIN,
    ("post", "/api/admin/import/school-year/days"): ADMIN,
    ("post", "/api/admin/import/school-year/switch"): ADMIN,
    ("post", "/api/admin/import/school-year/undo"): ADMIN,
    ("get", "/api/admin/import/layouts"): READ,
    ("get", "/api/admin/import/layouts/{layout}"): READ,
    ("get", "/api/admin/import/layouts/{layout}/file"): READ,
    ("get", "/api/admin/import/feeds/{feed}/layout"): READ,
    ("get", "/api/students"): {"students"},
    ("get", "/api/students/{number}"): {"students"},
    ("get", "/api/students/{number}/fields/{field}"): {"students"},
    ("post", "/api/students/search"): {"students"},
    ("post", "/api/students/{number}/record"): {"students"},
    ("post", "/api/admin/import/trigger"): IMPORT,
    ("post", "/api/admin/import/upload"): IMPORT,
    ("post", "/api/admin/import/upload-address"): IMPORT,
    ("post", "/api/admin/import/uploaded"): IMPORT,
    ("post", "/api/admin/import/jobs/{job}/cancel"): IMPORT,
    ("post", "/api/admin/import/jobs/{job}/import"): IMPORT,
    ("post", "/api/admin/import/jobs/{job}/approve"): ADMIN,
    ("post", "/api/admin/import/jobs/{job}/discard"): ADMIN,
    ("post", "/api/admin/import/jobs/{job}/decide-in-advance"): ADMIN,
    ("post", "/api/admin/import/jobs/{job}/take-back"): ADMIN,
    ("post", "/api/admin/import/jobs/{job}/rehearse-again"): ADMIN,
    ("post", "/api/admin/import/jobs/{job}/undo"): ADMIN,
    ("get", "/api/admin/import/jobs/{job}/notes"): ADMIN,
    ("post", "/api/admin/import/jobs/{job}/notes/add"): ADMIN,
    ("get", "/api/admin/import/jobs/{job}/own-levels"): ADMIN,
    ("post", "/api/admin/import/jobs/{job}/own-levels/take"): ADMIN,
    ("post", "/api/admin/import/feeds/{feed}/mute"): ADMIN,
    ("get", "/api/admin/import/feeds/{feed}/codes"): ADMIN,
    ("get", "/api/admin/import/feeds/{feed}/inbox"): ADMIN,
    ("post", "/api/admin/import/feeds/{feed}/inbox/decide"): ADMIN,
    ("post", "/api/admin/import/feeds/{feed}/inbox/import"): ADMIN,
    ("post", "/api/admin/import/feeds-file/import"): ADMIN,
    ("post", "/api/admin/import/layouts/import"): ADMIN,
    ("post", "/api/admin/import/layouts/{layout}/remove"): ADMIN,
    ("post", "/api/admin/import/schools/map"): ADMIN,
    ("post", "/api/admin/import/schools/unmap"): ADMIN,
}
VIEWERS = (
    "jobs",
    "jobs/{job}",
    "jobs/{job}/issues",
    "jobs/{job}/log",
    "jobs/{job}/changes",
    "health",
)


def routes() -> Iterator[tuple[str, str]]:
    from rollbook.api.routes import openapi

    for path, methods in openapi()["paths"].items():
        for method in methods:
            yield method, path


def call(client: Any, method: str, path: str) -> Any:
    layout = "iready-diagnostic-results"
    address = path.format(job=1, feed="sis", number=1, field="grade", layout=layout)
    if method == "get":
        return client.get(address)
    if path.endswith("upload"):
        return client.post(address, {"feed": "sis"})
    return client.post(address, "{}", content_type="application/json")


def is_let_in(answer: Any) -> bool:
    """Tell whether the route itself answered; three have nothing to do in this installation."""
    if answer.status_code in (200, 202, 409, 422):
        return True
    return answer.json()["reason"] in ("no_schools", "no_upload_bucket", "not_own_layout")


def test_every_route_is_in_this_list() -> None:
    assert set(routes()) == set(EXPECTED)


@pytest.mark.parametrize("scope", SCOPES)
def test_a_token_opens_the_routes_of_its_scope_alone(program: Make, scope: str) -> None:
    client = program(scope)._client
    for (method, path), allowed in EXPECTED.items():
        answer = call(client, method, path)
        if scope in allowed:
            assert is_let_in(answer), (path, answer.content)
        else:
            problem(answer, 403, "scope_missing")


def test_scopes_add_up(program: Make) -> None:
    both = program("read", "students")
    assert both.get("/api/students").status_code == 200
    assert both.get(f"{JOBS}/1/fixit").status_code == 200
    problem(both.post("/api/admin/import/trigger", {"feed": "sis"}), 403, "scope_missing")


def test_an_administrator_who_has_signed_in_may_call_everything(person: Person) -> None:
    client = person()
    for method, path in EXPECTED:
        assert is_let_in(call(client, method, path)), path


def test_a_viewer_reads_what_the_pages_show_a_viewer(person: Person) -> None:
    client = person("viewer")
    for method, path in EXPECTED:
        answer = call(client, method, path)
        if path.removeprefix("/api/admin/import/") in VIEWERS:
            assert answer.status_code == 200, path
            assert "marker" not in answer.content.decode(), path
        else:
            assert answer.status_code == 403, path
    problem(client.get("/api/admin/import/feeds"), 403, "administrators_only")


def test_staff_call_nothing(person: Person) -> None:
    client = person("staff")
    for method, path in EXPECTED:
        problem(call(client, method, path), 403, "administrators_only")


def test_a_token_of_a_person_who_has_become_staff_opens_nothing(
    program: Make, person: Person
) -> None:
    from rollbook.access.models import Role
    from rollbook.access.operations import change_role

    calls = program("students", "admin")
    person(email="bea@example.org")
    change_role("ada@example.org", Role.STAFF, actor="test")
    problem(calls.get("/api/students"), 401, "token_owner")


def test_no_one_calls_anything_without_saying_who_calls(person: Person) -> None:
    from django.test import Client

    for method, path in EXPECTED:
        answer = call(Client(), method, path)
        problem(answer, 401, "not_signed_in")
        assert answer["WWW-Authenticate"] == 'Bearer realm="rollbook"'


def test_a_cookie_changes_nothing_without_the_csrf_token(person: Person) -> None:
    from django.test import Client

    person()
    client = Client(enforce_csrf_checks=True)
    from rollbook.access.models import User

    client.force_login(User.objects.get(), "rollbook.access.backend.AddressBackend")
    address, body = "/api/admin/import/trigger", json.dumps({"feed": "sis"})
    json_type = "application/json"
    problem(client.post(address, body, content_type=json_type), 403, "csrf_failed")
    answer = client.post("/api/admin/import/upload", {"feed": "sis"})
    problem(answer, 403, "csrf_failed")
    assert client.get(JOBS).status_code == 200
    client.get("/settings/tokens/")
    token = client.cookies["csrftoken"].value
    answer = client.post(address, body, content_type=json_type, headers={"X-CSRFToken": token})
    assert answer.status_code == 202, answer.content


def test_a_bad_token_is_refused_even_beside_a_good_cookie(person: Person) -> None:
    answer = person().get(JOBS, headers={"Authorization": "Bearer rollbook_nothing"})
    problem(answer, 401, "token_unknown")
    assert answer["WWW-Authenticate"] == 'Bearer realm="rollbook", error="invalid_token"'
    problem(person(email="b@example.org").get(JOBS, headers={"Authorization": "Basic eA=="}),
            401, "token_unknown")  # fmt: skip


def test_a_token_ends_with_its_time_its_revocation_and_its_owner(
    program: Make, person: Person
) -> None:
    from django.utils import timezone

    from rollbook.access.models import ApiToken, Role
    from rollbook.access.operations import change_role, deactivate, revoke_token

    calls = program("read")
    person(email="bea@example.org")
    assert calls.get(JOBS).status_code == 200
    assert ApiToken.objects.get().last_used_at is not None
    assert ApiToken.objects.get().last_used_from == "127.0.0.1"
    change_role("ada@example.org", Role.VIEWER, actor="test")
    problem(calls.get(JOBS), 401, "token_owner")
    change_role("ada@example.org", Role.ADMINISTRATOR, actor="test")
    assert calls.get(JOBS).status_code == 200
    deactivate("ada@example.org", actor="test")
    problem(calls.get(JOBS), 401, "token_owner")
    ends = ApiToken.objects.get().expires_at
    ApiToken.objects.update(expires_at=timezone.now())
    problem(calls.get(JOBS), 401, "token_expired")
    ApiToken.objects.update(expires_at=ends)
    revoke_token("read", actor="test")
    problem(calls.get(JOBS), 401, "token_revoked")


def test_an_expired_token_whose_name_has_a_new_one_is_told_that_it_expired(program: Make) -> None:
    from django.utils import timezone

    from rollbook.access.models import ApiToken

    former = program("read")
    ApiToken.objects.update(expires_at=timezone.now())
    former_again = program("read")
    problem(former.get(JOBS), 401, "token_expired")
    assert former_again.get(JOBS).status_code == 200


def test_a_second_factor_that_is_asked_for_is_asked_for_here_too(person: Person) -> None:
    from django.test import override_settings

    with override_settings(SECOND_FACTOR="everyone"):
        problem(person().get(JOBS), 403, "second_factor_missing")


def test_guesses_at_tokens_are_slowed_down_and_good_tokens_go_on(program: Make) -> None:
    from rollbook.api.gate import REFUSALS

    guess, good = Program("rollbook_guess"), program("read")
    for _ in range(REFUSALS):
        problem(guess.get(JOBS), 401, "token_unknown")
    answer = guess.get(JOBS)
    problem(answer, 429, "too_many_requests")
    assert 1 <= int(answer["Retry-After"]) <= 60
    assert good.get(JOBS).status_code == 200


def test_one_token_may_ask_so_often_in_a_minute(
    program: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rollbook.api.gate.REQUESTS", 3)
    busy, other = program("read"), program("import")
    for _ in range(3):
        assert busy.get(JOBS).status_code == 200
    answer = busy.get(JOBS)
    problem(answer, 429, "too_many_requests")
    assert 1 <= int(answer["Retry-After"]) <= 60
    assert other.get(JOBS).status_code == 200
