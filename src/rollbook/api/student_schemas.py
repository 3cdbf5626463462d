"""What goes in and comes out about students, as JSON."""

import re
from datetime import date, datetime
from typing import Annotated, Any

from ninja import Schema
from pydantic import BeforeValidator, ConfigDict, Field

from rollbook.api.questions import YEARS
from rollbook.api.schemas import LONGEST_CURSOR, Paged
from rollbook.records.operations.student_records import LONGEST_REQUEST


def _day(text: object) -> object:
    """Return the day of a text; null stays null."""
    if text is None:
        return None
    if not isinstance(text, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise ValueError("write a day as 2026-11-26")
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ValueError("there is no such day") from None
    if day.year not in YEARS:
        raise ValueError("the year is far off")
    return day


Day = Annotated[date | None, BeforeValidator(_day)]


class SearchIn(Schema):
    """Which students are sought. A body, because addresses are logged by whatever is between."""

    model_config = ConfigDict(extra="forbid", strict=True)

    student_id: str = Field(
        "", max_length=100, description="The whole Student ID, as it is stored.", examples=["0016"]
    )
    text: str = Field(
        "",
        max_length=100,
        description="Parts of names, Student ID, SSID or school; all must match.",
    )
    grade: str = Field("", max_length=20, examples=["4"])
    school: str = Field("", max_length=255, description="The whole name.")
    missing: bool = Field(False, description="Missing from the file of a feed.")
    missing_since: Day = Field(None, description="On that day or later.")
    problems: bool = Field(False, description="With a problem in a feed's last import.")
    limit: int = Field(25, ge=1, le=100)
    cursor: str = Field("", max_length=LONGEST_CURSOR, description="Of the page before.")


class RequestIn(Schema):
    """Who asks for a student's record."""

    model_config = ConfigDict(extra="forbid", strict=True)

    requested_by: str = Field(
        min_length=1,
        max_length=LONGEST_REQUEST,
        description="The parent, student or court, in one line: it is kept in the audit log.",
    )


class StudentOut(Schema):
    number: int = Field(description="Of the student's row: for addresses and the audit log.")
    student_id: str
    as_of: datetime | None = Field(description="When an import last changed the student's data.")
    missing_since: datetime | None = Field(description="From the file of a feed; null: from none.")
    values: dict[str, Any] = Field(description="By the names of docs/reference/fields.md.")
    old: list[str] = Field(
        description="Which of the values are old: no import has brought them for more school days "
        "than the setting `quality.old_days`."
    )


class FoundOut(Schema):
    """A student that a search has found."""

    number: int = Field(description="Of the student's row: for addresses and the audit log.")
    student_id: str
    ssid: str | None
    last_name: str | None
    first_name: str | None
    preferred_name: str | None
    school: str | None
    grade: str | None
    missing_since: datetime | None


class PresenceOut(Schema):
    feed: str
    missing_since: datetime | None
    present_since: datetime | None = Field(description="Null too where the record doesn't reach.")


class KeptOut(Schema):
    """Who protected the value, and why."""

    by: str
    at: datetime
    reason: str


class OriginOut(Schema):
    """A value and the import that brought it; null where none on record did."""

    value: Any = Field(description="Text, number, boolean or null.")
    job: int | None
    file: str | None
    row: int | None
    at: datetime | None
    kept: KeptOut | None = Field(
        description="Who decided that it is this, if no import brought it."
    )


class ValueOut(OriginOut):
    before: Any = Field(description="The value before; null too where it isn't on record.")
    by_another_hand: bool = Field(description="Neither the last import nor `kept` wrote it.")
    as_of: datetime | None = Field(
        description="The last import that brought the value, whether or not it changed it; null "
        "where none on record did."
    )
    stale: bool = Field(description="Whether the source has or may have another value by now.")
    old: bool = Field(
        description="Whether no import has brought it for more school days than the setting "
        "`quality.old_days`; attendance and behavior alone."
    )


class OneStudent(Schema):
    number: int
    student_id: str
    as_of: datetime | None = Field(description="When an import last changed the student's data.")
    last_import: int | None
    presence: list[PresenceOut]
    values: dict[str, ValueOut] = Field(
        description="By the names of docs/reference/fields.md; `students.` is in front of what the "
        "table `students` has too."
    )


class FieldHistory(Paged[OriginOut]):
    number: int
    field: str


class RecordOut(Schema):
    """As `rollbook students record --json`; see docs/reference/contract.md."""

    district: str
    made_at: datetime
    made_by: str
    requested_by: str
    student_id: str
    last_import: int | None
    values: dict[str, Any]
    presence: list[PresenceOut]
    problems: list[dict[str, Any]]
    undone: list[dict[str, Any]]
    kept_by_undo: list[dict[str, Any]]
    protected: list[dict[str, Any]]
    copies: list[dict[str, Any]]
    has_all_problems: bool
    cut: list[str]


class StudentPage(Paged[StudentOut]):
    pass


class FoundPage(Paged[FoundOut]):
    total: int = Field(description="Students who match.")
