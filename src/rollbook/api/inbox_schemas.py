"""What comes out about a feed's inbox, as JSON."""

from datetime import datetime

from ninja import Schema
from pydantic import Field


class NewCodeOut(Schema):
    """A text of a coded field that is not known."""

    field: str = Field(examples=["grade"])
    column: str = Field(description="The column's header.")
    text: str = Field(examples=["Kinder 1"])
    rows: int
    since: datetime | None = Field(description="When a file had it first.")
    nearest: str | None = Field(description="The most similar value; it is never chosen for you.")
    is_kept: bool = Field(description="Imported as it is; other codes are left out.")


class FullColumnOut(Schema):
    """A coded field with so many unknown texts that its column probably holds something else."""

    field: str
    column: str
    rows: int


class NewColumnOut(Schema):
    """A column that is not known."""

    header: str = Field(examples=["Homeroom"])
    examples: list[str] = Field(description="A few of its values.")
    since: datetime | None = Field(description="When a file had it first.")
    nearest: str | None = Field(description="The most similar field; it is never chosen for you.")


class InboxOut(Schema):
    """What waits for a decision, of the feed's newest file."""

    feed: str
    job: int | None = Field(description="The import of that file; null before the first.")
    codes: list[NewCodeOut]
    columns_of_many_texts: list[FullColumnOut]
    columns: list[NewColumnOut]
