"""`rollbook feeds` and `run`: set up, test layer by layer, confirm the key, fetch, and go wrong."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import asyncssh
import psycopg
import pytest

from tests.integration.cli.commands import CommandLine, Stored, student, write_csv
from tests.integration.servers import (
    PASSWORD,
    Faults,
    RunningServer,
    asyncssh_server,
    openssh_server,
)


@pytest.fixture
def served(tmp_path: Path) -> Path:
    folder = tmp_path / "served"
    folder.mkdir()
    file = write_csv(folder / "student_data_1.csv", *(student(n) for n in range(1, 11)))
    old = time.time() - 3600
    os.utime(file, (old, old))
    return folder


@pytest.fixture
def sftp(served: Path) -> Iterator[RunningServer]:
    with openssh_server(served) as running:
        yield running


@pytest.fixture
def feed(rollbook: CommandLine, sftp: RunningServer, served: Path, tmp_path: Path) -> str:
    key = tmp_path / "key"
    key.write_text(sftp.private_key or "")
    done = rollbook(
        "feeds",
        "add",
        "sis",
        *sftp.options,
        "--key-file",
        key,
        "--folder",
        served,
        "--pattern",
        "student_data_*.csv",
        stdin="\n",
    )
    assert done.code == 0, done
    return "sis"


def test_the_first_test_shows_the_fingerprint_and_pins_it_when_confirmed(
    rollbook: CommandLine, feed: str
) -> None:
    refused = rollbook.json("run", feed, code=4)
    assert refused["reason"] == "host_key_unknown"
    declined = rollbook("feeds", "test", feed, stdin="n\n")
    assert declined.code == 1
    assert "SHA256:" in declined.out
    confirmed = rollbook("feeds", "test", feed, stdin="y\n")
    assert confirmed.code == 0, confirmed
    assert "9 of 9 columns are known" in confirmed.out
    assert rollbook.json("run", feed)["counts"]["inserted"] == 10
    assert "confirmed" in rollbook("feeds", "list").out


def test_a_fingerprint_that_was_given_beforehand_must_be_the_servers(
    rollbook: CommandLine, feed: str
) -> None:
    wrong = rollbook("feeds", "test", feed, "--accept", "SHA256:somebodyelse")
    assert wrong.code == 4
    assert rollbook.json("run", feed, code=4)["reason"] == "host_key_unknown"


def test_no_matching_file_is_something_else_than_a_server_that_cannot_be_reached(
    rollbook: CommandLine, feed: str, served: Path
) -> None:
    assert rollbook("feeds", "test", feed, stdin="y\n").code == 0
    (served / "student_data_1.csv").rename(served / "other.csv")
    assert rollbook.json("run", feed, code=4)["reason"] == "file_not_found"
    assert rollbook("feeds", "set", feed, "--port", "1").code == 0
    assert rollbook.json("run", feed, code=4)["reason"] in (
        "connection_refused",
        "host_key_unknown",
    )


def test_changing_the_host_forgets_the_pinned_key(rollbook: CommandLine, feed: str) -> None:
    assert rollbook("feeds", "test", feed, stdin="y\n").code == 0
    assert rollbook("feeds", "set", feed, "--host", "localhost").code == 0
    assert rollbook.json("run", feed, code=4)["reason"] == "host_key_unknown"


def test_a_removed_feed_is_gone_and_its_name_free(rollbook: CommandLine, feed: str) -> None:
    assert rollbook("feeds", "remove", feed, "--yes").code == 0
    assert rollbook("run", feed).code == 2
    assert "sis" not in rollbook("feeds", "list").out


@pytest.mark.parametrize(
    ("option", "value", "word"),
    [
        ("--host", "sftp://example.org", "server's name"),
        ("--blanks", "forget", "keep, clear"),
        ("--requires", "name", "student_id"),
        ("--legacy", "rot13", "ssh-rsa"),
    ],
)
def test_a_wrong_setting_is_refused_with_what_is_allowed(
    rollbook: CommandLine, feed: str, option: str, value: str, word: str
) -> None:
    done = rollbook("feeds", "set", feed, option, value)
    assert done.code == 2
    assert word in done.err


def test_a_feed_that_needs_only_the_student_id_takes_a_file_without_ssid(
    rollbook: CommandLine, tmp_path: Path
) -> None:
    rollbook.json("import", write_csv(tmp_path / "roster.csv", student(1), student(2)))
    scores = tmp_path / "scores.csv"
    scores.write_text("Student ID,Fall 2025 i-Ready Math Overall Score\n0000001,480\n0000002,512\n")
    assert rollbook.json("import", scores, code=3)["reason"] == "missing_columns"
    done = rollbook("feeds", "set", "files", "--requires", "student_id")
    assert done.code == 0, done
    assert rollbook.json("import", scores)["counts"]["updated"] == 2


def test_a_term_adds_its_columns_once_and_its_headers_are_known(
    rollbook: CommandLine, tmp_path: Path
) -> None:
    header = "Student ID,SSID,Winter 2026 DIBELS LNF Score"
    file = write_csv(tmp_path / "a.csv", "0000001,9000000001,33", header=header)
    first = rollbook.json("import", file)
    assert first["issues"]["by_code"] == {"UNKNOWN_TERM": 1}
    added = rollbook("terms", "add", "winter 2026", "--from", "2026-01-05", "--to", "2026-02-20")
    assert "18 columns" in added.out
    assert "nothing was changed" in rollbook("terms", "add", "Winter 2026").out
    later = rollbook("terms", "add", "Winter 2026", "--to", "2026-02-27")
    assert "already exists; its last day is now Feb 27, 2026." in later.out
    moved = rollbook("terms", "add", "Winter 2026", "--from", "1/6/2026", "--to", "2/20/2026")
    assert "its first day is now Jan 6, 2026 and its last day is now Feb 20, 2026." in moved.out
    again = rollbook.json("import", file)  # not "unchanged": the terms are others now
    assert again["counts"]["updated"] == 1
    assert "Winter 2026" in rollbook("terms", "list").out
    assert rollbook("terms", "add", "Sometime").code == 2


def test_recipients_are_kept_and_a_wrong_address_is_refused(rollbook: CommandLine) -> None:
    add = ("feeds", "add", "sis", "--host", "sftp.example.org", "--user", "x", "--pattern", "*.csv")
    wrong = rollbook(*add, "--recipients", "ada@example.org, nobody", stdin="secret\n")
    assert wrong.code == 2
    assert "“nobody” isn't an email address" in wrong.err
    assert rollbook(*add, "--recipients", "ada@example.org,b@c.org", stdin="secret\n").code == 0
    with psycopg.connect(rollbook.environ["DATABASE_URL"]) as connection:
        row = connection.execute("select recipients from rollbook.feeds where name = 'sis'")
        assert row.fetchone() == (["ada@example.org", "b@c.org"],)


def test_with_a_key_that_rollbook_made_only_its_public_half_leaves(
    rollbook: CommandLine, sftp: RunningServer, served: Path, stored: Stored
) -> None:
    done = rollbook(
        "feeds",
        "add",
        "own",
        *sftp.trusted_options,
        "--make-key",
        "--folder",
        served,
        "--pattern",
        "*.csv",
    )
    assert done.code == 0, done
    line = rollbook("feeds", "key", "own").out.strip()
    assert line in done.out
    assert line.startswith("ssh-ed25519 ")
    assert line.endswith(" rollbook-own")
    refused = rollbook.json("run", "own", code=4)
    assert refused["reason"] == "bad_credentials"
    assert sftp.authorized_keys is not None
    sftp.authorized_keys.write_text(f"{line}\n")
    assert rollbook.json("run", "own")["counts"]["inserted"] == 10
    assert "PRIVATE KEY" not in done.out + done.err + str(stored("select * from rollbook.secrets"))


def test_a_feed_without_such_a_key_says_how_to_make_one(rollbook: CommandLine, feed: str) -> None:
    done = rollbook("feeds", "key", feed)
    assert (done.code, "--make-key" in done.err) == (2, True)


def test_a_server_that_wants_a_key_and_a_password_gets_both(
    rollbook: CommandLine, served: Path, tmp_path: Path
) -> None:
    pair = asyncssh.generate_private_key("ssh-ed25519")
    key = tmp_path / "key"
    pair.write_private_key(key)
    faults = Faults(factors=("key", "password"), user_key=pair)
    with asyncssh_server(served, faults=faults) as server:
        add: tuple[str | Path, ...] = (
            "feeds",
            "add",
            "both",
            *server.trusted_options,
            "--key-file",
            key,
            "--pattern",
            "*.csv",
        )
        assert rollbook(*add, stdin="\n").code == 0
        assert rollbook.json("run", "both", code=4)["reason"] == "password_wanted_too"
        assert rollbook("feeds", "set", "both", "--also-password", stdin="wrong\n").code == 0
        assert rollbook.json("run", "both", code=4)["reason"] == "bad_credentials"
        assert rollbook("feeds", "set", "both", "--password", stdin=f"{PASSWORD}\n").code == 0
        assert rollbook("keys", "rotate").code == 0
        assert rollbook.json("run", "both")["counts"]["inserted"] == 10


def test_a_key_of_putty_is_kept_as_one_of_openssh_and_a_wrong_passphrase_said_at_once(
    rollbook: CommandLine, feed: str
) -> None:
    key = Path(__file__).parents[2] / "doubles" / "putty_keys" / "ed25519.v3.enc.ppk"
    wrong = rollbook("feeds", "set", feed, "--key-file", key, stdin="wrong\n")
    assert (wrong.code, "the passphrase is wrong" in wrong.err) == (4, True)
    assert rollbook("feeds", "set", feed, "--key-file", key, stdin="opensesame\n").code == 0


def test_the_seconds_for_a_sign_in_are_within_bounds(rollbook: CommandLine, feed: str) -> None:
    assert rollbook("feeds", "set", feed, "--sign-in-seconds", "30").code == 0
    assert rollbook("feeds", "set", feed, "--sign-in-seconds", "3").code == 2
