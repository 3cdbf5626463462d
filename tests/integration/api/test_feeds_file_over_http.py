"""Settings of feeds over HTTP: the same file, tried first, on record, and no server vouched for."""

import json
import tomllib
from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.api.conftest import Program, problem
from tests.integration.records.test_feeds_as_a_file import KEY

Make = Callable[..., Program]
pytestmark = pytest.mark.usefixtures("job_and_feed")

FILE = "/api/admin/import/feeds-file"
IMPORT = f"{FILE}/import"
SERVER = {"host": "sftp.example.org", "username": "district", "pattern": "*.csv"}


def sent(calls: Program, feeds: Any, *, query: str = "") -> Any:
    return calls.post(IMPORT + query, {"version": 1, "feeds": feeds})


def as_toml(calls: Program, text: str) -> Any:
    return calls._client.post(IMPORT, text.encode(), content_type="application/toml")


def events(*actions: str) -> list[tuple[str, str, str]]:
    from rollbook.records.models import AuditEvent

    found = AuditEvent.objects.filter(action__startswith="feed.").order_by("id")
    return list(found.values_list("actor", "action", "subject"))


def limit_of_sis() -> int:
    from rollbook.records.models import Feed

    return Feed.objects.get(name="sis").missing_limit


def test_what_comes_out_goes_in_again_and_changes_nothing(program: Make) -> None:
    admin = program("admin")
    out = admin.get(FILE)
    assert (out.status_code, out["Content-Type"]) == (200, "application/json; charset=utf-8")
    toml = admin.get(FILE, Accept="application/toml")
    assert (toml.status_code, toml["Content-Type"]) == (200, "application/toml")
    assert tomllib.loads(toml.content.decode()) == out.json()
    assert set(out.json()["feeds"]) == {"files", "sis"}
    for answer in (admin.post(IMPORT, out.json()), as_toml(admin, toml.content.decode())):
        assert answer.status_code == 200, answer.content
        assert not answer.json()["changed"]
        assert {each["action"] for each in answer.json()["feeds"]} == {"unchanged"}
    assert events() == []


def test_one_feed_alone_is_read_and_an_unknown_one_named(program: Make) -> None:
    admin = program("admin")
    assert set(admin.get(f"{FILE}?feed=sis").json()["feeds"]) == {"sis"}
    problem(admin.get(f"{FILE}?feed=nothing"), 404, "no_such_feed")
    problem(admin.get(FILE, Accept="text/html"), 406, "not_acceptable")


def test_a_change_is_tried_then_made_once_in_the_name_of_the_token(program: Make) -> None:
    admin = program("admin")
    feeds = {"sis": {"missing_limit": 33}, "dibels": SERVER}
    before = limit_of_sis()
    told = {"setting": "missing_limit", "from": before, "to": 33}
    tried = sent(admin, feeds, query="?dry_run=true").json()
    assert (tried["dry_run"], tried["changed"], limit_of_sis(), events()) == (
        True, True, before, [],
    )  # fmt: skip
    done = sent(admin, feeds).json()
    assert done == tried | {"dry_run": False}
    assert [(each["feed"], each["action"]) for each in done["feeds"]] == [
        ("dibels", "added"), ("sis", "changed"),
    ]  # fmt: skip
    assert done["feeds"][1]["changes"] == [told]
    actor = "ada@example.org (token admin)"
    assert events() == [(actor, "feed.added", "dibels"), (actor, "feed.changed", "sis")]
    assert not sent(admin, feeds).json()["changed"]
    assert len(events()) == 2


@pytest.mark.parametrize(
    ("document", "reason", "said"),
    [
        ([], "feed_file_refused", "its beginning"),
        (None, "feed_file_refused", "its beginning"),
        ({}, "feed_file_refused", "version"),
        ({"version": True, "feeds": {}}, "feed_file_refused", "version"),
        ({"version": 2, "feeds": {}}, "feed_file_refused", "version"),
        ({"version": 1, "feeds": []}, "feed_file_refused", "feeds"),
        ({"version": 1, "feeds": {"sis": None}}, "feed_file_refused", "feeds.sis"),
        ({"version": 1, "feeds": {"sis": {"x": 1}}}, "feed_file_refused", "feeds.sis.x"),
        ({"version": 1, "feeds": {"sis": {"password": "x"}}}, "credential_in_feed_file", "sis"),
        ({"version": 1, "feeds": {"sis": {"webhook": "https://x.y"}}},
         "credential_in_feed_file", "webhook"),
        ({"version": 1, "feeds": {"new": {"host": "a.b"}}}, "feed_file_refused", "feeds.new"),
        *(({"version": 1, "feeds": {"sis": {name: value}}}, "feed_file_refused", f"sis.{name}")
          for name, values in {
              "missing_limit": (None, 1.5, "5", True, 101, 10**30, -1),
              "host": (None, 5, "", "a/b", "x" * 256),
              "recipients": (None, "a@b.org", [1], ["no address"]),
              "headers": (None, [], {"A": None}, {"A": 1}, {"A": "no_such_field"}),
              "values": (None, {"grade": None}, {"grade": {"K": None}}),
              "schedule": (None, [], 5, {"times": None}, {"times": [2]}, {"days": [None]},
                           {"is_on": None}, {"pauses": None}, {"pauses": [None]}, {"x": 1}),
          }.items() for value in values),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused_whole_with_its_place(
    program: Make, document: Any, reason: str, said: str
) -> None:
    admin, before = program("admin"), limit_of_sis()
    if isinstance(document, dict) and isinstance(document.get("feeds"), dict):
        document["feeds"]["another"] = SERVER
    found = problem(admin.post(IMPORT, document if document is not None else []), 422, reason)
    assert said in found["detail"]
    assert (limit_of_sis(), events()) == (before, [])


def test_bytes_that_are_no_file_of_feeds_change_nothing(program: Make) -> None:
    admin = program("admin")
    for bad in (b"", b"{", b"\xff", b"[" * 100_000):
        answer = admin._client.post(IMPORT, bad, content_type="application/json")
        problem(answer, 400, "bad_request")
    for text in (" ", "version", "version = 1\nversion = 1", "a = " + "[" * 100_000):
        problem(as_toml(admin, text), 422, "feed_file_refused")
    problem(
        admin._client.post(IMPORT, b"x", content_type="text/csv"), 415, "unsupported_media_type"
    )
    assert events() == []


def test_a_file_of_many_feeds_is_taken_and_a_larger_one_refused(program: Make) -> None:
    from rollbook.core.feed_file import LARGEST

    admin = program("admin")
    comment = "# " + "x" * 3_000_000
    assert as_toml(admin, f"version = 1\n{comment}\n").status_code == 200
    problem(as_toml(admin, f"version = 1\n# {'x' * LARGEST}\n"), 413, "too_large")


def test_a_program_vouches_for_no_server(program: Make) -> None:
    from rollbook.records.models import Feed

    admin = program("admin")
    other = KEY
    refused = sent(admin, {"sis": {"host": "sftp.example.net", "host_key": other}})
    assert "confirm" in problem(refused, 422, "feed_file_refused")["detail"]
    assert events() == []
    Feed.objects.filter(name="sis").update(host_key=KEY)
    moved = sent(admin, {"sis": {"host": "sftp.example.net"}})
    assert moved.status_code == 200, moved.content
    assert Feed.objects.get(name="sis").host_key == ""
    added = sent(admin, {"dibels": SERVER | {"host_key": KEY}})
    assert json.loads(added.content)["feeds"][0]["action"] == "added"
