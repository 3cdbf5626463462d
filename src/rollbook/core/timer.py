"""The seconds of each phase of a run, measured once for the report and for the progress page."""

import time

from rollbook.core.events import Event, Listener, PhaseStarted
from rollbook.core.report import Report


class PhaseTimer:
    """A listener that measures the seconds of each phase and passes every event on."""

    def __init__(self, report: Report, onward: Listener) -> None:
        self.report = report
        self.onward = onward
        self._started = self._phase_started = time.monotonic()

    def __call__(self, event: Event) -> None:
        if isinstance(event, PhaseStarted):
            if event.phase.value == self.report.phase:
                return  # begun once more, with other credentials for instance: the same step
            self.stop()
            self.report.phase = event.phase.value
        self.onward(event)

    def stop(self) -> None:
        """End the running phase; `total` is the time since the beginning."""
        now = time.monotonic()
        if self.report.phase:
            spent = self.report.seconds.get(self.report.phase, 0.0)
            self.report.seconds[self.report.phase] = spent + now - self._phase_started
        self.report.seconds["total"] = now - self._started
        self._phase_started = now
