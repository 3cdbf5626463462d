"""Nights of the built zip over the RDS Data API, with a file of a real SFTP server."""

import os
import signal
import time
from collections.abc import Iterator

import pytest

from tests.doubles.data_api import IDLE, DataApi, data_api
from tests.doubles.lambda_runtime import Function
from tests.integration.aws.conftest import STUDENTS, Deployed

DUE = {"do": "due"}


@pytest.fixture
def api(deployed_with_openssh: Deployed) -> Iterator[DataApi]:
    with data_api(deployed_with_openssh.url) as served:
        yield served


@pytest.fixture
def night(deployed_with_openssh: Deployed) -> Deployed:
    return deployed_with_openssh


def importer(night: Deployed, api: DataApi) -> Function:
    return night.start(**api.environ, DATABASE_URL=api.address)


def outcomes(function: Function, event: object = DUE) -> list[str]:
    answer = function(event).did
    assert answer["next_attempt_at"] is None
    return [run["outcome"] for run in answer["did"]]


def test_a_night_imports_finds_nothing_new_and_applies_what_was_held(
    night: Deployed, api: DataApi
) -> None:
    from rollbook.records.operations.decisions import approve_import

    function = importer(night, api)
    assert outcomes(function) == ["succeeded"]
    assert night.stored() == STUDENTS
    assert outcomes(function) == []
    night.a_day_passes()
    assert outcomes(function) == ["no_new_file"]
    night.a_day_passes()
    night.write_students(STUDENTS // 10, absences=5)
    assert outcomes(function) == ["needs_review"]
    changed = "select count(*) from public.student_data_snapshots where absences_ytd = 5"
    assert night.database.execute(changed).fetchall() == [(0,)]
    [(held,)] = night.database.execute("select max(id) from public.jobs").fetchall()
    approve_import(held, actor="test", reason="It is so.", is_queued=True)
    assert outcomes(function, {"do": "run", "job": held}) == ["succeeded"]
    assert night.database.execute(changed).fetchall() == [(STUDENTS // 10,)]
    assert not api.transactions


@pytest.mark.long  # the same without the zip is in the gate: tests/integration/data_api
def test_a_night_that_is_killed_in_the_middle_stores_nothing_and_is_made_up(
    night: Deployed, api: DataApi
) -> None:
    killed = importer(night, api)
    api.on_statement = lambda sql: kill_at(sql, killed)
    killed.begin(DUE)
    killed.process.wait(timeout=60)
    api.on_statement = lambda sql: None
    function = importer(night, api)
    answer = function(DUE).did
    assert answer["did"] == [], "its transactions are still kept by AWS"
    api.clock = lambda: time.monotonic() + IDLE + 1  # three minutes without a call
    [run] = function(DUE).did["did"]
    assert (run["reason"], night.stored()) == ("interrupted", 0)
    night.next_attempt_comes()
    assert outcomes(function) == ["succeeded"]
    assert night.stored() == STUDENTS


def kill_at(sql: str, function: Function) -> None:
    """As for want of memory, while the values are written."""
    if "INSERT INTO public.student_data_snapshots" in sql:
        os.kill(function.process.pid, signal.SIGKILL)
