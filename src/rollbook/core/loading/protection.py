"""What an import did about protected values: corrections that it leaves as they are."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from rollbook.core.loading.schools import SCHOOL_ID
from rollbook.core.quantities import counted

NOT_PROTECTED: Final = frozenset(("student_id", "ssid", "school", SCHOOL_ID))
"""What students are found by, and their school, which decides who sees them."""


@dataclass(frozen=True, slots=True)
class Protected:
    """What one import did about protected values, in numbers of values."""

    kept: int = 0
    """The file says otherwise."""
    agreed: int = 0
    """The file says the same now, so that the protection has ended."""
    older: int = 0
    """The file says the same, but is older than the decision to protect it."""
    expired: int = 0
    """Their day is over."""
    gone: int = 0
    """Their student was deleted, or their term removed."""

    def __bool__(self) -> bool:
        return self != Protected()

    def notes(self) -> Iterator[str]:
        """Yield the same for people."""
        if self.kept:
            kept = counted(self.kept, "protected value was", "protected values were")
            yield f"{kept} kept, though the file says otherwise."
        if self.agreed:
            agreed = counted(self.agreed, "protected value", "protected values")
            yield (
                f"The file agrees with {agreed} now, so "
                f"{'its protection has' if self.agreed == 1 else 'their protection has'} ended."
            )
        if self.older:
            values = counted(self.older, "protected value", "protected values")
            last = "its protection lasts" if self.older == 1 else "their protection lasts"
            yield (
                f"The file agrees with {values}, but {last}: when it began, the feed already had "
                "newer values, or someone had edited the file."
            )
        if self.expired:
            yield f"The protection of {counted(self.expired, 'value')} ended on its last day."
        if self.gone:
            yield (
                f"The protection of {counted(self.gone, 'value')} has ended, because the student "
                "was deleted or the term removed."
            )
