"""Whole nights: the state machine's definition as it is deployed drives the importer of the zip."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.doubles.lambda_runtime import Function
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
    deployed.a_day_passes()
    assert night.run()[-1] == "Nothing more is planned"
    assert night.outcomes() == ["no_new_file"]
    deployed.a_day_passes()
    deployed.write_students(STUDENTS // 10, absences=5)
    assert night.run()[-1] == "Nothing more is planned"
    assert night.outcomes() == ["needs_review"]
    assert deployed.stored() == STUDENTS
