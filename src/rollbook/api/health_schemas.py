"""What the health of an installation is, as JSON."""

from datetime import datetime

from ninja import Schema
from pydantic import Field


class HeldOut(Schema):
    job: int
    feed: str
    message: str


class DoubtOut(Schema):
    feed: str
    why: str


class TableFaultOut(Schema):
    table: str
    column: str
    fault: str
    advice: str = Field(description="What mends it; a statement is one for the table's owner.")


class FeedHealth(Schema):
    feed: str
    status: str = Field(
        description="failed, missed, held, retrying, late, unchanged, old, new, paused, off or "
        "fresh."
    )
    missed: int
    last_good: datetime | None
    is_on: bool
    is_fresh: bool = Field(
        description="No planned run was missed, none failed for good, and no promise is broken."
    )
    school_days: int | None = Field(
        description="School days since its last good import; null without a calendar."
    )
    late_since: datetime | None = Field(
        description="The broken promise that no good import has followed."
    )
    job: int | None = Field(description="The import that the status comes from.")
    reason: str | None = Field(description="The code of what went wrong with it.")
    message: str | None = Field(description="What went wrong, in a sentence.")
    next_attempt_at: datetime | None


class HealthOut(Schema):
    """As `rollbook health --json`."""

    status: str = Field(description="ok or not_ok")
    data: str = Field(description="fresh or stale")
    workers: int
    last_planning: datetime | None
    unsent_mails: int
    lost_mails: int
    lost_messages: int = Field(description="Given up by webhooks since a feed's last arrived.")
    failed_clean_ups: int
    held: list[HeldOut] = Field(description="Imports that wait for a decision.")
    failed_uploads: list[HeldOut] = Field(
        description="The newest import of files by hand, where it has failed in the last days."
    )
    frozen: list[int] = Field(description="Imports that run without a sign of life.")
    waiting: list[int] = Field(
        description="Imports that have waited for more than ten minutes while none runs."
    )
    tables: list[TableFaultOut] = Field(description="Tables that aren't as they must be.")
    settings: list[str] = Field(description="Settings that can't be used; defaults apply.")
    schools: list[str] = Field(description="What keeps the mapping of schools from being used.")
    untold: list[str] = Field(description="Planned feeds about which nobody is written to.")
    doubts: list[DoubtOut]
    feeds: list[FeedHealth]
