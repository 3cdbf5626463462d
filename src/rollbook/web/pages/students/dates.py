"""Values that belong together, and of which moment they are as a whole."""

from abc import abstractmethod
from collections.abc import Sequence
from datetime import datetime

from rollbook.records.queries.as_of import AsOf


class Dated:
    """What has values, each of its moment."""

    __slots__ = ()

    @property
    @abstractmethod
    def dates(self) -> Sequence[AsOf]:
        """Of which moment each value is that there is."""

    @property
    def as_of(self) -> datetime | None:
        """The moment of its oldest value; None where that of one is not known.

        Values that were refused are marked one by one.
        """
        moments = [each.at for each in self.dates if not each.is_refused]
        known = [each for each in moments if each is not None]
        return min(known, default=None) if len(known) == len(moments) else None

    @property
    def stale(self) -> int:
        """How many values are stale."""
        return sum(each.is_stale for each in self.dates)

    @property
    def old(self) -> int:
        """How many values are old, of those that are not stale."""
        return sum(each.is_old and not each.is_stale for each in self.dates)

    @property
    def is_all_stale(self) -> bool:
        return self.stale == len(self.dates)
