"""What comes out about feeds as a file, as JSON."""

from typing import Any

from ninja import Schema
from pydantic import ConfigDict, Field


class FeedsFile(Schema):
    """Settings and mappings of feeds, as `rollbook feeds export --json` prints them."""

    model_config = ConfigDict(extra="forbid")

    version: int = Field(examples=[1])
    feeds: dict[str, dict[str, Any]] = Field(
        default_factory=dict,
        description="Feed: its settings by name (docs/how-to/keep-feeds-in-a-file.md).",
    )


class SettingChangeOut(Schema):
    setting: str
    before: Any = Field(alias="from", description="Null where the feed is new.")
    after: Any = Field(alias="to")


class FeedChangeOut(Schema):
    feed: str
    action: str = Field(description="added, changed or unchanged.")
    changes: list[SettingChangeOut]


class FeedChanges(Schema):
    """What becomes of the feeds of a file, as `rollbook feeds import --json` prints it."""

    dry_run: bool
    changed: bool = Field(description="Whether anything differs.")
    feeds: list[FeedChangeOut]
