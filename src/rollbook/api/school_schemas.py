"""What comes out about schools, as JSON."""

from ninja import Schema
from pydantic import Field


class SuggestedSchool(Schema):
    school_id: str
    school: str


class SchoolOut(Schema):
    """A school as files write it, as in `rollbook schools list --json`."""

    name: str
    students: int = Field(description="Students who have it stored.")
    state: str = Field(description="confirmed, gone, absent or not_mapped.")
    school_id: str | None = Field(description="The application's school that it means.")
    school: str | None
    suggested: SuggestedSchool | None


class SchoolList(Schema):
    items: list[SchoolOut]
