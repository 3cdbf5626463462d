"""Questions about feeds, and about the fields and terms that all of them share."""

from collections.abc import Sequence
from typing import Any, cast

from rollbook.core.catalogue.students import Catalogue, student_catalogue
from rollbook.core.catalogue.terms import Term
from rollbook.core.errors import UsageError
from rollbook.core.feed_settings import FeedRules
from rollbook.records.models import Feed, TermRow
from rollbook.records.queries.layouts import own_layouts_of


def read_terms() -> list[Term]:
    """Return this district's terms in their order."""
    rows = TermRow.objects.order_by("position")
    return [Term(row.name, row.starts_on, row.ends_on) for row in rows]


def read_catalogue() -> Catalogue:
    """Return the catalogue with this district's terms."""
    return student_catalogue(read_terms())


def field_headers() -> dict[str, str]:
    """Return the header of each field, this district's terms included."""
    return headers_of(read_catalogue())


def headers_of(catalogue: Catalogue) -> dict[str, str]:
    """Return the header of each field of the catalogue."""
    return {name: field.header for name, field in catalogue.by_name.items()}


def active_feeds() -> list[Feed]:
    """Return the feeds that are in use, by name."""
    return list(Feed.objects.filter(removed_at=None).order_by("name"))


class NoSuchFeed(UsageError):
    """There is no feed named {name}.

    Nothing was changed.

    The feeds are: {known}."""

    reason = "no_such_feed"


def feed_by_name(name: str) -> Feed:
    """Return one feed. Raises NoSuchFeed."""
    feeds = active_feeds()
    for feed in feeds:
        if feed.name == name:
            return feed
    raise NoSuchFeed(name=name, known=", ".join(feed.name for feed in feeds))


def feed_named(text: str) -> Feed:
    """Return the feed of this name, else of this number. Raises NoSuchFeed."""
    try:
        return feed_by_name(text)
    except NoSuchFeed:
        numbered = [feed for feed in active_feeds() if str(feed.pk) == text]
        if not numbered:
            raise
        return numbered[0]


def locked_feed(name: str) -> Feed:
    """Return one feed, which nobody else changes until the transaction ends. Raises NoSuchFeed.

    Looked at again once it is locked: it may have been removed while this waited.
    """
    row = Feed.objects.select_for_update().filter(pk=feed_by_name(name).pk, removed_at=None).first()
    return row if row is not None else locked_feed(name)


def feed_rules(feed: Feed, *, own: Sequence[str] | None = None) -> FeedRules:
    """Return how the feed wants its file treated. Its choices were checked when they were set.

    `own`: the layouts of its own that `own_layouts_of` gives, where they were asked for already.
    """
    return FeedRules(
        required=tuple(feed.required),
        worksheet=feed.worksheet or None,
        encoding=feed.encoding,
        layout=feed.layout,
        files=cast(Any, feed.files),
        percent_scale=cast(Any, feed.percent_scale),
        half_days=cast(Any, feed.half_days),
        blanks=cast(Any, feed.blanks),
        new_students=cast(Any, feed.new_students),
        is_roster=feed.is_roster,
        leading_zeros=feed.leading_zeros,
        rejected_limit=feed.rejected_limit,
        missing_limit=feed.missing_limit if feed.is_roster else 100,
        names_limit=feed.names_limit,
        ssid_limit=feed.ssid_limit,
        school_limit=feed.school_limit,
        grade_limit=feed.grade_limit,
        new_limit=feed.new_limit,
        one_school_limit=feed.one_school_limit,
        moved_limit=feed.moved_limit,
        promotion_on=feed.promotion_on,
        blanked_limit=feed.blanked_limit,
        shifted_limit=feed.shifted_limit,
        headers=feed.headers,
        values=feed.values,
        blank_markers=tuple(feed.blank_markers),
        other_columns=cast(Any, feed.other_columns),
        own_layouts=tuple(own_layouts_of(feed.layout) if own is None else own),
    )
