"""The layouts that Rollbook knows."""

import hashlib
from typing import Final

from rollbook.core.errors import UsageError
from rollbook.core.feed_settings import AUTO, NO_LAYOUT
from rollbook.core.layouts import dibels, iready, mclass, sis
from rollbook.core.layouts.layout import Layout


class UnknownLayout(UsageError):
    """There is no layout {name}.

    Nothing was changed.

    The layouts are: {known}."""

    reason = "unknown_layout"


LAYOUTS: Final[tuple[Layout, ...]] = (
    iready.DIAGNOSTIC_RESULTS,
    iready.DIAGNOSTIC_AND_INSTRUCTION,
    mclass.BENCHMARK,
    mclass.BENCHMARK_UNTIL_2020,
    dibels.BY_WINDOW,
    dibels.DATA_SYSTEM,
    *sis.LAYOUTS,
)
BY_NAME: Final = {layout.name: layout for layout in LAYOUTS}

LAYOUT_CHOICES: Final = (AUTO, NO_LAYOUT, *BY_NAME)
"""What a feed may say of the layout of its files."""


def layouts_fingerprint() -> str:
    """Return a digest that changes when anything that is declared changes."""
    return hashlib.sha256(repr(LAYOUTS).encode()).hexdigest()
