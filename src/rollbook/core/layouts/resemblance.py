"""What layouts say of a header; which are of tests, also where no layout reads them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rollbook.core.catalogue.students import normalize_header
from rollbook.core.feed_settings import AUTO, IDENTIFIERS, FeedRules
from rollbook.core.layouts.builtin import LAYOUTS
from rollbook.core.layouts.layout import MEASURED, SUBJECT, Layout, Role
from rollbook.core.layouts.own import own_layouts
from rollbook.core.layouts.recognition import (
    LIKELY,
    Recognition,
    is_known,
    key_of,
    layout_of,
    recognize,
)

MANY: Final = 10
"""So many columns of a vendor's exports of tests, a tenth of the file at least, are no doubt."""

_OF_A_TEST: Final = frozenset({Role.WINDOW, Role.DATE, Role.OFFICIAL, Role.EDITION})


@dataclass(frozen=True, slots=True)
class HeaderKnown:
    """What layouts say of a file's header. It is found out once for a file, and handed on."""

    read: Recognition | None = None
    """As `layout_of` returns it: the file is read so."""
    near: Recognition | None = None
    """As `layout_near` returns it, where the file is not read by a layout."""
    tests: Layout | None = None
    """The layout of tests that the header is of, or resembles; None: its rows are students."""


def header_known(header: Sequence[str], rules: FeedRules) -> HeaderKnown:
    """Return what layouts say of a header.

    Rows are students where an administrator has said so: by the layout of the feed, or by mapping
    one of the columns to a field.
    """
    read = layout_of(header, rules)
    if read is not None:
        return HeaderKnown(read, tests=_of_tests(read))
    if rules.layout != AUTO:
        return HeaderKnown()
    near = recognize(header, own_layouts(rules)) or recognize(header)
    tests = None
    if not _maps_a_field(header, rules):
        tests = _resembled(header, rules) if near is None else _of_tests(near)
    return HeaderKnown(near=None if rules.headers else near, tests=tests)


def _of_tests(read: Recognition) -> Layout | None:
    return read.layout if read.layout.is_of_tests else None


def _resembled(header: Sequence[str], rules: FeedRules) -> Layout | None:
    of_tests = (each for each in (*own_layouts(rules), *LAYOUTS) if each.is_of_tests)
    return next((layout for layout in of_tests if _resembles(header, layout)), None)


def _maps_a_field(header: Sequence[str], rules: FeedRules) -> bool:
    mapped = {normalize_header(text): name for text, name in rules.headers.items()}
    found = (mapped.get(normalize_header(text)) for text in header)
    return any(name and name not in IDENTIFIERS for name in found)


def _resembles(header: Sequence[str], layout: Layout) -> bool:
    """Tell whether a header is like that of another export of the vendor, or of another year."""
    keys = list(map(key_of, header))
    holds = [layout.holds(key) for key in keys]
    # A SIS has statuses of its own: of enrollment, lunch, English.
    others = sum(layout.is_of_another(key) and "status" not in key for key in keys)
    of_a_test = sum(each in _OF_A_TEST for each in holds)
    own = others + of_a_test + sum(map(_is_measure, holds))
    known = sum(
        each is not None or layout.is_of_another(key) or is_known(layout, text, key)
        for text, key, each in zip(header, keys, holds, strict=True)
    )
    is_like_it = of_a_test > 0 and own > 1 and known * 100 >= LIKELY * len(header)
    return is_like_it or (own >= MANY and own * 10 >= len(header))


def _is_measure(holds: str | None) -> bool:
    return holds is not None and (holds in MEASURED or SUBJECT in holds)
