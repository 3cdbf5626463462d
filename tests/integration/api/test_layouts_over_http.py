"""Layouts over HTTP: listed, shown, out and in again, tried first, on record, removed."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.api.conftest import Program, problem

Make = Callable[..., Program]
pytestmark = pytest.mark.usefixtures("job_and_feed")

LAYOUTS = "/api/admin/import/layouts"
IMPORT = f"{LAYOUTS}/import"
BUILT_IN = "iready-diagnostic-results"
OWN = f"own-{BUILT_IN}"


def exported(calls: Program, name: str = BUILT_IN) -> dict[str, Any]:
    answer = calls.get(f"{LAYOUTS}/{name}/file")
    assert answer.status_code == 200, answer.content
    document: dict[str, Any] = answer.json()
    return document


def events() -> list[tuple[str, str, str]]:
    from rollbook.records.models import AuditEvent

    found = AuditEvent.objects.filter(action__startswith="layout.").order_by("id")
    return list(found.values_list("actor", "action", "subject"))


def names(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [each["name"] for each in answer.json()["items"]]


def test_layouts_are_listed_and_shown_as_the_command_line_does(program: Make) -> None:
    from rollbook.core.layouts.builtin import LAYOUTS as BUILT_INS

    reader = program("read")
    listed = reader.get(LAYOUTS).json()["items"]
    assert [each["name"] for each in listed] == [each.name for each in BUILT_INS]
    shown = reader.get(f"{LAYOUTS}/{BUILT_IN}").json()
    assert shown == listed[0] | {"columns": shown["columns"], "rules": shown["rules"]}
    assert {"holds": "i-Ready Reading or Math Overall Score", "headers": "overall scale score"} in (
        shown["columns"]
    )
    assert any("Left out and counted" in each for each in shown["rules"])
    problem(reader.get(f"{LAYOUTS}/nothing"), 404, "unknown_layout")
    problem(reader.get(f"{LAYOUTS}/nothing/file"), 404, "unknown_layout")


def test_each_built_in_layout_goes_in_again_as_it_came_out(program: Make) -> None:
    admin = program("admin")
    for name in names(admin.get(LAYOUTS)):
        document = exported(admin, name)
        added = admin.post(IMPORT, document)
        assert added.status_code == 200, added.content
        assert added.json()["action"] == "added"
        assert exported(admin, document["name"]) == document
        assert admin.post(IMPORT, document).json()["action"] == "unchanged"


def test_a_change_is_tried_then_made_in_the_name_of_the_token(program: Make) -> None:
    admin = program("admin")
    document = exported(admin)
    tried = admin.post(f"{IMPORT}?dry_run=true", document).json()
    assert (tried["name"], tried["action"], tried["dry_run"], events()) == (OWN, "added", True, [])
    admin.post(IMPORT, document)
    changed = document | {"window_words": {"round 1": "fall"}}
    tried = admin.post(f"{IMPORT}?dry_run=true", changed).json()
    told = {"where": "word for the window", "text": "round 1", "from": "nothing", "to": "fall"}
    assert (tried["action"], tried["otherwise"]) == ("changed", [told])
    assert exported(admin, OWN) == document, "a trial changes nothing"
    assert admin.post(IMPORT, changed).json() == tried | {"dry_run": False}
    assert exported(admin, OWN) == changed
    actor = "ada@example.org (token admin)"
    assert events() == [(actor, "layout.added", OWN), (actor, "layout.changed", OWN)]


def test_what_is_no_layout_is_refused_with_its_parts_and_changes_nothing(program: Make) -> None:
    admin = program("admin")
    document = exported(admin)
    found = problem(admin.post(IMPORT, document | {"columns": []}), 422, "layout_refused")
    assert [each["field"] for each in found["errors"]] == ["columns"]
    found = problem(admin.post(IMPORT, document | {"name": "mine"}), 422, "layout_refused")
    assert [each["field"] for each in found["errors"]] == ["name"]
    for bad in (b"", b"{", b"\xff", b"[" * 100_000, b'{"a": 1, "a": 2}'):
        answer = admin._client.post(IMPORT, bad, content_type="application/json")
        problem(answer, 422, "layout_refused")
    large = json.dumps(document | {"notes": ["x" * 300_000]})
    answer = admin._client.post(IMPORT, large, content_type="application/json")
    problem(answer, 413, "too_large")
    answer = admin._client.post(IMPORT, "x", content_type="text/csv")
    problem(answer, 415, "unsupported_media_type")
    assert events() == []


def test_a_layout_in_use_stays_and_one_that_is_not_is_removed(program: Make) -> None:
    from rollbook.records.models import Feed

    admin = program("admin")
    admin.post(IMPORT, exported(admin))
    Feed.objects.filter(name="sis").update(layout=OWN)
    found = problem(admin.post(f"{LAYOUTS}/{OWN}/remove"), 409, "layout_in_use")
    assert "sis" in found["detail"]
    assert admin.get(f"{LAYOUTS}/{OWN}").json()["feeds"] == ["sis"]
    Feed.objects.filter(name="sis").update(layout="auto")
    assert OWN not in names(admin.post(f"{LAYOUTS}/{OWN}/remove"))
    problem(admin.post(f"{LAYOUTS}/{OWN}/remove"), 404, "not_own_layout")
    problem(admin.post(f"{LAYOUTS}/{BUILT_IN}/remove"), 404, "not_own_layout")
    assert [action for _, action, _ in events()] == ["layout.added", "layout.removed"]


def test_a_program_reads_which_layout_a_feed_has(
    program: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rollbook.records.models import Feed
    from rollbook.records.queries import feed_layouts
    from tests.unit.core.layouts.headers import PUBLISHED

    def said() -> tuple[str, str | None, str | None]:
        found = reader.get("/api/admin/import/feeds/sis/layout").json()
        return found["setting"], found["read_by"], found["resembles"]

    reader = program("read")
    monkeypatch.setattr(feed_layouts, "last_header", lambda feed: header)
    header: tuple[str, ...] = ()
    assert said() == ("auto", None, None)
    header = tuple(PUBLISHED["iready_math"])
    assert said() == ("auto", BUILT_IN, None)
    header = (*header, *(f"Column {number}" for number in range(30)))
    assert said() == ("auto", None, BUILT_IN)
    Feed.objects.filter(name="sis").update(layout=BUILT_IN)
    assert said() == (BUILT_IN, BUILT_IN, None)
    problem(reader.get("/api/admin/import/feeds/nothing/layout"), 404, "no_such_feed")
