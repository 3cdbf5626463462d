"""What a monitoring system is told: plain values, without the database that they come from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rollbook.records.standing import Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedMeasurements:
    """One feed. Moments are seconds since 1970."""

    standing: Standing
    recipients: int
    """People who are written to."""
    failed: int = 0
    """Runs that have failed since the last good one; 100 where they are more."""
    held: int = 0
    """Imports that can be decided on; 100 where they are more."""
    held_since: float | None = None
    """When the oldest of them was held."""
    waiting: int = 0
    """Imports that wait for a worker."""
    waiting_since: float | None = None
    """When the oldest of them was queued."""
    seconds: Mapping[str, float] = field(default_factory=dict)
    """Of the last run that read a file, by phase, and `total`."""
    counts: Mapping[str, float] = field(default_factory=dict)
    """Of the same run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurements:
    """Everything at one moment. Moments are seconds since 1970."""

    jobs: Sequence[tuple[str, str, int]] = ()
    """Status, reason ('' for none), and number: of those that ended lately, or have not ended."""
    feeds: Sequence[FeedMeasurements] = ()
    workers: int = 0
    planned_at: float | None = None
    """When a worker was last done with all planning."""
    waiting_mails: int = 0
    lost_mails: int = 0
    """Given up since the last one left."""
    lost_messages: int = 0
    """The same of messages to webhooks."""
    failed_clean_ups: int = 0
    """Since the last one that was done."""
    cleaned_up_at: float | None = None
    backed_up_at: float | None = None

    def with_status(self, status: str) -> int:
        """Return how many jobs have this status."""
        return sum(count for found, _, count in self.jobs if found == status)
