"""Versions of a feed's settings: who made which, what was before, and the way back."""

from pathlib import Path
from typing import Any

import asyncssh
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.integration.cli.commands import CommandLine, write_csv

KEYS = [
    asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode().strip()
    for _ in range(2)
]
SERVER = {"host": "sftp.example.org", "username": "district", "pattern": "*.csv"}
ME = "ada@example.org"
ADDED_BY = "ada@example.org"


@pytest.fixture
def feed(rollbook: CommandLine, records: str) -> str:
    from rollbook.records.operations.feeds import add_feed

    add_feed("sis", settings=SERVER, secret={"password": "x"}, environ=home(rollbook), actor=ME)
    return "sis"


def home(rollbook: CommandLine) -> dict[str, str]:
    return {"ROLLBOOK_HOME": str(rollbook.home)}


def change(rollbook: CommandLine, reason: str = "", **changed: Any) -> None:
    from rollbook.records.operations.feeds import change_feed

    change_feed(
        "sis", settings=changed, secret=None, environ=home(rollbook), actor=ME, reason=reason
    )


def back(rollbook: CommandLine, number: int, reason: str = "as it was") -> list[tuple[str, ...]]:
    from rollbook.records.operations.feed_returns import return_to_version

    changes = return_to_version("sis", number, reason=reason, environ=home(rollbook), actor="bo")
    return [each.as_texts for each in changes]


def listed(name: str = "sis") -> list[tuple[int, str, str, list[tuple[str, str, str]]]]:
    from rollbook.records.queries.feed_versions import versions_of
    from rollbook.records.queries.feeds import feed_by_name

    return [
        (each.number, each.made_by, each.reason, [one.as_texts for one in each.changes])
        for each in versions_of(feed_by_name(name))
    ]


def kept() -> dict[str, Any]:
    from rollbook.records.queries.feed_versions import kept_settings
    from rollbook.records.queries.feeds import feed_by_name

    return kept_settings(feed_by_name("sis"))


def test_each_change_has_its_author_reason_and_what_was_before(
    rollbook: CommandLine, feed: str
) -> None:
    from rollbook.records.operations.mappings import map_header, map_value, unmap_header

    assert listed() == [(1, ADDED_BY, "", [])]
    change(rollbook, "fewer than last year", missing_limit=5, blanks="clear")
    map_header(feed, "Days Out", "absences_ytd", actor="bo")
    map_value(feed, "grade", "Kinder", "K", actor="bo")
    unmap_header(feed, "Days Out", actor=ME)
    assert listed() == [
        (5, ME, "", [("headers.Days Out", "absences_ytd", "")]),
        (4, "bo", "", [("values.grade.Kinder", "", "K")]),
        (3, "bo", "", [("headers.Days Out", "", "absences_ytd")]),
        (
            2,
            ME,
            "fewer than last year",
            [("blanks", "keep", "clear"), ("missing_limit", "20", "5")],
        ),
        (1, ADDED_BY, "", []),
    ]


def test_what_changes_nothing_makes_no_version(rollbook: CommandLine, feed: str) -> None:
    change(rollbook, missing_limit=20)
    assert listed() == [(1, ADDED_BY, "", [])]


def test_a_reason_is_a_line_of_text_and_in_the_audit_log(rollbook: CommandLine, feed: str) -> None:
    from rollbook.core.errors import UsageError
    from rollbook.records.models import AuditEvent

    for reason in ("a" * 501, "two\nlines", "\0"):
        for changed in ({"missing_limit": 5}, {"webhook": "https://a.org/x"}):
            with pytest.raises(UsageError, match="too long, or no single line") as told:
                change(rollbook, reason, **changed)
            assert set(told.value.faults) == {"reason"}
    assert kept()["missing_limit"] == 20
    change(rollbook, "why not", missing_limit=5)
    assert AuditEvent.objects.latest("id").after == {"missing_limit": 5, "reason": "why not"}


def test_the_way_back_is_a_new_version_that_says_why(rollbook: CommandLine, feed: str) -> None:
    change(rollbook, missing_limit=5)
    first = kept()
    change(rollbook, missing_limit=50, schedule=kept_schedule(is_on=False))
    changes = [("missing_limit", "50", "5"), ("schedule.is_on", "false", "true")]
    assert back(rollbook, 2) == changes
    assert kept() == first
    assert listed()[0] == (4, "bo", "as it was", changes)
    assert back(rollbook, 2) == []
    assert len(listed()) == 4


def kept_schedule(**changed: Any) -> dict[str, Any]:
    from rollbook.records.queries.feeds import feed_by_name

    return {**feed_by_name("sis").schedule, **changed}


def test_a_feed_that_is_removed_meanwhile_does_not_come_back(
    rollbook: CommandLine, feed: str
) -> None:
    from rollbook.core.errors import UsageError
    from rollbook.records.models import Feed
    from rollbook.records.operations.feeds import remove_feed

    change(rollbook, missing_limit=5)
    remove_feed(feed, environ=home(rollbook), actor=ME)
    with pytest.raises(UsageError):
        back(rollbook, 1)
    assert not Feed.objects.filter(removed_at=None, name=feed).exists()


