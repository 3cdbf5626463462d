"""The night's state machine as it is deployed, and the interpreter that the tests run it with."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.doubles.state_machine import (
    Clock,
    Execution,
    ExecutionFailed,
    NotInterpreted,
    TaskFailed,
    is_timestamp,
    read,
)

START = datetime(2026, 11, 26, 10, 0, tzinfo=UTC)


class Importer:
    """Answers one after the other; an answer that is an exception is raised."""

    def __init__(self, clock: Clock, *answers: Any) -> None:
        self.clock = clock
        self.answers: Iterator[Any] = iter(answers)
        self.asked_at: list[datetime] = []

    def __call__(self, state: Any, given: Any) -> Any:
        assert given == {"FunctionName": "the-importer", "Payload": {"do": "due"}}
        assert state["Resource"] == "arn:aws:states:::lambda:invoke"
        self.asked_at.append(self.clock.now)
        answer = next(self.answers)
        if isinstance(answer, Exception):
            raise answer
        return {"StatusCode": 200, "Payload": answer}


def night(*answers: Any) -> tuple[Execution, Importer]:
    clock = Clock(START)
    importer = Importer(clock, *answers)
    definition = read(Importer="the-importer")
    return Execution(definition, importer, clock), importer


def done(next_attempt_at: Any = None, **more: Any) -> dict[str, Any]:
    return {"ok": True, "did": ["imported sis"], "next_attempt_at": next_attempt_at} | more


def failure(*answers: Any) -> str:
    execution, _ = night(*answers)
    with pytest.raises(ExecutionFailed) as ended:
        execution.run({})
    return ended.value.error


def test_a_night_without_a_next_attempt_asks_once() -> None:
    execution, importer = night(done())
    execution.run({})
    assert importer.asked_at == [START]
    assert execution.path[-1] == "Nothing more is planned"


def test_the_importer_is_asked_again_when_it_said_until_it_names_no_moment() -> None:
    execution, importer = night(
        done("2026-11-26T10:05:10Z"), done("2026-11-26T02:20:30.5-08:00"), done()
    )
    execution.run({})
    assert importer.asked_at == [
        START,
        START + timedelta(minutes=5, seconds=10),
        START + timedelta(minutes=20, seconds=30, milliseconds=500),
    ]


def test_a_moment_that_has_passed_is_no_loop_without_a_pause() -> None:
    execution, importer = night(done("2026-11-26T09:00:00Z"), done())
    execution.run({})
    assert importer.asked_at == [START, START + timedelta(minutes=1)]


def test_an_importer_that_never_comes_to_an_end_is_ended_after_half_a_day() -> None:
    execution, importer = night(*[done("2026-11-26T09:00:00Z")] * 1000)
    with pytest.raises(ExecutionFailed) as ended:
        execution.run({})
    assert ended.value.error == "States.Timeout"
    assert len(importer.asked_at) <= 12 * 60


@pytest.mark.parametrize(
    "error",
    [
        TaskFailed("Lambda.TooManyRequestsException"),
        TaskFailed("Sandbox.Timedout"),
        TaskFailed("Runtime.ExitError"),
        RuntimeError(),
    ],
    ids=repr,
)
def test_a_lost_invocation_is_tried_three_times_more_and_then_told(error: Exception) -> None:
    execution, importer = night(error, error, error, done())
    execution.run({})
    pauses = [60, 60 + 180, 60 + 180 + 540]
    assert importer.asked_at == [START, *(START + timedelta(seconds=each) for each in pauses)]
    assert failure(error, error, error, error) == "Rollbook.NoAnswer"


def test_lost_invocations_are_counted_again_after_an_answer() -> None:
    lost = TaskFailed("Lambda.ServiceException")
    execution, importer = night(lost, lost, lost, done("2026-11-26T10:30:00Z"), lost, done())
    execution.run({})
    assert len(importer.asked_at) == 6


@pytest.mark.parametrize(
    "answer",
    [
        {"did": [], "next_attempt_at": None},
        {"ok": "true", "next_attempt_at": None},
        {"ok": 1, "next_attempt_at": None},
        {"ok": None, "next_attempt_at": None},
        {"ok": True, "did": []},
        {"ok": True, "next_attempt_at": "soon"},
        {"ok": False, "next_attempt_at": "soon"},
        {"ok": True, "next_attempt_at": "2026-11-26 10:05:00"},
        {"ok": True, "next_attempt_at": 5},
        {"ok": True, "next_attempt_at": False},
        {},
        "done",
        None,
    ],
    ids=repr,
)
def test_an_answer_in_another_form_ends_the_night_as_failed(answer: Any) -> None:
    assert failure(answer) == "Rollbook.OddAnswer"


def test_an_error_that_time_does_not_heal_is_told_at_once() -> None:
    execution, importer = night(TaskFailed("PermanentFailure"), done())
    with pytest.raises(ExecutionFailed, match=r"Rollbook\.NoAnswer"):
        execution.run({})
    assert importer.asked_at == [START]


def test_an_import_that_failed_for_good_ends_the_night_as_failed() -> None:
    assert failure(done(ok=False)) == "Rollbook.ImportFailed"


def test_after_an_import_that_failed_for_good_the_other_feeds_get_their_attempts() -> None:
    execution, importer = night(
        done("2026-11-26T10:05:00Z", ok=False), done("2026-11-26T10:20:00Z"), done()
    )
    with pytest.raises(ExecutionFailed, match=r"Rollbook\.ImportFailed"):
        execution.run({})
    assert len(importer.asked_at) == 3


def test_a_response_without_an_answer_ends_the_night_as_failed() -> None:
    clock = Clock(START)
    execution = Execution(read(), lambda state, given: {"StatusCode": 200}, clock)
    with pytest.raises(ExecutionFailed):
        execution.run({})


def test_the_definition_knows_no_pause_of_the_products_policy() -> None:
    states = read()["States"]
    waits = {name: state for name, state in states.items() if state["Type"] == "Wait"}
    assert waits.pop("Wait a minute")["Seconds"] == 60
    assert [each.get("TimestampPath") for each in waits.values()] == [
        "$.answer.Payload.next_attempt_at"
    ]


def machine(**states: dict[str, Any]) -> Execution:
    definition = {"StartAt": next(iter(states)), "States": states}
    return Execution(definition, lambda state, given: given, Clock(START))


@pytest.mark.parametrize(
    "state",
    [
        {"Type": "Map", "End": True},
        {"Type": "Task", "Resource": "x", "End": True},
        {"Type": "Wait", "SecondsPath": "$.a", "Next": "B"},
        {"Type": "Succeed", "OutputPath": "$"},
        {"Type": "Task", "Resource": "x", "ResultPath": "$.a.b", "Next": "B"},
        {"Type": "Task", "Resource": "x", "OutputPath": "$.a", "Next": "B"},
        {"Type": "Choice", "Choices": [{"Variable": "$.a[0]", "IsNull": True, "Next": "B"}]},
        {"Type": "Choice", "Choices": [{"Variable": "$.a", "NumericEquals": 1, "Next": "B"}]},
    ],
    ids=repr,
)
def test_what_the_interpreter_does_not_know_is_refused(state: dict[str, Any]) -> None:
    with pytest.raises(NotInterpreted):
        machine(A=state, B={"Type": "Succeed"}).run({"a": 1})


def test_an_unnamed_error_goes_by_the_rule_that_names_it_and_ends_the_run_without_one() -> None:
    def task(state: Any, given: Any) -> Any:
        raise KeyError

    rules: list[dict[str, Any]] = [{"ErrorEquals": ["KeyError"], "MaxAttempts": 1}]
    retried = {"Type": "Task", "Resource": "x", "Retry": rules, "Next": "B"}
    execution = machine(A=retried, B={"Type": "Succeed"})
    execution.task = task
    with pytest.raises(ExecutionFailed) as ended:
        execution.run({})
    assert (ended.value.error, execution.clock.now) == ("KeyError", START + timedelta(seconds=1))


@pytest.mark.parametrize(
    ("variable", "given"), [("$.b", {}), ("$.a.b", {"a": 1})], ids=["missing", "no object"]
)
def test_a_path_that_leads_nowhere_is_an_error_of_the_run(variable: str, given: Any) -> None:
    choice = {"Variable": variable, "IsNull": True, "Next": "B"}
    with pytest.raises(ExecutionFailed) as ended:
        machine(A={"Type": "Choice", "Choices": [choice]}, B={"Type": "Succeed"}).run(given)
    assert ended.value.error == "States.Runtime"


def test_a_result_goes_only_into_an_object() -> None:
    state = {"Type": "Pass", "Result": 1, "ResultPath": "$.a", "Next": "B"}
    assert machine(A=state, B={"Type": "Succeed"}).run({"b": 2}) == {"a": 1, "b": 2}
    with pytest.raises(ExecutionFailed):
        machine(A=state, B={"Type": "Succeed"}).run("text")


def test_a_choice_without_a_rule_that_holds_and_without_a_default_fails() -> None:
    rules = [{"And": [{"Variable": "$.a", "IsNull": True}], "Next": "B"}]
    execution = machine(A={"Type": "Choice", "Choices": rules}, B={"Type": "Succeed"})
    with pytest.raises(ExecutionFailed) as ended:
        execution.run({"a": 1})
    assert ended.value.error == "States.NoChoiceMatched"


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("2026-11-26T10:05:00Z", True),
        ("2026-11-26T10:05:00.25+01:00", True),
        ("2026-11-26T10:05:00", False),
        ("2026-11-26", False),
        (None, False),
    ],
)
def test_a_timestamp_has_a_t_and_a_zone(text: Any, holds: bool) -> None:
    assert is_timestamp(text) is holds
