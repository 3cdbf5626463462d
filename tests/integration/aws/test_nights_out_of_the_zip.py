"""Whole nights: the state machine's definition as it is deployed drives the importer of the zip."""

import os
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from tests.doubles.lambda_runtime import Built, Function, function
from tests.doubles.state_machine import Clock, Execution, ExecutionFailed, TaskFailed, read
from tests.integration.aws.conftest import STUDENTS, Deployed


class Night:
    """Nights of a deployed feed, whose pauses take no time."""

    def __init__(self, deployed: Deployed) -> None:
        self.deployed = deployed
        self.importer: Function = deployed.start()
        self.calls = 0
        self.answers: list[Any] = []
        self.clock = Clock(datetime.now(UTC))

    def run(self) -> list[str]:
        """Run one; return the states it went through. Raises ExecutionFailed."""
        self.answers.clear()
        execution = Execution(read(Importer="importer"), self._invoke, self.clock)
        execution.run({})
        return execution.path

    def _invoke(self, state: Any, given: Any) -> Any:
        if self.clock.now > datetime.now(UTC):
            self.deployed.next_attempt_comes()
        self.calls += 1
        answered = self.importer(given["Payload"])
        if answered.error is not None:
            raise TaskFailed(answered.error["errorType"])
        self.answers.append(answered.did)
        return {"StatusCode": 200, "Payload": answered.did}

    def outcomes(self) -> list[str]:
        return [run["outcome"] for answer in self.answers for run in answer["did"]]

    def a_day_passes(self) -> None:
        """Let the feed's next planned run be due."""
        self.deployed.database.execute(
            "update rollbook.feeds set planned_at = now() - interval '25 hours',"
            " schedule_set_at = now() - interval '25 hours'"
        )


def test_a_transient_failure_heals_within_the_night(deployed: Deployed) -> None:
    night = Night(deployed)
    deployed.faults.cut_when_listed = True
    begun = night.clock.now
    invoke = night._invoke

    def heal_afterwards(state: Any, given: Any) -> Any:
        answer = invoke(state, given)
        deployed.faults.cut_when_listed = False
        return answer

    night._invoke = heal_afterwards  # type: ignore[method-assign]
    path = night.run()
    assert path.count("Import what is due") == 2
    assert path[-1] == "Nothing more is planned"
    assert night.outcomes() == ["failed", "succeeded"]
    assert night.clock.now - begun >= timedelta(minutes=1)
    assert deployed.stored() == STUDENTS


def test_a_permanent_failure_ends_the_night_as_failed_at_once(deployed: Deployed) -> None:
    deployed.served.joinpath("students.csv").write_text("neither,a,header\n1,2,3\n")
    night = Night(deployed)
    with pytest.raises(ExecutionFailed) as ended:
        night.run()
    assert ended.value.error == "Rollbook.ImportFailed"
    assert (night.calls, night.outcomes()) == (1, ["failed"])


def test_an_importer_that_cannot_work_ends_the_night_as_failed(deployed: Deployed) -> None:
    night = Night(deployed)
    deployed.database.execute("delete from rollbook.django_migrations where name like '0002%'")
    with pytest.raises(ExecutionFailed) as ended:
        night.run()
    assert ended.value.error == "Rollbook.NoAnswer"
    assert night.calls == 1, "what is permanent is not tried again"


def test_a_night_with_nothing_new_and_one_that_is_held_end_well(deployed: Deployed) -> None:
    night = Night(deployed)
    night.run()
    night.a_day_passes()
    assert night.run()[-1] == "Nothing more is planned"
    assert night.outcomes() == ["no_new_file"]
    night.a_day_passes()
    deployed.write_students(STUDENTS // 10, absences=5)
    assert night.run()[-1] == "Nothing more is planned"
    assert night.outcomes() == ["needs_review"]
    assert deployed.stored() == STUDENTS


def test_an_empty_database_is_migrated_and_gives_the_first_link(
    built: Built, fresh_database: str
) -> None:
    environ = {
        "DATABASE_URL": fresh_database,
        "ROLLBOOK_SECRET_KEY": os.environ["ROLLBOOK_SECRET_KEY"],
        "ROLLBOOK_URL": "https://rollbook.example.org",
    }
    with ExitStack() as opened:
        importer = opened.enter_context(function(built, environ))
        assert importer({"do": "migrate"}).did["did"] == [{"migrated": True}]
        assert importer({"do": "migrate"}).did["ok"], "each deployment does it"
        assert importer({"do": "due"}).did == {"ok": True, "did": [], "next_attempt_at": None}
        pages = opened.enter_context(function(built, environ, "rollbook.aws.pages.handler"))
        links = [pages({"do": "first-link"}).did["did"][0]["link"] for _ in range(2)]
        assert all(each.startswith("https://rollbook.example.org/welcome/") for each in links)
        told = "\n".join(pages.log)
        assert not any(each.rstrip("/").rpartition("/")[2] in told for each in links)
        with psycopg.connect(fresh_database) as connection:
            kept = connection.execute("select count(*) from rollbook.access_signinlink").fetchone()
    assert kept == (1,), "an earlier one has ended"
