"""The importer out of the built zip, under the client that runs it on AWS."""

import json
import os
import signal
import time
from contextlib import ExitStack
from datetime import datetime
from typing import Any
from urllib.parse import unquote, urlsplit

import boto3
import pytest
from psycopg import sql

from tests.doubles.aws_server import aws_on_loopback
from tests.doubles.lambda_runtime import Answered
from tests.integration.aws.conftest import STUDENTS, Deployed
from tests.integration.servers import PASSWORD

DUE = {"do": "due"}


def test_a_night_imports_and_the_next_event_finds_nothing_to_do(
    deployed_with_openssh: Deployed,
) -> None:
    night = deployed_with_openssh
    importer = night.start()
    answer = importer(DUE).did
    [run] = answer["did"]
    assert (answer["ok"], answer["next_attempt_at"]) == (True, None)
    assert (run["feed"], run["outcome"], run["attempt"]) == ("sis", "succeeded", 1)
    assert night.stored() == STUDENTS
    assert importer(DUE).did == {"ok": True, "did": [], "next_attempt_at": None}
    assert not night.database.execute("select from rollbook.procrastinate_jobs").fetchall()


def test_what_can_heal_is_promised_for_later_and_done_then(deployed: Deployed) -> None:
    importer = deployed.start()
    deployed.faults.cut_when_listed = True
    answer = importer(DUE).did
    [run] = answer["did"]
    assert (answer["ok"], run["outcome"], run["reason"]) == (True, "failed", "connection_lost")
    assert run["next_attempt_at"] == answer["next_attempt_at"]
    assert datetime.fromisoformat(answer["next_attempt_at"]).timestamp() > time.time()
    assert importer(DUE).did["next_attempt_at"] == answer["next_attempt_at"]  # too early
    deployed.faults.cut_when_listed = False
    deployed.next_attempt_comes()
    answer = importer(DUE).did
    [run] = answer["did"]
    assert (run["outcome"], run["attempt"], answer["next_attempt_at"]) == ("succeeded", 2, None)
    assert deployed.stored() == STUDENTS


def test_what_cannot_heal_is_told_at_once_and_the_next_file_is_taken_as_ever(
    deployed: Deployed,
) -> None:
    importer = deployed.start()
    deployed.served.joinpath("students.csv").write_text("neither,a,header\n1,2,3\n")
    answer = importer(DUE).did
    [run] = answer["did"]
    assert (answer["ok"], answer["next_attempt_at"]) == (False, None)
    assert (run["outcome"], run["next_attempt_at"]) == ("failed", None)
    deployed.write_students()
    job = _asked_for(deployed)
    answer = importer({"do": "run", "job": job}).did
    assert (answer["ok"], [run["job"] for run in answer["did"]]) == (True, [job])
    assert importer({"do": "run", "job": job}).did["did"] == []  # delivered twice


def test_two_events_at_once_import_once(deployed: Deployed) -> None:
    deployed.faults.delay = 0.5
    importers = [deployed.start(), deployed.start()]
    for importer in importers:
        importer.begin(DUE)
    answers = [importer.answer().did for importer in importers]
    assert all(answer["ok"] for answer in answers)
    outcomes = deployed.database.execute("select status from public.jobs").fetchall()
    assert outcomes == [("completed",)]
    assert deployed.stored() == STUDENTS


def test_an_import_that_the_limit_would_cut_ends_itself_and_is_promised_again(
    deployed: Deployed,
) -> None:
    deployed.faults.drip = 30.0
    job = _asked_for(deployed, attempts=4)
    importer = deployed.start()
    begun = time.monotonic()
    answer = importer({"do": "run", "job": job}, seconds=25).did
    assert time.monotonic() - begun < 25
    run = answer["did"][0]
    assert (run["job"], run["outcome"], run["reason"]) == (job, "failed", "interrupted")
    assert run["next_attempt_at"] is not None
    [(told,)] = deployed.database.execute(
        "select error_message from public.jobs where id = %s", [job]
    ).fetchall()
    assert "longer than the function" in told
    assert deployed.stored() == 0
    deployed.faults.drip = 0.0
    deployed.next_attempt_comes()
    assert importer(DUE).did["did"][0]["outcome"] == "succeeded"


def test_the_next_event_finds_what_was_killed(deployed: Deployed) -> None:
    deployed.faults.drip = 30.0
    killed = deployed.start()
    killed.begin(DUE)
    _until_running(deployed)
    killed.process.send_signal(signal.SIGKILL)  # as for want of memory
    killed.process.wait()
    deployed.faults.drip = 0.0
    importer = deployed.start()
    answer = importer(DUE).did
    [run] = answer["did"]
    assert (run["reason"], answer["ok"]) == ("interrupted", True)
    assert answer["next_attempt_at"] == run["next_attempt_at"] is not None
    deployed.next_attempt_comes()
    assert importer(DUE).did["did"][0]["outcome"] == "succeeded"
    assert deployed.stored() == STUDENTS


