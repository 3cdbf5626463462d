"""What a night needs is checked before the night, whatever is missing."""

import os
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.doubles.feeds import add_feed
from tests.doubles.ports import free_port
from tests.doubles.silent_proxy import silent_proxy
from tests.integration.cli.commands import CommandLine, Finished
from tests.integration.notify.smtp import mail_box
from tests.integration.servers import asyncssh_server

OF_DATABASE = {"pooler", "version", "rights", "key", "clock", "time_zone", "worker", "backup"}


def checks(done: Finished) -> dict[str, Any]:
    return {each["name"]: each for each in done.object["checks"]}


def with_environ(command: CommandLine, **settings: str) -> CommandLine:
    return replace(command, environ={**command.environ, **settings})


def test_a_newcomer_is_told_what_there_is_and_nothing_is_made(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    done = CommandLine(home)("doctor", "--json")
    found = checks(done)
    assert done.code == 1 and done.object["status"] == "failed"
    assert found["database"]["message"] == "There is no database yet."
    assert {found[name]["status"] for name in OF_DATABASE} == {"warning"}
    assert found["settings"]["status"] == found["disk"]["status"] == "ok"
    told = CommandLine(home)("doctor").out
    assert told.count("the database can't be used now") == 1
    assert (
        "Not checked: Database connections, Version, Database access, Encryption key, Clocks"
        in told
    )
    assert list(home.iterdir()) == []


def test_a_database_that_is_away_or_silent_is_told_in_bounded_time(rollbook: CommandLine) -> None:
    closed = with_environ(rollbook, DATABASE_URL=f"postgresql://x@127.0.0.1:{free_port()}/x")
    done = closed("doctor", "--json")
    assert (done.code, checks(done)["database"]["status"]) == (1, "failed")
    with silent_proxy("127.0.0.1", free_port()) as proxy:
        proxy.fall_silent()
        silent = with_environ(rollbook, DATABASE_URL=f"postgresql://x@127.0.0.1:{proxy.port}/x")
        begun = time.monotonic()
        assert "database" in checks(silent("doctor", "--json"))
        assert time.monotonic() - begun < 60


def test_wrong_settings_are_told_without_their_secrets(rollbook: CommandLine) -> None:
    wrong = with_environ(rollbook, ROLLBOOK_EMAIL_URL="gopher://u:hunter2@x")
    done = wrong("doctor", "--json")
    found = checks(done)
    assert (done.code, found["settings"]["status"], found["mail"]["status"]) == (
        1,
        "failed",
        "failed",
    )
    assert found["database"]["status"] == "ok"
    assert "hunter2" not in done.out + done.err


def test_the_key_the_rights_the_version_and_the_worker_are_looked_at(
    rollbook: CommandLine, records: str
) -> None:
    before = checks(rollbook("doctor", "--json"))
    assert before["key"]["status"] == before["rights"]["status"] == "ok"
    assert not (rollbook.home / "secret.key").exists()
    options = ("--host", "127.0.0.1", "--port", str(free_port()), "--user", "u", "--pattern", "*")
    assert rollbook("feeds", "add", "sis", *options, stdin="secret\n").code == 0
    other = with_environ(rollbook, ROLLBOOK_SECRET_KEY="B" * 43)
    assert checks(other("doctor", "--json"))["key"]["status"] == "failed"
    with psycopg.connect(records, autocommit=True) as connection:
        connection.execute("alter table public.students drop column ssid")
        connection.execute(
            "insert into rollbook.django_migrations (app, name, applied)"
            " values ('records', '9999_of_tomorrow', now())"
        )
    done = rollbook("doctor")
    assert done.code == 1
    assert "Version: The tables are from a newer version" in done.out
    assert "Database access: Some tables or rights" in done.out
    assert "Worker: No worker is running" in done.out
    assert "Feed sis: " in done.out
    for words in (("worker",), ("migrate",), ("jobs", "list"), ("serve", "--port", "1")):
        refused = rollbook(*words)
        assert (refused.code, "newer version of Rollbook" in refused.err) == (1, True), refused


def test_a_feed_is_tested_and_a_file_of_the_future_speaks_of_a_clock(
    rollbook: CommandLine, tmp_path: Path
) -> None:
    served = tmp_path / "served"
    served.mkdir()
    (served / "students.csv").write_text("Student ID\n")
    with asyncssh_server(served) as server:
        words = (*server.trusted_options, "--pattern", "*.csv", "--folder", "/")
        done = rollbook("feeds", "add", "sis", *words, stdin=f"{server.password}\n")
        assert done.code == 0, done
        feed = checks(rollbook("doctor", "--json"))["feed"]
        assert (feed["feed"], feed["status"]) == ("sis", "ok"), feed
        ahead = time.time() + 7300
        os.utime(served / "students.csv", (ahead, ahead))
        feed = checks(rollbook("doctor", "--json"))["feed"]
        assert feed["status"] == "warning"
        assert "2 hours in the future" in feed["message"]
        (served / "students.csv").unlink()
        assert checks(rollbook("doctor", "--json"))["feed"]["status"] == "warning"
    calling = with_environ(rollbook, ROLLBOOK_HEARTBEAT_URL="https://x.example/s siss=https://y")
    found = checks(calling("doctor", "--json"))
    assert found["heartbeat"]["status"] == "warning"
    assert "exist: siss." in found["heartbeat"]["message"]
    feed = found["feed"]
    assert feed["status"] == "failed"
    assert str(server.password) not in str(feed)


@pytest.mark.usefixtures("records")
def test_feeds_of_which_nobody_is_told_are_named_and_mutes_are_told(rollbook: CommandLine) -> None:
    from rollbook.doctor.messages import recipients

    add_feed("own", host="127.0.0.1", schedule={"is_on": True}, recipients=["a@example.org"])
    found = recipients()
    assert (found.state, found.message) == ("ok", "1 person gets email when an import fails.")
    add_feed("sis", host="127.0.0.1", schedule={"is_on": True})
    found = recipients()
    assert found.state == "warning"
    assert found.message == "No one gets an email when an import of sis fails."
    assert rollbook("settings", "set", "import.problem_emails", "b@example.org").code == 0
    assert rollbook("feeds", "mute", "own", "--days", "3").code == 0
    found = recipients()
    assert found.state == "ok"
    assert found.message == (
        "2 people get email when an import fails. Muted for now, except for missed nights: own."
    )


def test_a_test_mail_is_sent_where_it_is_asked_for(rollbook: CommandLine) -> None:
    with mail_box() as box:
        mailing = with_environ(rollbook, ROLLBOOK_EMAIL_URL=f"smtp://127.0.0.1:{box.port}")
        assert checks(mailing("doctor", "--json"))["mail"]["status"] == "ok"
        assert box.mails == []
        done = mailing("doctor", "--json", "--send-test-email")
        assert (done.code, checks(done)["mail"]["status"]) == (1, "failed")  # no recipient
        assert mailing("settings", "set", "import.notification_emails", "a@example.org").code == 0
        done = mailing("doctor", "--json", "--send-test-email")
        assert (checks(done)["mail"]["status"], checks(done)["recipients"]["status"]) == (
            "ok",
            "ok",
        )
        assert box.recipients == [["a@example.org"]]
        box.answers["MAIL"] = "550 Ada Lovelace is not welcome"
        done = mailing("doctor", "--json", "--send-test-email")
        assert (done.code, "Lovelace" in done.out) == (1, False)


@pytest.mark.usefixtures("records")
def test_a_clock_that_is_off_is_told_by_how_much(monkeypatch: pytest.MonkeyPatch) -> None:
    from datetime import timedelta

    from rollbook.doctor import installation

    assert installation.clock().state == "ok"
    for off, state, told in (
        (timedelta(minutes=3), "warning", "3 minutes ahead of"),
        (-timedelta(hours=5), "failed", "5 hours behind"),
    ):
        monkeypatch.setattr(installation, "clock_difference", lambda off=off: off)
        found = installation.clock()
        assert (found.state, told in found.message) == (state, True)


@pytest.mark.usefixtures("records")
def test_a_check_that_waits_at_the_database_is_ended_and_the_next_one_is_made() -> None:
    from django.db import connection, connections

    from rollbook.doctor.carry_out import carry_out
    from rollbook.doctor.finding import Check, Finding, State
    from rollbook.records.database import translated

    @translated()
    def ask(seconds: int) -> Finding:
        with connection.cursor() as cursor:
            cursor.execute("select pg_sleep(%s)", [seconds])
        return Finding("asked", State.OK, "It answers.")

    checks = [Check("slow", lambda: ask(600), within=0.5), Check("next", lambda: ask(0))]
    found = [*carry_out([checks], close=connections.close_all)]
    assert [each.state for each in found] == [State.FAILED, State.OK]
