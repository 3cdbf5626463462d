"""What goes in, as JSON. What is not known there is refused: it would change nothing."""

from typing import Annotated, Self

from ninja import Schema
from pydantic import ConfigDict, Field, model_validator

from rollbook.core.mapping import LONGEST_TEXT
from rollbook.core.reading.headers import LONGEST_HEADER
from rollbook.records.operations.job_notes import LONGEST_NOTE
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


class NoteIn(Schema):
    """A note to an import."""

    model_config = ConfigDict(extra="forbid", strict=True)

    text: str = Field(
        min_length=1,
        max_length=2 * LONGEST_NOTE,
        description=f"Up to {LONGEST_NOTE:,} characters; the end of a line is one.",
        examples=["Vendor's export was late."],
    )
    resolves: bool = Field(False, description="No one needs to look at the failed import again.")
    reopens: bool = Field(False, description="It wasn't resolved after all.")


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


class InboxDecisionIn(Schema):
    """What a column or a code of the inbox means: either `header`, or `field` and `text`."""

    model_config = ConfigDict(extra="forbid", strict=True)

    header: str | None = Field(
        None, min_length=1, max_length=LONGEST_HEADER, description="A column, as it is listed."
    )
    field: FieldName | None = Field(None, description="Of a code.")
    text: str | None = Field(
        None, min_length=1, max_length=LONGEST_TEXT, description="The code, as it is listed."
    )
    meaning: str | None = Field(
        max_length=LONGEST_TEXT,
        description="Of a column: a field, or null to leave it out for good. Of a code: the value "
        "that it means, its own text to keep it as a value of the district's, an empty text for "
        "*not known*, or null to leave it as it is and out of the inbox.",
        examples=["K"],
    )

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        is_code = self.field is not None and self.text is not None
        if (self.header is not None) == (self.field is not None or self.text is not None):
            raise ValueError("Either `header`, or `field` and `text`.")
        if self.header is None and not is_code:
            raise ValueError("`field` and `text` go together.")
        if self.header is not None and self.meaning == "":
            raise ValueError("`meaning` is a field, or null.")
        return self


class SchoolsIn(Schema):
    """What schools of the file mean."""

    model_config = ConfigDict(extra="forbid", strict=True)

    schools: dict[SchoolName, SchoolName | None] = Field(
        min_length=1,
        max_length=1_000,
        description="School as the file writes it: the application's school, by its number or "
        "name; null where the application doesn't have it.",
    )


class SchoolNameIn(Schema):
    """A school as the file writes it."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: SchoolName
