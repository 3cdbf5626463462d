"""Questions about layouts: the built-in ones, and the district's own."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from rollbook.core.feed_settings import AUTO, NO_LAYOUT, FeedRules
from rollbook.core.layouts.builtin import BY_NAME, LAYOUTS, UnknownLayout
from rollbook.core.layouts.document import document_of
from rollbook.core.layouts.layout import Layout
from rollbook.core.layouts.own import layout_named, read_own
from rollbook.core.layouts.shapes import LONGEST
from rollbook.records.models import Feed, OwnLayout

OWN_TITLE: Final = ", our own"


@dataclass(frozen=True, slots=True)
class KnownLayout:
    """A layout and the feeds that are set to it; `is_own`: the district has made it."""

    layout: Layout
    is_own: bool
    feeds: tuple[str, ...] = ()

    def as_object(self) -> dict[str, Any]:
        """Return it for programs, without what it says of files."""
        return {
            "name": self.layout.name,
            "vendor": self.layout.vendor,
            "title": self.layout.title,
            "is_own": self.is_own,
            "is_verified": self.layout.is_verified,
            "feeds": list(self.feeds),
        }


def own_layouts_of(layout: str) -> tuple[str, ...]:
    """Return the own layouts that files of a feed with the setting `layout` may have, as JSON."""
    if layout == NO_LAYOUT or layout in BY_NAME:
        return ()
    rows = OwnLayout.objects.order_by("name")
    if layout != AUTO:
        rows = rows.filter(name=layout)
    return tuple(_text(row) for row in rows)


def own_layouts() -> list[Layout]:
    """Return the district's own layouts; without any that this version cannot read."""
    found = (read_own(_text(row)) for row in OwnLayout.objects.order_by("name"))
    return [layout for layout in found if layout is not None]


def known_layouts() -> list[KnownLayout]:
    """Return all layouts, the built-in ones first, each with its feeds."""
    users: dict[str, list[str]] = {}
    for name, layout in (
        Feed.objects.filter(removed_at=None).order_by("name").values_list("name", "layout")
    ):
        users.setdefault(layout, []).append(name)
    lists = ((LAYOUTS, False), (own_layouts(), True))
    return [
        KnownLayout(layout, is_own, tuple(users.get(layout.name, ())))
        for layouts, is_own in lists
        for layout in layouts
    ]


def known_layout(name: str) -> KnownLayout:
    """Return one of them. Raises UnknownLayout."""
    known = {each.layout.name: each for each in known_layouts()}
    if name not in known:
        raise UnknownLayout(name=name, known=", ".join(known))
    return known[name]


def layout_objects() -> list[dict[str, Any]]:
    """Return all layouts for programs."""
    return [each.as_object() for each in known_layouts()]


def layout_choices() -> Collection[str]:
    """Return what a feed may say of the layout of its files."""
    own = OwnLayout.objects.order_by("name").values_list("name", flat=True)
    return (AUTO, NO_LAYOUT, *BY_NAME, *own)


def layout_by_name(name: str) -> Layout:
    """Return a layout. Raises UnknownLayout."""
    return known_layout(name).layout


def chosen_layout(setting: str) -> Layout | None:
    """Return the layout that a feed's setting names; None: none, or one to be found out."""
    if setting in (AUTO, NO_LAYOUT):
        return None
    return layout_named(setting, FeedRules(own_layouts=own_layouts_of(setting)))


def document_to_export(name: str) -> dict[str, Any]:
    """Return a layout's document, which can be changed and imported. Raises UnknownLayout."""
    layout = layout_by_name(name)
    document = document_of(layout)
    if name not in BY_NAME:
        return document
    # Two layouts of one title could not be told apart where a feed's is chosen.
    title = f"{document['title'][: LONGEST - len(OWN_TITLE)]}{OWN_TITLE}"
    return document | {"name": f"own-{name}"[:60].rstrip("-"), "title": title}


def title_of(name: str) -> str:
    """Return what a layout is called; of one that is no longer known its name."""
    layout = chosen_layout(name)
    return name if layout is None else layout.title


def feeds_set_to(name: str) -> list[str]:
    """Return the names of the feeds that are set to a layout."""
    rows = Feed.objects.filter(removed_at=None, layout=name).order_by("name")
    return list(rows.values_list("name", flat=True))


def _text(row: OwnLayout) -> str:
    return json.dumps(row.document | {"name": row.name}, sort_keys=True)
