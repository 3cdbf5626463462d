"""The codes of a feed's newest file: what each is read as, and in how many rows."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from rollbook.access.scopes import Scope
from rollbook.api.caller import caller_of
from rollbook.api.inbox_schemas import FullColumnOut
from rollbook.api.rules import needs
from rollbook.api.views import disclose
from rollbook.records.queries.feed_codes import codes_object, codes_of
from rollbook.records.queries.feeds import feed_named, read_catalogue

router = Router(tags=["Feeds and health"])


class CodeOut(Schema):
    """A text of a field: one that the feed's mapping has, or one that is not known."""

    field: str = Field(examples=["grade"])
    column: str = Field(description="The column's header.")
    text: str = Field(examples=["Kinder"])
    rows: int | None = Field(description="Of the newest file; null where they weren't counted.")
    meaning: str | None = Field(
        description="What is read instead; an empty text for *not known*, null where the feed says "
        "nothing."
    )
    nearest: str | None = Field(description="The most similar value; it is never chosen for you.")
    is_kept: bool = Field(description="Not known, and imported as it is; others are left out.")


class BlankOut(Schema):
    """A text that means *not known* in every column of the feed, or that probably does."""

    text: str = Field(examples=["Not tested"])
    rows: int | None = Field(description="Of the newest file; null where they weren't counted.")
    columns: list[str] = Field(description="Headers of the columns that have it.")
    is_set: bool = Field(description="The feed reads it as *not known*.")


class CodesOut(Schema):
    """What the texts of a feed's newest file are read as."""

    feed: str
    job: int | None = Field(description="The import of that file; null before the first.")
    codes: list[CodeOut]
    columns_of_many_texts: list[FullColumnOut]
    blanks: list[BlankOut]


@router.get(
    "/feeds/{str:feed}/codes",
    **needs(Scope.ADMIN),
    response=CodesOut,
    operation_id="get_codes",
    summary="Codes of a feed's newest file, what they are read as, and what may mean blank",
    description="Seeing them is on record in the audit log.",
)
def get_codes(request: HttpRequest, feed: str) -> Any:
    row = feed_named(feed)
    found = codes_of(row, read_catalogue())
    if found.shows_values:
        disclose(caller_of(request), row.name, what="codes of the newest file")
    return codes_object(row.name, found)
