"""What a run reports while it works: phases, progress and log lines, never a value."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Phase(StrEnum):
    """The steps of an import, in their order. A worker reads few files at once: others wait."""

    CONNECTING = "connecting"
    ARRIVING = "arriving"
    """A file on a server is watched until it is complete."""
    DOWNLOADING = "downloading"
    WAITING = "waiting"
    PARSING = "parsing"
    VALIDATING = "validating"
    IMPORTING = "importing"


@dataclass(frozen=True, slots=True)
class PhaseStarted:
    phase: Phase


@dataclass(frozen=True, slots=True)
class Progress:
    """`done` of `total` (None: unknown) in the unit of the phase: seconds, bytes or rows."""

    phase: Phase
    done: int
    total: int | None


@dataclass(frozen=True, slots=True)
class RowsCounted:
    """Of the rows that were judged so far: taken without a finding, taken with one, rejected."""

    good: int = 0
    with_warnings: int = 0
    rejected: int = 0
    left_out: int = 0
    """By the file's layout, beside the others; known at the end of the file."""

    @property
    def read(self) -> int:
        return self.good + self.with_warnings + self.rejected


@dataclass(frozen=True, slots=True)
class StudentsCounted:
    """What becomes of the students, once that is known."""

    inserted: int
    updated: int
    unchanged: int


@dataclass(frozen=True, slots=True)
class Logged:
    """One line of the job's log, for people. Holds no student's value."""

    message: str


Event = PhaseStarted | Progress | RowsCounted | StudentsCounted | Logged
Listener = Callable[[Event], None]
TakeTurn = Callable[[Callable[[], None]], None]
"""Returns when it is this run's turn to read its file; calls what it is given if it must wait."""


def ignore(event: Event) -> None:
    """Listen to nothing."""
