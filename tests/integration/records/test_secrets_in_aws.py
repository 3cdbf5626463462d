"""A feed whose credentials are in AWS: set up, rotated, run, moved and removed."""

import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import psycopg
import pytest

from rollbook.core.events import ignore
from rollbook.core.secrets.aws_errors import SecretMissing
from rollbook.core.sources.sign_in_errors import BadCredentials, HostKeyChanged, HostKeyUnknown
from tests.doubles.aws import REGION, secrets_manager
from tests.integration.cli.commands import CommandLine, student, write_csv
from tests.integration.servers import Faults, RunningServer, asyncssh_server

OTHER_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g"
NAME = "rollbook/feed/nightly"


@pytest.fixture
def aws(records: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    from rollbook.records.operations.secrets import aws_store

    aws_store.cache_clear()
    with secrets_manager(monkeypatch) as client:
        yield client
    aws_store.cache_clear()


@pytest.fixture
def environ(aws: Any, rollbook: CommandLine) -> Mapping[str, str]:
    return {
        "ROLLBOOK_HOME": str(rollbook.home),
        "ROLLBOOK_SECRETS": "aws",
        "AWS_REGION": REGION,
    }


@pytest.fixture
def faults() -> Faults:
    return Faults()


@pytest.fixture
def sftp(tmp_path: Path, faults: Faults) -> Iterator[RunningServer]:
    folder = tmp_path / "served"
    folder.mkdir()
    write_csv(folder / "student_data_1.csv", *(student(n) for n in range(1, 11)))
    with asyncssh_server(folder, faults=faults) as running:
        yield running


def add(
    sftp: RunningServer, environ: Mapping[str, str], *, password: str | None, host_key: str
) -> Any:
    from rollbook.records.operations.feeds import add_feed

    return add_feed(
        "nightly",
        settings={
            "host": sftp.host,
            "port": sftp.port,
            "username": sftp.user,
            "pattern": "student_data_*.csv",
            "host_key": host_key,
        },
        secret={"password": password or ""},
        environ=environ,
        actor="a test",
    )


def kept(aws: Any) -> dict[str, str]:
    found: dict[str, str] = json.loads(aws.get_secret_value(SecretId=NAME)["SecretString"])
    return found


def fetch(feed: Any, environ: Mapping[str, str]) -> int:
    from rollbook.records.sources import source_of

    return source_of(feed, environ).fetch(io.BytesIO(), listener=ignore).size


def run(feed: Any, environ: Mapping[str, str]) -> Any:
    from rollbook.automation.imports import run_import
    from rollbook.records.sources import source_of

    return run_import(
        feed, source_of(feed, environ), dry_run=False, force=True, listener=ignore, environ=environ
    )


def test_a_password_rotated_in_aws_is_used_in_the_same_run(
    aws: Any, environ: Mapping[str, str], sftp: RunningServer, faults: Faults
) -> None:
    from rollbook.records.queries.jobs import job_events

    feed = add(sftp, environ, password="the old one", host_key=sftp.host_key)
    assert kept(aws) == {"password": "the old one", "host_key": sftp.host_key}
    refused = run(feed, environ)
    assert refused.report.reason == "bad_credentials"
    assert faults.seen == ["password"], "the same password is not tried a second time"
    # It is rotated in AWS while this process remembers the old one.
    rotated = {"password": sftp.password, "host_key": sftp.host_key}
    aws.put_secret_value(SecretId=NAME, SecretString=json.dumps(rotated))
    ran = run(feed, environ)
    assert ran.exit_code == 0, ran
    assert ran.report.counts.inserted == 10
    assert faults.seen == ["password"] * 4  # the look before saving signs in again
    log = " ".join(event.message for event in job_events(ran.job))
    assert "other credentials now" in log
    assert str(sftp.password) not in log and "the old one" not in log


def test_a_second_refusal_is_the_end(
    aws: Any, environ: Mapping[str, str], sftp: RunningServer, faults: Faults
) -> None:
    feed = add(sftp, environ, password="old", host_key=sftp.host_key)
    with pytest.raises(BadCredentials):
        fetch(feed, environ)
    aws.put_secret_value(SecretId=NAME, SecretString=json.dumps(kept(aws) | {"password": "no"}))
    with pytest.raises(BadCredentials):
        fetch(feed, environ)
    assert len(faults.seen) == 3


def test_a_host_key_confirmed_by_another_process_is_used_in_the_same_run(
    aws: Any, environ: Mapping[str, str], sftp: RunningServer
) -> None:
    feed = add(sftp, environ, password=sftp.password, host_key="")
    with pytest.raises(HostKeyUnknown):
        fetch(feed, environ)
    secret = kept(aws) | {"host_key": sftp.host_key}
    aws.put_secret_value(SecretId=NAME, SecretString=json.dumps(secret))
    assert fetch(feed, environ) > 0


def test_the_pinned_key_is_beside_the_credentials_and_counts_before_the_row(
    aws: Any, environ: Mapping[str, str], sftp: RunningServer, faults: Faults
) -> None:
    from rollbook.records.models import Feed
    from rollbook.records.operations.feeds import change_feed, pin_host_key

    add(sftp, environ, password=sftp.password, host_key="")
    pin_host_key("nightly", OTHER_KEY, environ=environ, actor="a test")
    assert kept(aws)["host_key"] == OTHER_KEY
    # An attacker who can only write to the database does not get the password.
    Feed.objects.filter(name="nightly").update(host_key=sftp.host_key)
    with pytest.raises(HostKeyChanged):
        fetch(Feed.objects.get(name="nightly"), environ)
    assert faults.seen == []
    change_feed("nightly", settings={}, secret={"password": "x"}, environ=environ, actor="a test")
    assert kept(aws) == {"password": "x", "host_key": OTHER_KEY}


def test_a_new_host_forgets_the_key_in_the_secret_too(
    aws: Any, environ: Mapping[str, str], sftp: RunningServer
) -> None:
    from rollbook.records.operations.feeds import change_feed

    add(sftp, environ, password="x", host_key=OTHER_KEY)
    change_feed(
        "nightly", settings={"host": "localhost"}, secret=None, environ=environ, actor="a test"
    )
    assert kept(aws) == {"password": "x"}


def test_a_removed_feed_loses_its_secret_and_can_be_added_again(
    aws: Any, environ: Mapping[str, str], sftp: RunningServer
) -> None:
    from rollbook.records.operations.feeds import remove_feed

    first = add(sftp, environ, password="old", host_key=OTHER_KEY)
    remove_feed("nightly", environ=environ, actor="a test")
    with pytest.raises(SecretMissing):
        fetch(first, environ)
    second = add(sftp, environ, password=sftp.password, host_key=sftp.host_key)
    assert kept(aws) == {"password": sftp.password, "host_key": sftp.host_key}
    assert fetch(second, environ) > 0


def test_a_secret_that_is_gone_ends_the_job_with_its_reason(
    aws: Any, environ: Mapping[str, str], sftp: RunningServer
) -> None:
    feed = add(sftp, environ, password="x", host_key=sftp.host_key)
    aws.delete_secret(SecretId=NAME)
    ran = run(feed, environ)
    assert (ran.report.status, ran.report.reason) == ("failed", "secret_not_found")
    assert NAME in str(ran.report.message)


def test_nothing_is_changed_where_aws_refuses(
    aws: Any, environ: Mapping[str, str], sftp: RunningServer, records: str
) -> None:
    from rollbook.core.secrets.aws_errors import AwsNotConfigured
    from rollbook.records.models import AuditEvent, Feed

    nowhere = {**environ, "AWS_REGION": ""}
    with pytest.raises(AwsNotConfigured):
        add(sftp, nowhere, password="x", host_key="")
    assert not Feed.objects.filter(name="nightly").exists()
    assert not AuditEvent.objects.exists()


def test_no_credential_is_in_the_database(
    aws: Any, environ: Mapping[str, str], sftp: RunningServer, records: str
) -> None:
    from rollbook.records.models import AuditEvent, SecretBlob

    add(sftp, environ, password="correct horse", host_key="")
    assert not SecretBlob.objects.exists()
    assert "correct" not in str(list(AuditEvent.objects.values()))
    with psycopg.connect(records) as connection:
        row = connection.execute("select feeds::text from rollbook.feeds feeds").fetchall()
    assert "correct" not in str(row)


# Typer asks click for something that click 9 will not have; child processes do not show that.
@pytest.mark.filterwarnings("ignore:'click.utils.get_:DeprecationWarning")
def test_the_command_line_does_not_know_the_difference(
    aws: Any,
    environ: Mapping[str, str],
    sftp: RunningServer,
    records: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    from rollbook.cli import main

    for name, value in {**environ, "DATABASE_URL": records}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{sftp.password}\ny\n"))
    added = main.run(["feeds", "add", "nightly", *sftp.options, "--pattern", "student_data_*.csv"])
    assert added == 0
    assert main.run(["feeds", "test", "nightly"]) == 0
    assert kept(aws) == {"password": sftp.password, "host_key": sftp.host_key}
    assert main.run(["run", "nightly"]) == 0
    assert main.run(["feeds", "remove", "nightly", "--yes"]) == 0
    assert "DeletedDate" in aws.describe_secret(SecretId=NAME)
    shown = capsys.readouterr()
    assert (sftp.password or "?") not in shown.out + shown.err
