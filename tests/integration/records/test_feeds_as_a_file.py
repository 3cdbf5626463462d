"""Feeds as a file: out and in again to the letter, and nothing of a file that is wrong."""

import os
import string
from typing import Any

import asyncssh
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rollbook.core.feed_file import FeedFileRefused, read_feed_file, write_feed_file

KEY = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode().strip()
ONE_LINE = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=50)
WORD = st.text(string.ascii_letters + string.digits + "-_.", min_size=1, max_size=30)
NAME = st.text(st.characters(categories=("Ll", "Lu", "Nd")), min_size=1, max_size=20)
PERCENT = st.integers(0, 100)
DAY = st.dates().map(str)


@st.composite
def pauses(draw: st.DrawFn) -> list[dict[str, str]]:
    days = draw(st.lists(DAY, max_size=3))
    return [{"first": day, "last": day, "reason": draw(ONE_LINE)} for day in days]


SCHEDULE = st.fixed_dictionaries(
    {"is_on": st.booleans()},
    optional={
        "times": st.lists(
            st.times().map(lambda each: each.isoformat("minutes")),
            min_size=1,
            unique=True,
            max_size=5,
        ),
        "days": st.lists(st.sampled_from(["monday", "tuesday", "sunday"]), min_size=1, unique=True),
        "pauses": pauses(),
    },
)
FEED = st.fixed_dictionaries(
    {"host": WORD, "username": WORD, "pattern": WORD},
    optional={
        "port": st.integers(1, 65535),
        "folder": ONE_LINE,
        "host_key": st.sampled_from(["", KEY]),
        "legacy_algorithms": st.lists(st.sampled_from(["ssh-rsa"]), unique=True),
        "is_roster": st.booleans(),
        "sign_in_seconds": st.integers(5, 60),
        "required": st.lists(st.sampled_from(["student_id", "ssid"]), min_size=1, unique=True),
        "worksheet": ONE_LINE,
        "encoding": st.sampled_from(["auto", "cp850"]),
        "files": st.sampled_from(["newest", "all"]),
        "half_days": st.sampled_from(["refuse", "nearest"]),
        "leading_zeros": st.booleans(),
        "rejected_limit": PERCENT,
        "missing_limit": PERCENT,
        "unchanged_for": st.integers(0, 3600),
        "recipients": st.lists(st.sampled_from(["a@example.org", "b@example.org"]), unique=True),
        "after_import": st.just("rename"),
        "headers": st.dictionaries(
            st.sampled_from(['Days "away"', "Ünïcode\\", "[x]"]), st.just(""), max_size=3
        ),
        "values": st.fixed_dictionaries(
            {}, optional={"grade": st.just({"Kinder": "K", "é'\"": ""})}
        ),
        "blank_markers": st.lists(st.sampled_from(["n/k", "?", "#"]), unique=True),
        "schedule": SCHEDULE,
    },
)


def written(tables: Any, *, dry_run: bool = False) -> Any:
    from rollbook.records.operations.feed_settings import import_feeds

    return import_feeds(tables, dry_run=dry_run, environ=os.environ, actor="ada")


def exported() -> str:
    from rollbook.records.queries.feed_columns import feeds_as_tables

    return write_feed_file(feeds_as_tables())


def emptied() -> None:
    from rollbook.records.models import Feed

    Feed.objects.exclude(host="").delete()


def events() -> int:
    from rollbook.records.models import AuditEvent

    return AuditEvent.objects.count()


def test_what_is_exported_imports_into_an_empty_installation_and_exports_the_same_bytes(
    records: str,
) -> None:
    @settings(max_examples=40)
    @given(tables=st.dictionaries(NAME, FEED, max_size=4))
    def holds(tables: Any) -> None:
        emptied()
        written(read_feed_file(write_feed_file(tables).encode()))
        first = exported()
        before = events()
        again = written(read_feed_file(first.encode()))
        assert {each.action for each in again} == {"unchanged"}
        assert events() == before
        emptied()
        written(read_feed_file(first.encode()))
        assert exported() == first

    holds()


SIS = {"host": "sftp.example.org", "username": "district", "pattern": "*.csv"}


def test_a_trial_tells_each_change_and_makes_none(records: str) -> None:
    written({"sis": SIS})
    before, count = exported(), events()
    (told,) = written({"sis": {"missing_limit": 30, "schedule": {"days": "mon-fri"}}}, dry_run=True)
    assert told.action == "changed"
    assert next((one.setting, one.before, one.after) for one in told.changes) == (
        "missing_limit",
        20,
        30,
    )
    assert told.changes[1].after["days"] == ["monday", "tuesday", "wednesday", "thursday", "friday"]
    assert (exported(), events()) == (before, count)


