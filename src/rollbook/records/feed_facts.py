"""What is known of one feed, from which `records.standing` judges how it is doing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from rollbook.core.errors import Message
from rollbook.core.scheduling.schedule import Schedule
from rollbook.core.scheduling.school_days import SchoolCalendar
from rollbook.records.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Run:
    """A run of a feed that has ended, or is held: no check, and none that a person stopped."""

    job: int
    outcome: Outcome
    ended_at: datetime
    reason: str = ""
    """Its code; '' for none."""
    message: Message | None = None
    """What everybody may read of it."""
    began_at: datetime | None = None
    """When its last attempt began; None where that is not on record."""

    @property
    def data_as_of(self) -> datetime:
        """The moment that its data is of: its file was fetched no earlier, as far as is known."""
        return self.began_at or self.ended_at


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedFacts:
    """What is known of a feed. Moments are aware."""

    name: str
    schedule: Schedule
    schedule_set_at: datetime | None = None
    """A schedule can have missed nothing before it was set."""
    calendar: SchoolCalendar | None = None
    """The district's, by which data gets old; None: on each day."""
    last: Run | None = None
    """Its run that ended last."""
    good: Run | None = None
    """Its last run that stored something, or found nothing new to store."""
    stored_at: datetime | None = None
    """When a run last stored something."""
    stored_job: int | None = None
    """That run."""
    held: Run | None = None
    """Its newest import that waits for a decision, and that no newer file of its server has
    overtaken."""
    rows_left: int = 0
    """Rows of the newest data that were not imported, and that no one has fixed here since."""
    discarded: Run | None = None
    """The held import of its server's newest file that was given up: nothing came since."""
    next_attempt_at: datetime | None = None
    """When the last run is tried again."""
    under_way: int | None = None
    """Its import that waits for a worker, or runs."""
    broken_at: datetime | None = None
    """Its promise that was judged last, where it was broken."""
    unchanged: Sequence[datetime] = ()
    """When runs found no new file since one was stored last."""
    unchanged_limit: int = 0
    """On so many school days without a new file people are told; 0: on none."""
