"""A check that hangs, breaks or fails is a finding, and stops none of the others."""

import threading
from datetime import timedelta

import pytest

from rollbook.core.quantities import span_text
from rollbook.doctor.carry_out import carry_out
from rollbook.doctor.finding import Check, Finding, State, worst
from rollbook.home import HomeOpen


def fine() -> Finding:
    return Finding("fine", State.OK, "All is well.")


def broken() -> Finding:
    raise ValueError("Ada Lovelace")


def refused() -> Finding:
    raise HomeOpen(path="/x")


def test_each_check_ends_with_a_finding_in_its_place_whatever_the_others_do() -> None:
    never, closed = threading.Event(), []

    def hang() -> Finding:
        never.wait(60)
        return fine()

    hanging = Check("hanging", hang, within=0.2)
    lanes = [
        [Check("fine", fine), Check("broken", broken), Check("refused", refused)],
        [hanging, Check("behind", fine)],
    ]
    found = [*carry_out(lanes, close=lambda: closed.append(1), in_all=2.0)]
    never.set()
    assert [each.name for each in found] == ["fine", "broken", "refused", "hanging", "behind"]
    ok, failed = State.OK, State.FAILED
    assert [each.state for each in found] == [ok, failed, failed, failed, failed]
    assert "ValueError" in found[1].message
    assert "Ada" not in found[1].message + found[1].advice
    assert found[2].advice.startswith("Let its owner alone look into it")
    assert "no answer in time" in found[3].message


@pytest.mark.parametrize(
    ("states", "together"),
    [
        ([], State.OK),
        ([State.OK, State.WARNING], State.WARNING),
        ([State.FAILED, State.OK, State.WARNING], State.FAILED),
    ],
)
def test_the_worst_finding_is_that_of_all(states: list[State], together: State) -> None:
    assert worst(Finding("x", each, "") for each in states) is together


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (1, "1 second"),
        (59, "59 seconds"),
        (60, "1 minute"),
        (150, "2 minutes"),
        (7199, "120 minutes"),
        (7200, "2 hours"),
        (200_000, "2 days"),
    ],
)
def test_a_span_is_told_in_one_unit(seconds: int, text: str) -> None:
    assert span_text(timedelta(seconds=seconds)) == text
