"""Interprets a Step Functions definition: the states that ours uses, and refuses all others.

The task is a callable and the clock is the test's, so a night with its pauses takes no time.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

NIGHT: Final = Path(__file__).parents[2] / "infra" / "night.asl.json"
"""The definition that is deployed, with `${...}` where names of AWS go."""

State = Mapping[str, Any]
Task = Callable[[State, Any], Any]
"""Gets the task's state and its input, its `Parameters` where it has some; returns the output."""


class TaskFailed(Exception):
    """What a task raises to fail with an error's name, such as `Lambda.TooManyRequestsException`.

    Any other exception fails with the name of its class, as a function's own errors do.
    """

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.error = error


class NotInterpreted(Exception):
    """The definition holds what this interpreter does not know."""


class ExecutionFailed(Exception):
    """The execution ended in a Fail state, by an error that nothing caught, or by its timeout."""

    def __init__(self, error: str, cause: str = "") -> None:
        super().__init__(error, cause)
        self.error = error
        self.cause = cause


@dataclass
class Clock:
    """The time of an execution; waiting moves it on."""

    now: datetime

    def wait_until(self, moment: datetime) -> None:
        """Go to `moment`; one that has passed is no wait."""
        self.now = max(self.now, moment)


@dataclass
class Execution:
    """One run of a definition; `path` are the states it went through, in order."""

    definition: Mapping[str, Any]
    task: Task
    clock: Clock
    path: list[str] = field(default_factory=list)

    def run(self, given: Any) -> Any:
        """Return the output of the state that ended it. Raises ExecutionFailed, NotInterpreted."""
        _known(self.definition, {"Comment", "StartAt", "States", "TimeoutSeconds"}, "the machine")
        seconds = self.definition.get("TimeoutSeconds", 10**9)
        end = self.clock.now + timedelta(seconds=seconds)
        name: str | None = self.definition["StartAt"]
        value = given
        while name is not None:
            self.path.append(name)
            name, value = self._step(self.definition["States"][name], value)
            if self.clock.now >= end:
                raise ExecutionFailed("States.Timeout")
        return value

    def _step(self, state: State, value: Any) -> tuple[str | None, Any]:
        kinds = {
            "Task": self._task,
            "Choice": _choose,
            "Wait": self._wait,
            "Pass": _pass,
            "Fail": _fail,
        }
        if state["Type"] == "Succeed":
            _known(state, {"Type", "Comment"}, "Succeed")
            return None, value
        if state["Type"] not in kinds:
            raise NotInterpreted(state["Type"])
        return kinds[state["Type"]](state, value)

    def _task(self, state: State, value: Any) -> tuple[str | None, Any]:
        _known(state, TASK_FIELDS, "Task")
        tries = [0] * len(state.get("Retry", ()))
        while True:
            try:
                output = self.task(state, state.get("Parameters", value))
            except Exception as raised:  # noqa: BLE001 - as a function's runtime does
                error = raised.error if isinstance(raised, TaskFailed) else type(raised).__name__
                pause = _pause(state, error, tries)
                if pause is None:
                    return _caught(state, error), {"Error": error, "Cause": ""}
            else:
                return state.get("Next"), _put(value, state.get("ResultPath", "$"), output)
            self.clock.wait_until(self.clock.now + pause)

    def _wait(self, state: State, value: Any) -> tuple[str | None, Any]:
        _known(state, {"Type", "Comment", "Seconds", "TimestampPath", "Next"}, "Wait")
        if "Seconds" in state:
            self.clock.wait_until(self.clock.now + timedelta(seconds=state["Seconds"]))
        else:
            self.clock.wait_until(moment(at(value, state["TimestampPath"])))
        return state["Next"], value


TASK_FIELDS: Final = frozenset(
    {"Type", "Comment", "Next", "Resource", "Parameters", "ResultPath", "TimeoutSeconds"}
    | {"Retry", "Catch"}
)
RETRY_FIELDS: Final = frozenset(
    ["ErrorEquals", "IntervalSeconds", "MaxAttempts", "BackoffRate", "MaxDelaySeconds"]
)
MISSING: Final = object()
TIMESTAMP: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


def read(path: Path = NIGHT, **names: str) -> dict[str, Any]:
    """Return the definition in `path` with each `${Name}` replaced as a deployment does it."""
    text = re.sub(r"\$\{(\w+)\}", lambda found: names.get(found[1], found[1]), path.read_text())
    definition: dict[str, Any] = json.loads(text)
    return definition


