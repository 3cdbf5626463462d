"""A district's own layouts: read out of their documents, and found by name.

A feed's rules carry them as JSON, so that the limited process knows them too.
"""

import json
from functools import lru_cache

from rollbook.core.feed_settings import FeedRules
from rollbook.core.layouts.builtin import BY_NAME
from rollbook.core.layouts.checks import layout_faults
from rollbook.core.layouts.document import layout_of_document
from rollbook.core.layouts.layout import Layout


def own_layouts(rules: FeedRules) -> list[Layout]:
    """Return the own layouts that files of the feed may have."""
    found = (read_own(text) for text in rules.own_layouts)
    return [layout for layout in found if layout is not None]


def layout_named(name: str, rules: FeedRules) -> Layout | None:
    """Return a built-in or an own layout; None: there is none."""
    if name in BY_NAME:
        return BY_NAME[name]
    return next((layout for layout in own_layouts(rules) if layout.name == name), None)


@lru_cache(maxsize=256)
def read_own(text: str) -> Layout | None:
    """Return the layout of a document in JSON; None where it is not valid (any more)."""
    document = json.loads(text)
    return None if layout_faults(document) else layout_of_document(document)
