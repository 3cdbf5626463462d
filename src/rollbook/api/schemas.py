"""What comes out, as JSON. A job is the object of `--json`, with its times."""

from datetime import datetime
from typing import Any, Generic, TypeVar

from ninja import Schema
from pydantic import Field

T = TypeVar("T")

LONGEST_CURSOR = 200


class UploadAddress(Schema):
    """Where one file may be sent within a quarter of an hour, and how it is named then."""

    url: str = Field(examples=["https://rollbook-uploads.s3.us-west-2.amazonaws.com/"])
    fields: dict[str, str] = Field(
        description="Fields of a multipart form, sent before its last one, `file`."
    )
    uploaded: str = Field(description="What `import_uploaded` is told of it; good for an hour.")


class Begun(Schema):
    """An import that waits for a worker."""

    job: int = Field(examples=[12])
    status: str = Field("pending", examples=["pending"])


class Counts(Schema):
    """Student records of the file; `total` is the sum of the next five."""

    total: int
    inserted: int
    updated: int
    unchanged: int
    rejected: int
    duplicates: int
    missing_from_file: int
    combined: int
    left_out: int


class IssueCounts(Schema):
    errors: int
    warnings: int
    by_code: dict[str, int] = Field(examples=[{"NOT_A_NUMBER": 6}])


class IssueOut(Schema):
    """One thing that is wrong. Student, column and value are null without the scope for values."""

    row: int | None = Field(description="Null where it is about the whole file.")
    student_id: str | None
    column: str | None
    field: str | None
    code: str = Field(examples=["OUT_OF_RANGE"])
    severity: str = Field(examples=["error"])
    value: str | None
    message: str


class JobOut(Schema):
    """One import."""

    job: int = Field(examples=[12])
    feed: str = Field(examples=["sis"])
    status: str = Field(description="pending, running, completed, failed or held")
    outcome: str = Field(description="The same in the words of the pages.", examples=["succeeded"])
    reason: str | None = Field(description="Code of why it didn't complete.")
    message: str | None
    phase: str | None
    dry_run: bool
    stored: bool
    started_by: str
    started_at: datetime | None
    ended_at: datetime | None
    next_attempt_at: datetime | None = Field(description="Of a failed import that is tried again.")
    rehearses: datetime | None = Field(None, description="Of a rehearsal: its planned run.")
    in_advance: str | None = Field(
        None,
        description="Of a rehearsal whose file would be held: open (it can be decided), decided, "
        "used, or expired (its run has begun, or is planned no longer).",
    )
    file: dict[str, Any]
    counts: Counts
    issues: IssueCounts
    columns_set_aside: list[str]
    adoption: dict[str, int] | None = Field(
        description="Of the first import into a table that had students: how they were matched."
    )
    protected: dict[str, int] | None = Field(
        None,
        description="Protected values: kept, agreed with (older: by an older file), expired, gone.",
    )
    seconds: dict[str, float]
    undone: dict[str, Any] | None = Field(
        None, description="When the import was undone, who did it, and what came of it."
    )


class UndoOut(Schema):
    """What an undo did, or would do."""

    job: int
    jobs: list[int] = Field(description="The imports, in the order in which they are undone.")
    undone: bool = Field(description="False of a preview: nothing was written.")
    schedule_turned_off: bool
    students_removed: int
    students_kept: int = Field(description="Students that the import created, and who stay.")
    values_restored: int
    values_kept: int = Field(description="Changed since by a later import or another hand.")
    students_active_again: int = Field(
        description="Students that the import had found missing from its roster."
    )
    students_missing_again: int = Field(
        description="Students that the import had found in its roster again."
    )


class JobWithIssues(JobOut):
    """One import with its first issues."""

    in_advance_obstacle: str | None = Field(
        None,
        description="Why a decision in advance wouldn't count as things are, or didn't: "
        "settings, person (no longer an administrator), file, same_file, no_file or failed.",
    )
    issue_list: list[IssueOut]


class EventOut(Schema):
    at: datetime
    kind: str
    message: str


class ChangeOut(Schema):
    """One value of a known student, or a student. Without the scope for values some are null."""

    row: int | None = Field(description="Null where the student isn't in the file.")
    student_id: str | None = Field(description="Null also where the student was deleted since.")
    what: str = Field(description="filled, changed, cleared; new, missing, back.")
    field: str | None = Field(description="Null where it is about the student.")
    before: str | None
    after: str | None
    before_by_another_hand: bool = Field(
        description="Whether another hand had written the value before, since the last import."
    )


class ChangesOut(Schema):
    """How many students an import changes, and which."""

    job: int
    fields: dict[str, int] = Field(description="Field: known students with a new value.")
    updated: dict[str, int] = Field(description="School: known students who change.")
    inserted: dict[str, int] = Field(description="School: new students.")
    overwritten: dict[str, int] = Field(
        description="Field: known students whose value another hand had written since."
    )
    items: list[ChangeOut]
    next_cursor: str | None = Field(description="Sent as `cursor` for the next page; null at end.")


class NoteOut(Schema):
    """What an administrator wrote to an import."""

    at: datetime
    author: str
    text: str
    resolves: bool = Field(description="No one needs to look at the failed import again.")
    reopens: bool = Field(description="It wasn't resolved after all.")


class NotesOut(Schema):
    job: int
    items: list[NoteOut]


class OwnLevels(Schema):
    """Words of an import that no instrument reports as a level, and that its feed does not know."""

    job: int
    feed: str
    levels: dict[str, list[str]] = Field(
        description="Field: its words; only of columns with at most 20 of them."
    )


class FeedOut(Schema):
    """Where files come from; no password and no key."""

    id: int
    name: str
    source: str = Field(description="sftp, or upload where files are given by hand")
    host: str | None
    port: int | None
    username: str | None
    folder: str | None
    pattern: str | None
    is_host_key_pinned: bool
    is_roster: bool
    is_scheduled: bool
    next_run_at: datetime | None
    last_good_at: datetime | None = Field(description="When its last good import ended.")
    is_fresh: bool
    status: str | None = Field(description="As in health; null without a server.")
    missed_runs: int
    muted_until: datetime | None = Field(
        description="Until when its mails are muted; what loses a night is told all the same."
    )


class Paged(Schema, Generic[T]):
    """One page of a list."""

    items: list[T]
    next_cursor: str | None = Field(description="Sent as `cursor` for the next page; null at end.")


class FieldFault(Schema):
    field: str
    detail: str


class ProblemOut(Schema):
    """What is wrong (RFC 9457)."""

    type: str = Field(examples=["about:blank"])
    title: str
    status: int
    reason: str = Field(description="A code that stays the same.", examples=["no_such_feed"])
    detail: str
    job: int | None = Field(None, description="The import that is in the way.")
    errors: list[FieldFault] | None = None


class JobPage(Paged[JobOut]):
    pass


class IssuePage(Paged[IssueOut]):
    pass


class EventPage(Paged[EventOut]):
    pass


class FeedList(Schema):
    items: list[FeedOut]


class FieldOwner(Schema):
    """A field that one feed writes, and others do not."""

    field: str = Field(description="Its name in the catalogue.")
    feed: str
    since: datetime
    set_aside_of: list[str] = Field(description="Feeds whose files bring it all the same.")


class FieldOwners(Schema):
    items: list[FieldOwner]
