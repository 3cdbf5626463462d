"""A file of feeds as a text: what is read of it, and what is refused with its place."""

from datetime import time

import pytest

from rollbook.core.feed_file import (
    CredentialInFeedFile,
    FeedFileRefused,
    read_feed_file,
    read_schedule,
    schedule_table,
    write_feed_file,
)
from rollbook.core.scheduling.schedule import Schedule, ScheduleRefused


def refused(text: str | bytes) -> FeedFileRefused:
    data = text.encode() if isinstance(text, str) else text
    with pytest.raises(FeedFileRefused) as found:
        read_feed_file(data)
    assert found.value.exit_code == 3
    return found.value


@pytest.mark.parametrize(
    ("text", "place", "word"),
    [
        ("feeds = 3\n", "version", "version = 1"),
        ("version = true\n", "version", "version = 1"),
        ('version = "1"\n', "version", "version = 1"),
        ("version = 0\n", "version", "version = 1"),
        ("version = 2\n", "version", "newer version"),
        ("version = 1\nfeeds = 3\n", "feeds", "table"),
        ("version = 1\n[[feeds]]\nname = 'a'\n", "feeds", "table"),
        ("version = 1\n[feed.sis]\n", "feed", "no such part"),
        ("version = 1\n[feeds]\nsis = 3\n", "feeds.sis", "table of settings"),
        ("version = 1\n[feeds.'a b']\n", "feeds.a b", "letters"),
        ("version = 1\n[feeds.'']\n", "feeds.", "letters"),
        ("version = 1\n[feeds.a]\n[feeds.a]\n", "line 3", "twice"),
        ("version = 1\n[feeds.a]\nport = 1\nport = 2\n", "line 4", ""),
        ("version = 1\n[feeds.a]\nport 22\n", "line 3", ""),
        ("version = 1\n[feeds.a]\nhost = 'x", "end of document", ""),
        ("version = " + "9" * 5000, "an unknown place", ""),
        ("version = 1\nx = " + "[" * 100_000, "an unknown place", ""),
        ("x" * 4_000_001, "its end", "4,000,000"),
    ],
)
def test_whatever_is_no_table_of_feeds_is_refused_with_its_place(
    text: str, place: str, word: str
) -> None:
    found = refused(text)
    assert place in str(found.details["place"]), found
    assert word in str(found)


def test_a_file_in_another_encoding_names_the_line() -> None:
    assert refused(b"version = 1\n[feeds.a]\nfolder = '\xe9'\n").details["place"] == "line 3"
    assert "line" in str(refused("version = 1\n".encode("utf-16")).details["place"])


@pytest.mark.parametrize(
    "setting",
    [
        "password",
        "passphrase",
        "private_key",
        "credentials",
        "secret",
        "webhook",
        "api_token",
        "key",
    ],
)
def test_a_credential_is_refused_and_never_repeated(setting: str) -> None:
    found = refused(f"version = 1\n[feeds.sis]\n{setting} = 'hunter2'\n")
    assert isinstance(found, CredentialInFeedFile)
    assert found.details["place"] == f"feeds.sis.{setting}"
    assert "hunter2" not in str(found)


def test_the_mark_of_windows_and_its_line_ends_are_read() -> None:
    assert read_feed_file(b"\xef\xbb\xbfversion = 1\r\n[feeds.sis]\r\nport = 22\r\n") == {
        "sis": {"port": 22}
    }


def test_settings_of_the_server_s_key_and_names_of_columns_are_no_credentials() -> None:
    table = {"host_key": "ssh-ed25519 AAAA", "headers": {"Password": "", "Token": ""}}
    assert read_feed_file(write_feed_file({"sis": table}).encode()) == {"sis": table}


def test_a_schedule_is_written_in_words_and_read_as_people_type_it() -> None:
    schedule = Schedule(
        zone="UTC", times=(time(2), time(14, 30)), days=frozenset({0, 4}), is_on=True
    )
    table = schedule_table(schedule)
    assert table == {
        "is_on": True,
        "times": ["02:00", "14:30"],
        "days": ["monday", "friday"],
        "pauses": [],
        "current_by": "",
        "rehearse_hours": 0,
    }
    assert Schedule.from_json(read_schedule(table) | {"zone": "UTC"}) == schedule
    typed = {"times": [time(2), "2:30 PM"], "days": "mon, fri", "is_on": True}
    assert Schedule.from_json(read_schedule(typed) | {"zone": "UTC"}) == schedule


def test_the_time_zone_is_not_a_feed_s() -> None:
    with pytest.raises(ScheduleRefused, match="district's"):
        read_schedule({"zone": "UTC"})


@pytest.mark.parametrize(
    "name", [".".join(["a"] * 100_000), "\n".join([".".join(["a"] * 2_000)] * 50), '."="' * 50_000]
)
def test_names_of_so_many_parts_that_reading_them_would_not_end_are_refused(name: str) -> None:
    """Beyond its limit the reader of TOML takes minutes, whatever the test's own time."""
    with pytest.raises(FeedFileRefused, match="no file of feeds looks like that"):
        read_feed_file(f"version = 1\na{name} = 1\n".encode())


def test_a_long_list_in_one_line_is_no_such_name() -> None:
    addresses = ", ".join(f'"a{number}@mail.example.org"' for number in range(2_000))
    data = f"version = 1\n[feeds.sis]\nrecipients = [{addresses}]\n".encode()
    assert len(read_feed_file(data)["sis"]["recipients"]) == 2_000
