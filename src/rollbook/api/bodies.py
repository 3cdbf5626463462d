"""What goes in, as JSON. What is not known there is refused: it would change nothing."""

from typing import Annotated

from ninja import Schema
from pydantic import ConfigDict, Field

from rollbook.core.mapping import LONGEST_TEXT
from rollbook.records.operations.mutes import LONGEST
from rollbook.records.queries.own_levels import MOST_LEVELS

FeedName = Annotated[str, Field(min_length=1, max_length=100, examples=["sis"])]
FieldName = Annotated[str, Field(min_length=1, max_length=100)]
Words = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT)]],
    Field(min_length=1, max_length=MOST_LEVELS),
]
SchoolName = Annotated[str, Field(min_length=1, max_length=255, examples=["Oak"])]


class TriggerIn(Schema):
    """What is to be imported now."""

    model_config = ConfigDict(extra="forbid", strict=True)

    feed: FeedName
    dry_run: bool = Field(False, description="Check everything and store nothing.")
    force: bool = Field(False, description="Import even if the bytes are the same as last time.")


class UploadedIn(Schema):
    """A file that was sent to the address that `upload_address` gave."""

    model_config = ConfigDict(extra="forbid", strict=True)

    feed: FeedName
    uploaded: str = Field(min_length=1, max_length=500, description="As `upload_address` said.")
    file_name: str = Field(
        min_length=1,
        max_length=255,
        pattern=r"^[^/\\\x00-\x1f\x7f]+$",
        description="What the file is called, without folders.",
        examples=["sis.csv"],
    )
    dry_run: bool = Field(False, description="Check everything and store nothing.")


class UndoIn(Schema):
    """Why an import is undone."""

    model_config = ConfigDict(extra="forbid", strict=True)

    reason: str = Field(max_length=500, description="Kept in the audit log.")
    with_later: bool = Field(
        False, description="Also undo the feed's imports after it, the newest first."
    )
    preview: bool = Field(False, description="Only say what it would do; nothing is written.")


class DecisionIn(Schema):
    """Why it is decided so."""

    model_config = ConfigDict(extra="forbid", strict=True)

    reason: str = Field(
        min_length=1,
        max_length=500,
        description="One line; it is kept in the audit log.",
        examples=["The summer school's students are new."],
    )


class ApproveIn(DecisionIn):
    """Why it is applied, and whether as much is expected from now on."""

    expect: bool = Field(
        False,
        description="Allow as much from now on: the feed's limits are raised, with the reason.",
    )


class MuteIn(Schema):
    """For how long a feed is muted."""

    model_config = ConfigDict(extra="forbid", strict=True)

    days: int = Field(ge=0, le=LONGEST, description="From now; 0 ends the mute.", examples=[7])


class OwnLevelsIn(Schema):
    """Which words are levels of the district's own."""

    model_config = ConfigDict(extra="forbid", strict=True)

    levels: dict[FieldName, Words] = Field(
        min_length=1,
        max_length=1_000,
        description="Field: some or all of its words, as `list_own_levels` answers them.",
    )


class SchoolsIn(Schema):
    """What schools of the file mean."""

    model_config = ConfigDict(extra="forbid", strict=True)

    schools: dict[SchoolName, SchoolName | None] = Field(
        min_length=1,
        max_length=1_000,
        description="School as the file writes it: the application's school, by its number or "
        "name; null where the application does not have it.",
    )


class SchoolNameIn(Schema):
    """A school as the file writes it."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: SchoolName
