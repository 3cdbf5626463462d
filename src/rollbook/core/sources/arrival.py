"""When a file on a server counts as complete: pure, the looks at it and our own clock passed in.

SFTP has no question for a server's clock. So a server's times are compared with each other only,
and how long a file has stayed the same is measured on our monotonic clock.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

UNCHANGED_FOR: Final = 60
"""Seconds that a feed's file must stay the same, unless the feed says otherwise."""
LONGEST_UNCHANGED_FOR: Final = 3600
SMALLER: Final = 95
"""Percent of the last file's size; a file below it is watched for longer."""
LONGER: Final = 2
"""So many more times."""
MOST_LONGER: Final = 600.0
"""Seconds that a smaller file is watched beyond the others at most."""


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Look:
    """A file at one moment: what changes while it is written. `modified` is the server's time."""

    size: int
    modified: int
    files: tuple[tuple[str, int, int], ...] = ()
    """Of several files that belong together, the name, size and time of each."""


@dataclass(frozen=True, slots=True)
class Served:
    """A file as its server described it when it was imported. Its name is not kept."""

    packing: str
    """How its name ends, where that tells that its size is that of something packed."""
    size: int
    modified: int
    others: int | None = None
    """The time of the newest of the other files that matched."""
    fresh: int = 1
    """How many files that matched had come at about the same time, itself included."""
    files: int = 0
    """How many files were imported as one; 0 where the newest alone was to be."""
    files_expected: int = 0
    """How many were expected."""
    beside: int = 0
    """The time of the newest file under another name that came with it; 0: none, or not known."""

    def is_same(self, other: "Served") -> bool:
        """Tell whether it is the same file at another time."""
        return (self.size, self.modified) == (other.size, other.modified)


@dataclass(frozen=True, slots=True)
class Arrival:
    """What one run expects of its file before it is believed to be whole."""

    unchanged_for: float = 0.0
    """Seconds. 0: the file is taken as it is."""
    last: Served | None = None
    """The file that was imported last."""
    before: tuple[int, ...] = ()
    """The times of the files that were imported lately."""
    is_tried_again: bool = False
    """Whether a later attempt follows where the file is not complete yet."""
    is_skipped: Callable[[], bool] = _never
    """Whether a person does not wish to wait any longer."""
    growth: float = 120.0
    """Seconds for a file that changes, beyond those for one that does not; then it is left for a
    later attempt."""

    def last_size(self, name: str) -> int:
        """Return the bytes of the last file, with which one of this name can be compared; or 0."""
        if self.last is None or packing_of(name) != self.last.packing:
            return 0
        return self.last.size

    def needed(self, name: str, size: int) -> float:
        """Return for how many seconds a file must stay the same."""
        is_smaller = size * 100 < self.last_size(name) * SMALLER
        longer = min(LONGER * self.unchanged_for, MOST_LONGER) if is_smaller else 0.0
        return self.unchanged_for + longer

    @property
    def longest(self) -> float:
        """Return after how many seconds a file that keeps changing is left for later."""
        return self.unchanged_for + min(LONGER * self.unchanged_for, MOST_LONGER) + self.growth


AT_ONCE: Final = Arrival()
PACKED: Final = (".xlsx", ".xlsm", ".xls", ".ods", ".zip", ".gz")
"""How the names of files end whose size says little about that of another kind."""


def packing_of(name: str) -> str:
    """Return the ending of a packed file's name; "" of a text file's."""
    return next((ending for ending in PACKED if name.lower().endswith(ending)), "")


class State(Enum):
    CHANGING = auto()
    """It has not been the same for long enough; to be looked at again."""
    COMPLETE = auto()
    GIVEN_UP = auto()
    """It has kept changing for too long."""


@dataclass(slots=True)
class Watch:
    """What the looks at one file have shown. Moments are seconds of a monotonic clock.

    A look takes a while: the file was as it says at some moment between `asked` and `answered`. So
    it is known to have been the same from the answer to the first look to the last question.
    """

    arrival: Arrival
    name: str
    begun: float
    seen: Look | None = None
    changes: int = 0
    """How often it has been seen to change."""
    _since: float = 0.0
    _until: float = 0.0

    def look(self, seen: Look, *, asked: float, answered: float) -> State:
        """Learn what was seen; return what that makes of the file."""
        if seen != self.seen:
            self.changes += self.seen is not None
            self.seen, self._since = seen, answered
        self._until = asked
        if self.left <= 0.0:
            return State.COMPLETE
        return State.GIVEN_UP if asked - self.begun >= self.arrival.longest else State.CHANGING

    @property
    def needed(self) -> float:
        return self.arrival.needed(self.name, self.seen.size if self.seen else 0)

    @property
    def passed(self) -> float:
        """Return for how many seconds the file is known to have been the same."""
        return max(0.0, self._until - self._since)

    @property
    def left(self) -> float:
        """Return how many seconds are missing until it counts as complete."""
        return max(0.0, self.needed - self.passed)
