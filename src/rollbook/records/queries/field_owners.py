"""Which feed owns which field, and what that leaves to another feed."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from rollbook.core.catalogue.measures import MEASURES
from rollbook.core.catalogue.students import Catalogue
from rollbook.core.feed_settings import IDENTIFIERS
from rollbook.core.field_owners import ALONE, ROSTER_FIELDS, OthersFields
from rollbook.core.layouts.recognition import layout_of
from rollbook.core.mapping import header_meanings
from rollbook.records import clock
from rollbook.records.models import Feed, FieldOwner
from rollbook.records.queries.feeds import active_feeds, feed_rules, read_catalogue
from rollbook.records.queries.jobs import last_header
from rollbook.records.queries.layouts import chosen_layout
from rollbook.records.queries.school_years import not_yet_counted


def field_owners() -> dict[str, FieldOwner]:
    """Return the owner of each field that has one. What a removed feed owned is free."""
    rows = FieldOwner.objects.filter(feed__removed_at=None).select_related("feed")
    return {row.field: row for row in rows.order_by("field")}


def with_servers() -> list[tuple[str, bool]]:
    """Return the feeds with a server by name, and whether each is a roster feed."""
    rows = Feed.objects.filter(removed_at=None).exclude(host="").order_by("name")
    return list(rows.values_list("name", "is_roster"))


def roster_feeds() -> list[str]:
    """Return the feeds with a server that say who is a student."""
    return [name for name, is_roster in with_servers() if is_roster]


def others_fields(feed: Feed) -> OthersFields:
    """Return the fields that other feeds own.

    A file by hand is what a person wants now: nothing is closed to it. Roster feeds share theirs,
    because each of them has students of its own.
    """
    early, begins = not_yet_counted(clock.now())
    if not feed.host:
        return replace(ALONE, early=early, begins=begins)
    owners = field_owners()
    others = {name: row.feed for name, row in owners.items() if row.feed_id != feed.pk}
    both = {name: each for name, each in others.items() if feed.is_roster and each.is_roster}
    beside = {name: is_roster for name, is_roster in with_servers() if name != feed.name}
    return OthersFields(
        closed={name: each.name for name, each in others.items() if name not in both},
        shared={name: each.name for name, each in both.items()},
        own=frozenset(owners.keys() - others.keys()),
        feed=feed.name,
        rosters=tuple(name for name, is_roster in beside.items() if is_roster),
        beside=tuple(name for name, is_roster in beside.items() if not is_roster),
        early=early,
        begins=begins,
    )


def fields_brought(feed: Feed, catalogue: Catalogue) -> dict[str, str]:
    """Return the fields that the feed's settings and its newest file bring: name -> header."""
    rules, header = feed_rules(feed), last_header(feed)
    read = layout_of(header, rules) if header else None
    layout = chosen_layout(feed.layout) if read is None else read.layout
    if layout is not None and layout.is_of_tests:
        columns = [
            (next(layout.spellings(each.headers[0]))[0], each.holds) for each in layout.columns
        ]
        holds = columns if read is None else zip(header, read.holds, strict=True)
        found = _of_terms({name: text for text, name in holds if name}, catalogue)
    else:
        found = {name: text for text, name in feed.headers.items() if name}
        for each in header_meanings(catalogue, rules, header):
            if each.field is not None:
                found[each.field.name] = each.header
    known = catalogue.by_name
    apart = {*IDENTIFIERS, *ROSTER_FIELDS}
    return {name: text for name, text in found.items() if name in known and name not in apart}


def conflicts(feed: Feed, catalogue: Catalogue) -> dict[str, tuple[str, str]]:
    """Return the fields of other feeds that this one would write: name -> its header, the owner."""
    closed = others_fields(feed).closed
    if not closed:
        return {}
    brought = fields_brought(feed, catalogue)
    return {name: (brought[name], closed[name]) for name in brought if name in closed}


def owner_objects() -> list[dict[str, Any]]:
    """Return each field that has an owner, and which other feeds bring it all the same."""
    catalogue, others = read_catalogue(), defaultdict[str, list[str]](list)
    for each in active_feeds():
        for name in conflicts(each, catalogue):
            others[name].append(each.name)
    return [
        {"field": name, "feed": row.feed.name, "since": row.since, "set_aside_of": others[name]}
        for name, row in field_owners().items()
    ]


def _of_terms(holds: Mapping[str, str], catalogue: Catalogue) -> dict[str, str]:
    """Return the fields of every term that the columns of a file of tests fill."""
    measures = {column for _, column, _, _ in MEASURES}
    return {
        f"{term.key}_{name}": text
        for name, text in holds.items()
        if name in measures
        for term in catalogue.terms
    }