def _pass(state: State, value: Any) -> tuple[str | None, Any]:
    _known(state, {"Type", "Comment", "Result", "ResultPath", "Next"}, "Pass")
    return state["Next"], _put(value, state.get("ResultPath", "$"), state.get("Result", value))


def _put(value: Any, path: str, result: Any) -> Any:
    if path == "$":
        return result
    if not re.fullmatch(r"\$\.\w+", path):
        raise NotInterpreted(path)
    if not isinstance(value, Mapping):
        raise ExecutionFailed("States.ResultPathMatchFailure", f"{path} in what is no object")
    return {**value, path[2:]: result}


def at(value: Any, path: str, otherwise: Any = NotInterpreted) -> Any:
    """Return what a path such as `$.answer` leads to; where it leads nowhere, `otherwise`.

    Raises ExecutionFailed where nothing is given for that, NotInterpreted for other paths.
    """
    if not re.fullmatch(r"\$(\.\w+)*", path):
        raise NotInterpreted(path)
    for name in path.split(".")[1:]:
        if not isinstance(value, Mapping) or name not in value:
            if otherwise is NotInterpreted:
                raise ExecutionFailed("States.Runtime", f"{path} leads nowhere")
            return otherwise
        value = value[name]
    return value


def moment(text: Any) -> datetime:
    """Return the moment in UTC that a timestamp names. Raises ExecutionFailed where it is none."""
    if not is_timestamp(text):
        raise ExecutionFailed("States.Runtime", "not a timestamp")
    return datetime.fromisoformat(text).astimezone(UTC)


def is_timestamp(text: Any) -> bool:
    """Tell whether `text` is a timestamp as Step Functions takes one (RFC 3339, `T` and zone)."""
    return isinstance(text, str) and TIMESTAMP.fullmatch(text) is not None


def _pause(state: State, error: str, tries: list[int]) -> timedelta | None:
    for index, rule in enumerate(state.get("Retry", ())):
        _known(rule, RETRY_FIELDS, "Retry")
        if not _matches(rule, error):
            continue
        if tries[index] >= rule.get("MaxAttempts", 3):
            return None
        seconds = rule.get("IntervalSeconds", 1) * rule.get("BackoffRate", 2.0) ** tries[index]
        tries[index] += 1
        return timedelta(seconds=min(seconds, rule.get("MaxDelaySeconds", seconds)))
    return None


def _caught(state: State, error: str) -> str:
    for rule in state.get("Catch", ()):
        _known(rule, {"ErrorEquals", "Next"}, "Catch")
        if _matches(rule, error):
            following: str = rule["Next"]
            return following
    raise ExecutionFailed(error)


def _matches(rule: State, error: str) -> bool:
    beyond = {"States.Runtime", "States.DataLimitExceeded"}
    return error in rule["ErrorEquals"] or (
        "States.ALL" in rule["ErrorEquals"] and error not in beyond
    )


def _choose(state: State, value: Any) -> tuple[str | None, Any]:
    _known(state, {"Type", "Comment", "Choices", "Default"}, "Choice")
    for rule in state["Choices"]:
        if _holds({name: rule[name] for name in rule if name != "Next"}, value):
            return rule["Next"], value
    if "Default" not in state:
        raise ExecutionFailed("States.NoChoiceMatched")
    return state["Default"], value


def _holds(rule: State, value: Any) -> bool:
    if "Or" in rule:
        return any(_holds(each, value) for each in rule["Or"])
    if "And" in rule:
        return all(_holds(each, value) for each in rule["And"])
    if "Not" in rule:
        return not _holds(rule["Not"], value)
    (test,) = (name for name in rule if name != "Variable")
    found = at(value, rule["Variable"], MISSING)
    if test == "IsPresent":
        return (found is not MISSING) is rule[test]
    if found is MISSING:
        raise ExecutionFailed("States.Runtime", f"{rule['Variable']} leads nowhere")
    return _compare(test, found) is rule[test]


def _compare(test: str, found: Any) -> object:
    if test == "BooleanEquals":
        return found if isinstance(found, bool) else None
    if test == "IsBoolean":
        return isinstance(found, bool)
    if test == "IsNull":
        return found is None
    if test == "IsTimestamp":
        return is_timestamp(found)
    raise NotInterpreted(test)


def _fail(state: State, value: Any) -> tuple[str | None, Any]:
    _known(state, {"Type", "Comment", "Error", "Cause"}, "Fail")
    raise ExecutionFailed(state["Error"], state["Cause"])


def _known(given: State, known: set[str] | frozenset[str], where: str) -> None:
    if unknown := set(given) - known:
        raise NotInterpreted(f"{where}: {', '.join(sorted(unknown))}")
