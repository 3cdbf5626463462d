"""A feed is muted, and words become the district's own levels, as the pages do it: on record."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.api.conftest import JOBS, Program, problem
from tests.integration.cli.commands import CommandLine
from tests.integration.pages.test_own_levels import MATH, READING, file, job, values

__all__ = ["file", "job"]  # fixtures

Make = Callable[..., Program]
FEEDS = "/api/admin/import/feeds"
WORDS = {READING: ["Tier A", "Tier B"], MATH: ["Way Up"]}


def events(action: str) -> list[tuple[str, str]]:
    from rollbook.records.models import AuditEvent

    found = AuditEvent.objects.filter(action=action).order_by("id")
    return list(found.values_list("actor", "subject"))


@pytest.mark.usefixtures("job_and_feed")
def test_a_feed_is_muted_and_the_mute_is_shown_until_it_is_ended(program: Make) -> None:
    from django.utils import timezone

    from rollbook.records.models import Feed

    admin, reads = program("admin"), program("read")
    assert reads.get(f"{FEEDS}/sis").json()["muted_until"] is None
    muted = admin.post(f"{FEEDS}/sis/mute", {"days": 7})
    assert muted.status_code == 200, muted.content
    assert muted.json()["muted_until"].endswith("Z")
    assert reads.get(f"{FEEDS}/sis").json() == muted.json()
    Feed.objects.filter(name="sis").update(muted_until=timezone.now())
    assert reads.get(f"{FEEDS}/sis").json()["muted_until"] is None, "it is over"
    number = muted.json()["id"]
    assert admin.post(f"{FEEDS}/{number}/mute", {"days": 0}).json()["muted_until"] is None
    assert events("feed.muted") == [("ada@example.org (token admin)", "sis")] * 2


@pytest.mark.usefixtures("job_and_feed")
@pytest.mark.parametrize(
    "body", [{}, {"days": 31}, {"days": -1}, {"days": "7"}, {"days": 7.5}, {"days": 10**400}]
)
def test_more_days_than_there_are_or_none_are_refused(program: Make, body: Any) -> None:
    admin = program("admin")
    problem(admin.post(f"{FEEDS}/sis/mute", body), 422, "invalid")
    problem(admin.post(f"{FEEDS}/nothing/mute", {"days": 1}), 404, "no_such_feed")
    assert events("feed.muted") == []


def test_words_that_were_read_become_own_levels_and_saying_it_twice_changes_nothing(
    program: Make, rollbook: CommandLine, job: int, file: Any
) -> None:
    admin = program("admin")
    address = f"{JOBS}/{job}/own-levels"
    assert admin.get(address).json() == {"job": job, "feed": "files", "levels": WORDS}
    taken = admin.post(f"{address}/take", {"levels": {READING: ["Tier A"]}})
    assert taken.json()["levels"] == {READING: ["Tier B"], MATH: ["Way Up"]}
    for _ in range(2):
        assert admin.post(f"{address}/take", {"levels": WORDS}).json()["levels"] == {}
    assert values() == {name: {word: word for word in words} for name, words in WORDS.items()}
    actor = "ada@example.org (token admin)"
    assert events("feed.mapping_changed") == [(actor, "files")] * 2
    assert events("students.viewed")[-1] == (actor, f"job {job}")
    assert rollbook.json("import", file)["issues"]["warnings"] == 0


@pytest.mark.parametrize(
    "levels",
    [
        {READING: ["Tier A", "Tier Z"]},
        {"last_name": ["Greenley"]},
        {"grade": ["Tier A"]},
        {"nothing": ["Tier A"]},
    ],
)
def test_a_word_that_the_import_did_not_find_leaves_all_as_they_were(
    program: Make, job: int, levels: Any
) -> None:
    address = f"{JOBS}/{job}/own-levels"
    body = {"levels": {MATH: ["Way Up"]} | levels}
    problem(program("admin").post(f"{address}/take", body), 422, "not_unknown_levels")
    assert values() == {}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"levels": {}},
        {"levels": {READING: []}},
        {"levels": [READING]},
        {"levels": {READING: [1]}},
    ],
)
def test_what_has_another_form_is_refused(program: Make, job: int, body: Any) -> None:
    admin = program("admin")
    problem(admin.post(f"{JOBS}/{job}/own-levels/take", body), 422, "invalid")
    problem(admin.get(f"{JOBS}/999999/own-levels"), 404, "no_such_job")
