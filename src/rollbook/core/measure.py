"""What is compared with a feed's limits."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measure:
    """How many of how many rows or students."""

    part: int
    whole: int
