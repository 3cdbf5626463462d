"""What goes in and comes out about layouts, as JSON."""

from typing import Any

from ninja import Schema
from pydantic import Field


class LayoutOut(Schema):
    """How one kind of vendor's export is read."""

    name: str = Field(examples=["iready-diagnostic-results"])
    vendor: str = Field(examples=["iready"])
    title: str
    is_own: bool = Field(description="Made by the district; the others are built in.")
    is_verified: bool = Field(
        description="A published header confirms it; the others are used only where a feed is set "
        "to them."
    )
    feeds: list[str] = Field(description="Feeds that are set to it.")


class LayoutList(Schema):
    items: list[LayoutOut]


class LayoutColumnOut(Schema):
    """A column that is read."""

    holds: str = Field(description="A field, a measure of each term, or what it says of its row.")
    headers: str = Field(description="How its header may be written; `*` is any text.")


class LayoutShown(LayoutOut):
    """A layout as people read it."""

    columns: list[LayoutColumnOut]
    rules: list[str] = Field(description="What else there is to know of it, a sentence each.")


class LayoutDocument(Schema):
    """A layout as a file, as `rollbook layouts export` writes it."""

    rollbook_layout: int = Field(examples=[1])
    name: str = Field(description="Of a layout of one's own: begins with `own-`.")
    vendor: str
    title: str
    columns: list[dict[str, Any]] = Field(description="What each column holds, and its headers.")
    signs: list[list[str]] = Field(description="Of each group a header must be there.")
    others: list[str] = Field([], description="Headers that only other exports have.")
    ignored: list[str] = Field([], description="Headers of columns that aren't read.")
    subjects: dict[str, list[str]] = Field({}, description="Headers of one subject's exports.")
    seasons: list[Any] = Field([], description="Testing windows, and the day each ends on.")
    rows: list[dict[str, Any]] = Field([], description="Which rows are meant.")
    values: dict[str, dict[str, str]] = Field({}, description="Field: code: text.")
    window_words: dict[str, str] = Field({}, description="Text of the testing window: season.")
    subject_words: dict[str, str] = Field(
        {}, description="Text of the subject: reading, math or other."
    )
    primary_words: dict[str, str] = Field(
        {}, description="Text of the primary enrollment: yes or no."
    )
    parts: dict[str, list[str]] = Field({}, description="What headers name of a row's tests.")
    notes: list[str] = Field([], description="What people should know.")


class ReadOtherwiseOut(Schema):
    """One thing that files would be read otherwise in, or that the layout itself says otherwise."""

    where: str
    text: str
    before: str = Field(alias="from")
    after: str = Field(alias="to")


class LayoutImported(Schema):
    """What became of a layout."""

    name: str
    dry_run: bool
    action: str = Field(description="added, changed or unchanged.")
    feeds: list[str] = Field(description="Feeds whose files are read by it.")
    otherwise: list[ReadOtherwiseOut]


class FeedLayoutOut(Schema):
    """Which layout a feed has."""

    feed: str
    setting: str = Field(
        description="A layout's name, `none`, or `auto`: each file's header tells it."
    )
    read_by: str | None = Field(
        description="The layout by which the newest file is read; null where it is read by none, "
        "or no file has come yet."
    )
    resembles: str | None = Field(
        description="The layout that its header comes near to, without being read by it."
    )
