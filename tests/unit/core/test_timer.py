"""Each phase of a run is told once and measured."""

from rollbook.core.events import Event, Phase, PhaseStarted
from rollbook.core.report import Report
from rollbook.core.timer import PhaseTimer


def test_a_phase_that_begins_once_more_is_the_same_step() -> None:
    told: list[Event] = []
    timer = PhaseTimer(report := Report(), told.append)
    for phase in (Phase.CONNECTING, Phase.CONNECTING, Phase.DOWNLOADING, Phase.CONNECTING):
        timer(PhaseStarted(phase))
    expected = [Phase.CONNECTING, Phase.DOWNLOADING, Phase.CONNECTING]
    assert told == [PhaseStarted(phase) for phase in expected]
    assert report.phase == "connecting"
