"""What goes in and comes out about the school year, as JSON."""

from datetime import date

from ninja import Schema
from pydantic import ConfigDict, Field


class SchoolYearIn(Schema):
    """The days of a school year."""

    model_config = ConfigDict(extra="forbid", strict=True)

    first_day: str = Field(max_length=10, examples=["2027-08-11"])
    last_day: str = Field(max_length=10, examples=["2028-06-02"])


class TaskOut(Schema):
    what: str
    advice: str


class ExpectedPromotion(Schema):
    """From when to when a feed's files may bring a promotion without being held."""

    feed: str
    first_day: date
    last_day: date


class SchoolYearOut(Schema):
    """The school year, as in `rollbook year show --json`."""

    school_year: str | None = Field(description="Such as 2027-28; null where its days aren't set.")
    first_day: date | None
    last_day: date | None
    switched_to: date | None = Field(description="The first day of the year last switched to.")
    switch: int | None = Field(description="The number of that switch.")
    to_do: list[TaskOut]
    promotions: dict[str, int] = Field(description="Active students by grade, before the switch.")
    promotions_expected: list[ExpectedPromotion]
    leavers: int | None = Field(description="Students who have left the roster since the switch.")


class SetAsideOut(Schema):
    """What a switch set aside, or would."""

    switched: bool
    switch: int | None
    students: int
    values: dict[str, int] = Field(description="Students with a value that goes, by field.")


class SwitchUndone(Schema):
    values_restored: int
    values_kept: int = Field(description="A later value has come in their place.")