def test_a_trial_changes_nothing_outside_the_database_either(
    rollbook: CommandLine, feed: str
) -> None:
    from rollbook.records.operations.feed_returns import what_would_return
    from rollbook.records.operations.feeds import pin_host_key
    from rollbook.records.operations.secrets import HOST_KEY, secret_name, secret_store

    change(rollbook, host="other.example.org")
    pin_host_key(feed, KEYS[0], environ=home(rollbook), actor=ME)
    changes = what_would_return(feed, 1, environ=home(rollbook), actor="bo")
    assert [each.setting for each in changes] == ["host"]
    assert kept()["host"] == "other.example.org"
    assert secret_store(home(rollbook)).get(secret_name(feed))[HOST_KEY] == KEYS[0]


@pytest.mark.parametrize("number", [0, -1, 2, 2**40])
def test_there_is_no_way_to_a_version_that_never_was(
    rollbook: CommandLine, feed: str, number: int
) -> None:
    from rollbook.core.errors import UsageError

    with pytest.raises(UsageError, match="have no version"):
        back(rollbook, number)


def test_another_server_is_not_trusted_again_by_going_back(
    rollbook: CommandLine, feed: str
) -> None:
    from rollbook.records.operations.feeds import pin_host_key
    from rollbook.records.queries.feeds import feed_by_name

    pin_host_key(feed, KEYS[0], environ=home(rollbook), actor=ME)
    change(rollbook, host="other.example.org", host_key=KEYS[1])
    back(rollbook, 1)
    now = feed_by_name(feed)
    assert (now.host, now.host_key) == ("sftp.example.org", "")
    assert "ssh-ed25519" not in str(listed())


def test_a_version_with_a_layout_that_is_gone_is_refused_whole(
    rollbook: CommandLine, feed: str
) -> None:
    from rollbook.core.errors import UsageError
    from rollbook.records.models import FeedVersion

    change(rollbook, missing_limit=5)
    row = FeedVersion.objects.get()
    row.before = row.before | {"layout": "own-gone"}
    row.save()
    before = kept()
    with pytest.raises(UsageError, match="can't be used anymore") as told:
        back(rollbook, 1)
    assert told.value.reason == "version_refused"
    assert kept() == before


def test_settings_that_another_version_of_rollbook_knew_are_left_out(
    rollbook: CommandLine, feed: str
) -> None:
    from rollbook.records.models import FeedVersion

    change(rollbook, missing_limit=5)
    row = FeedVersion.objects.get()
    row.before = {name: each for name, each in row.before.items() if name != "new_limit"}
    row.before["of_old"] = 7
    row.save()
    assert listed()[0][3] == [("missing_limit", "20", "5")]
    back(rollbook, 1)
    assert kept()["missing_limit"] == 20


@pytest.mark.usefixtures("records")
def test_an_import_names_the_version_it_ran_under(rollbook: CommandLine, tmp_path: Path) -> None:
    from rollbook.records.models import Job
    from rollbook.records.operations.mappings import map_header

    file = write_csv(
        tmp_path / "a.csv",
        "1,9000000001,Ann,Ada,3",
        header="Student ID,SSID,Last Name,First Name,Out",
    )
    rollbook.json("import", file)
    map_header("files", "Out", "absences_ytd", actor=ME)
    rollbook.json("import", file)
    found = Job.objects.order_by("pk").values_list("output_data__version", flat=True)
    assert list(found) == [1, 2]


VALUES = {
    "missing_limit": st.integers(0, 100),
    "blanks": st.sampled_from(["keep", "clear"]),
    "recipients": st.lists(st.sampled_from(["a@b.org", "c@d.org"]), unique=True),
    "pattern": st.sampled_from(["*.csv", "a*.txt"]),
    "headers": st.fixed_dictionaries(
        {}, optional={"Out": st.just("absences_ytd"), "Late": st.just("tardies_ytd")}
    ),
}


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.fixed_dictionaries({}, optional=VALUES), max_size=6), st.data())
def test_going_back_to_any_version_gives_its_settings_again(
    rollbook: CommandLine, feed: str, changes: list[dict[str, Any]], data: st.DataObject
) -> None:
    known = {_newest(): kept()}
    for each in changes:
        change(rollbook, **each)
        known.setdefault(_newest(), kept())
        assert known[_newest()] == kept()
    number = data.draw(st.sampled_from(sorted(known)))
    back(rollbook, number)
    assert kept() == known[number]


def _newest() -> int:
    return listed()[0][0]


def test_versions_on_the_command_line(rollbook: CommandLine, feed: str) -> None:
    assert rollbook("feeds", "set", "sis", "--missing-limit", "5", "--reason", "too many").code == 0
    found = rollbook("feeds", "versions", "sis")
    assert "too many" in found.out and "missing_limit" in found.out
    told = rollbook.json("feeds", "versions", "sis")
    assert [each["version"] for each in told["versions"]] == [2, 1]
    assert told["versions"][0]["changes"] == [{"setting": "missing_limit", "from": 20, "to": 5}]
    refused = rollbook("feeds", "restore", "sis", "1", "--reason", " ")
    assert refused.code == 2 and kept()["missing_limit"] == 5
    trial = rollbook("feeds", "restore", "sis", "1", "--reason", "no", "--dry-run")
    assert "Preview only" in trial.out and kept()["missing_limit"] == 5
    assert rollbook("feeds", "restore", "sis", "1", "--reason", "no").code == 0
    assert kept()["missing_limit"] == 20
    again = rollbook("feeds", "restore", "sis", "1", "--reason", "no")
    assert "Nothing to change" in again.out