def test_each_feed_has_one_event_with_the_person_and_only_what_changed(records: str) -> None:
    from rollbook.records.models import AuditEvent

    written({"a": SIS, "b": SIS})
    written({"a": {"folder": "x"}, "b": {"folder": ""}})
    found = [(each.actor, each.action, each.subject) for each in AuditEvent.objects.order_by("id")]
    assert found == [
        ("ada", "feed.added", "a"),
        ("ada", "feed.added", "b"),
        ("ada", "feed.changed", "a"),
    ]
    changed = AuditEvent.objects.get(action="feed.changed")
    assert (changed.before, changed.after) == ({"folder": ""}, {"folder": "x"})


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"missing_limit": 101}, "missing_limit"),
    ({"missing_limit": "20"}, "missing_limit"),
    ({"missing_limit": True}, "missing_limit"),
    ({"missing_limit": 20.0}, "missing_limit"),
    ({"port": 0}, "port"),
    ({"port": 2**70}, "port"),
    ({"unchanged_for": 3601}, "unchanged_for"),
    ({"leading_zeros": 1}, "leading_zeros"),
    ({"host": "sftp://example.org"}, "host"),
    ({"host": ""}, "host"),
    ({"host": "x" * 256}, "host"),
    ({"folder": "a\0b"}, "folder"),
    ({"recipients": "a@example.org"}, "recipients"),
    ({"recipients": ["nobody"]}, "recipients"),
    ({"encoding": "ebcdic"}, "encoding"),
    ({"required": []}, "required"),
    ({"host_key": "ssh-rsa nonsense"}, "host_key"),
    ({"legacy_algorithms": ["rot13"]}, "legacy_algorithms"),
    ({"after_import": "move"}, "after_import_folder"),
    ({"hedaers": {}}, "hedaers"),
    ({"webhook_salt": "x"}, "webhook_salt"),
    ({"id": 3}, "id"),
    ({"headers": {"Days": "no_such_field"}}, "headers"),
    ({"headers": {"Days": 3}}, "headers"),
    ({"headers": []}, "headers"),
    ({"headers": {"Days away": "", "days_AWAY": ""}}, "headers"),
    ({"values": {"grade": {"Kinder": "13"}}}, "values"),
    ({"values": {"grade": "K"}}, "values"),
    ({"values": {"first_name": {"a": "b"}}}, "values"),
    ({"blank_markers": ["0"]}, "blank_markers"),
    ({"schedule": {"times": ["2:61 AM"]}}, "schedule.times"),
    ({"schedule": {"times": []}}, "schedule.times"),
    ({"schedule": {"days": ["someday"]}}, "schedule.days"),
    ({"schedule": {"is_on": "yes"}}, "schedule.is_on"),
    ({"schedule": {"at": "2:00"}}, "schedule.at"),
    ({"schedule": {"zone": "UTC"}}, "schedule.zone"),
    ({"schedule": []}, "schedule"),
    (
        {"schedule": {"pauses": [{"first": "2026-02-30", "last": "2026-03-01"}]}},
        "schedule.pauses",
    ),
]


def test_one_wrong_value_names_its_place_and_leaves_every_feed_as_it_was(records: str) -> None:
    written({"b": SIS})
    before, count = exported(), events()
    for table, place in WRONG:
        with pytest.raises(FeedFileRefused) as refused:
            written({"a": SIS, "b": table, "c": SIS})
        assert refused.value.details["place"] == f"feeds.b.{place}", str(refused.value)
        assert (exported(), events()) == (before, count), place


def test_what_is_wrong_is_told_in_few_words_however_long_a_value_is(records: str) -> None:
    long = "a" * 500_000
    for table in (
        {"headers": {"Days Absent": long}},
        {"values": {"grade": {"x": long}}},
        {"schedule": {"times": [long]}},
        {"schedule": {long: 1}},
    ):
        with pytest.raises(FeedFileRefused) as refused:
            written({"b": SIS | table})
        assert len(str(refused.value)) < 3_000


def test_a_new_feed_without_a_server_is_refused_and_the_feed_by_hand_takes_none(
    records: str,
) -> None:
    from rollbook.records.models import Feed

    with pytest.raises(FeedFileRefused, match="lacks username, pattern"):
        written({"new": {"host": "sftp.example.org"}})
    by_hand = Feed.objects.get(host="").name
    for table in ({"host": "sftp.example.org"}, {"schedule": {"is_on": True}}):
        with pytest.raises(FeedFileRefused, match="by hand"):
            written({by_hand: table})
    (told,) = written({by_hand: {"missing_limit": 7}})
    assert told.action == "changed"


def test_the_servers_key_is_trusted_as_one_that_was_typed(records: str) -> None:
    from rollbook.records.operations.secrets import secret_store

    written({"sis": SIS | {"host_key": KEY}})
    assert secret_store(os.environ).get("feed/sis") == {"host_key": KEY}
    written({"sis": {"host": "other.example.org"}})
    assert secret_store(os.environ).get("feed/sis") == {}
    written({"sis": {"host": "third.example.org", "host_key": KEY}})
    assert written({"sis": {"host_key": KEY}})[0].action == "unchanged"
    assert secret_store(os.environ).get("feed/sis") == {"host_key": KEY}


def test_every_setting_of_a_feed_is_in_the_file_but_the_address_that_may_be_a_secret(
    records: str,
) -> None:
    from rollbook.records.queries.feed_columns import SETTINGS, feeds_as_tables

    written({"sis": SIS})
    assert set(feeds_as_tables(["sis"])["sis"]) == set(SETTINGS) - {"webhook"}
