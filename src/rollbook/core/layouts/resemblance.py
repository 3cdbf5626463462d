"""Which headers are of tests, also where no layout reads them: tests say nothing of students."""

from collections.abc import Sequence
from typing import Final

from rollbook.core.catalogue.students import normalize_header
from rollbook.core.feed_settings import AUTO, IDENTIFIERS, FeedRules
from rollbook.core.layouts.builtin import LAYOUTS
from rollbook.core.layouts.layout import MEASURED, SUBJECT, Layout, Role
from rollbook.core.layouts.own import own_layouts
from rollbook.core.layouts.recognition import LIKELY, is_known, key_of, layout_of, recognize

MANY: Final = 10
"""So many columns of a vendor's exports of tests, a tenth of the file at least, are no doubt."""

_OF_A_TEST: Final = frozenset({Role.WINDOW, Role.DATE, Role.OFFICIAL, Role.EDITION})


def tests_in(header: Sequence[str], rules: FeedRules) -> Layout | None:
    """Return the layout of tests that a header is of, or resembles; None: its rows are students.

    They are where an administrator has said so: by the layout of the feed, or by mapping one of the
    columns to a field.
    """
    read = layout_of(header, rules)
    if read is not None:
        return read.layout if read.layout.is_of_tests else None
    if rules.layout != AUTO or _maps_a_field(header, rules):
        return None
    near = recognize(header, own_layouts(rules)) or recognize(header)
    if near is not None:
        return near.layout if near.layout.is_of_tests else None
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
