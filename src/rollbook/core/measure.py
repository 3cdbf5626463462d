"""What is compared with a feed's limits."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measure:
    """How many of how many rows or students."""

    part: int
    whole: int

    @property
    def percent(self) -> float:
        """Return the share in percent; 0 of nothing."""
        return 100 * self.part / self.whole if self.whole else 0.0
