"""What the import of corrected rows must know of the file that they are from."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class FirstFile:
    """The file that rejected the rows, or imported them without a value."""

    set_aside: frozenset[str] = frozenset()
    """Fields whose columns were skipped, because too much in them was wrong."""
    is_before_the_year: bool = False
    """Whether the school year was switched since: its counts are last year's."""
    is_fixed_here: bool = False
    """Whether its rows were corrected one by one, in the browser or by the command."""
    percent_factor: int | None = None
    """What its percentages were multiplied with, 1 or 100; None where that is not known."""


SKIPPED: Final = (
    "The first file's column for {fields} was skipped, because too many of its values were wrong. "
    "So it's skipped in these rows too, and saved values stay."
)
OF_LAST_YEAR: Final = (
    "These rows are from a file imported before the school year was switched. Their attendance and "
    "behavior are last year's, so they stay set aside."
)