def test_a_connection_is_looked_at_step_by_step(deployed: Deployed) -> None:
    importer = deployed.start()
    listed = importer({"do": "list", "feed": "sis"}).did
    assert listed["ok"]
    assert listed["did"][-1]["step"] == "files"
    tested = importer({"do": "test", "feed": "sis"}).did
    assert [step["state"] for step in tested["did"]] == ["ok"] * 8
    wrong = importer({"do": "test", "feed": "nobody's"})
    assert wrong.error is not None
    assert wrong.error["errorType"] == "PermanentFailure"


def test_wrong_surroundings_are_told_in_one_sentence(deployed: Deployed) -> None:
    importer = deployed.start()
    for event in ("due", {"do": "drop"}, {"do": "run", "job": "1"}, {"do": "due", "feed": "x"}):
        told = importer(event)
        assert _reason_of_failure(told) == "event_unknown"
        assert told.error is not None
        assert told.error["errorType"] == "PermanentFailure"
    assert _reason_of_failure(importer({"do": "run", "job": 999})) == "no_such_job"
    deployed.database.execute("delete from rollbook.django_migrations where name like '0002%'")
    assert _reason_of_failure(importer(DUE)) == "tables_outdated"
    assert _reason_of_failure(deployed.start(DATABASE_URL="")(DUE)) == "setting_missing"
    assert deployed.database.execute("select from public.jobs").fetchall() == []


def _asked_for(deployed: Deployed, *, attempts: int = 1) -> int:
    """Have a person ask for the import; return its job."""
    from rollbook.records.models import Feed, Job
    from rollbook.records.operations.queueing import request_import

    job = request_import(Feed.objects.get(name="sis"), started_by="test", environ=os.environ)
    Job.objects.filter(pk=job).update(max_attempts=attempts)
    return job


def _until_running(deployed: Deployed) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        rows = deployed.database.execute(
            "select from rollbook.job_progress where phase = 'downloading'"
        ).fetchall()
        if rows:
            return
        time.sleep(0.1)
    raise AssertionError("no import has begun")


def test_credentials_that_others_renew_are_read_from_secrets(
    deployed: Deployed, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = urlsplit(deployed.url)
    user, first = database.username or "", unquote(database.password or "")
    nobody = database._replace(netloc=database.netloc.rpartition("@")[2]).geturl()
    with aws_on_loopback() as aws, ExitStack() as restored:
        for name, value in aws.items():
            monkeypatch.setenv(name, value)
        secrets = boto3.client("secretsmanager")
        importer = deployed.start(
            **aws,
            DATABASE_URL=nobody,
            ROLLBOOK_DATABASE_SECRET="rds!cluster-1",
            ROLLBOOK_SECRETS="aws",
        )
        assert _reason_of_failure(importer(DUE)) == "secret_not_found"
        secrets.create_secret(Name="rds!cluster-1", SecretString=json.dumps({"username": user}))
        assert _reason_of_failure(importer(DUE)) == "database_secret_lacks"
        _renew(secrets, user, first)
        run = importer(DUE).did["did"][0]
        assert (run["outcome"], run["reason"]) == ("failed", "secret_not_found")
        of_feed = {"password": PASSWORD, "host_key": deployed.host_key}
        secrets.create_secret(Name="rollbook/feed/sis", SecretString=json.dumps(of_feed))
        job = _asked_for(deployed)
        restored.callback(_set_password, deployed, user, first)
        _set_password(deployed, user, "another one")
        assert _reason_of_failure(importer(DUE)) == "database_sign_in_refused"
        _renew(secrets, user, "another one")
        assert importer({"do": "run", "job": job}).did["did"][0]["outcome"] == "succeeded"
    assert deployed.stored() == STUDENTS


def _reason_of_failure(answered: Answered) -> str:
    assert answered.error is not None, answered
    return str(answered.error["errorMessage"].rpartition("[")[2].rstrip("]"))


def _set_password(deployed: Deployed, user: str, password: str) -> None:
    words = sql.SQL("alter role {} password {}").format(sql.Identifier(user), sql.Literal(password))
    deployed.database.execute(words)


def _renew(secrets: Any, user: str, password: str) -> None:
    held = json.dumps({"username": user, "password": password, "port": 5432})
    secrets.put_secret_value(SecretId="rds!cluster-1", SecretString=held)
