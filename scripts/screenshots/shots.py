"""Which pictures there are: each of one page of the demo, as an administrator sees it."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture `NAME.png`. In `path`, {sis} and others are numbers of imports (`imports.py`)."""

    name: str
    path: str
    height: int = 800
    """Of the picture, in pixels; the page may be longer."""
    scrolled_to: str = ""
    """A selector: the picture begins at this element, unfolded."""
    is_dark: bool = False
    is_phone: bool = False


READING: Final = "details:has(> summary #h-reading)"
LIMITS: Final = "details:has(> summary #h-safety)"
FILE: Final = "section:has(#h-file)"

SHOTS: Final = (
    Shot("audit", "/audit/?q=dana.reyes", 800),
    Shot("dashboard", "/", 900),
    Shot("dashboard-dark", "/", 900, is_dark=True),
    Shot("dashboard-phone", "/", 900, is_phone=True),
    Shot("import", "/imports/{sis}/", 1000),
    Shot("problems", "/imports/{sis}/rows/", 800),
    Shot("changes", "/imports/{sis}/changes/", 800),
    Shot("dry-run", "/imports/{dry_run}/", 800),
    Shot("undo", "/imports/{sis}/undo/", 700),
    Shot("held", "/imports/{held}/", 800),
    Shot("held-dark", "/imports/{held}/", 800, is_dark=True),
    Shot("layout-iready", "/imports/{iready}/", 700, scrolled_to=FILE),
    Shot("layout-mclass", "/imports/{mclass}/", 700, scrolled_to=FILE),
    Shot("layout-powerschool", "/imports/{powerschool}/", 500, scrolled_to=FILE),
    Shot("layout-illuminate", "/imports/{illuminate}/", 500, scrolled_to=FILE),
    Shot("layout-oneroster", "/imports/{oneroster}/", 500, scrolled_to=FILE),
    Shot("layout-dibels", "/imports/{dibels}/", 500, scrolled_to=FILE),
    Shot("history", "/imports/", 900),
    Shot("feeds", "/feeds/", 700),
    Shot("feed", "/feeds/sis/", 900),
    Shot("limits", "/feeds/sis/settings/", 900, scrolled_to=LIMITS),
    Shot("reading", "/feeds/sis/settings/", 700, scrolled_to=READING),
    Shot("columns", "/feeds/sis/columns/", 900),
    Shot("fields", "/feeds/iready-math/fields/", 700),
    Shot("versions", "/feeds/sis/versions/", 600),
    Shot("quality", "/quality/", 1100),
    Shot("quality-phone", "/quality/", 900, is_phone=True),
    Shot("student", "/students/{student}/", 1200),
    Shot("student-phone", "/students/{student}/", 900, is_phone=True),
    Shot("layouts", "/layouts/", 800),
)
