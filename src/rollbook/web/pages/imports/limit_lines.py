"""What an import was measured by before it was stored, as lines of a table. Numbers alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from rollbook.core.feed_settings import rules_used
from rollbook.core.limits.table import LIMITS, allowed_percent
from rollbook.core.quantities import percent_text
from rollbook.core.report import Report


@dataclass(frozen=True, slots=True)
class LimitLine:
    """One kind: `part` of `whole`, in `percent`; up to `allowed` percent hold nothing."""

    label: str
    part: int
    whole: int
    percent: float
    allowed: int | None
    """None: the first one is too many."""
    is_beyond: bool
    students: Sequence[tuple[str, str]] = ()
    """Which lists of what would change have those who are counted: in words, as a query."""
    is_of_rows: bool = False
    """Whether they are rejected rows, which have a list of their own."""

    @property
    def in_words(self) -> str:
        """How much of it there is, and what is allowed: 31.8%, limit 10%."""
        if not self.whole:
            return f"{self.part:,}, none allowed"
        limit = "none allowed" if self.allowed is None else f"limit {self.allowed}%"
        return f"{percent_text(self.percent)}, {limit}"

    @property
    def bar(self) -> str:
        """The length of its bar, of 100; "" where it has none."""
        return f"{min(100.0, self.percent):.1f}" if self.whole else ""

    @property
    def mark(self) -> str:
        """Where on the bar the limit is, of 99, so that it is seen at the end as well."""
        return f"{min(99.0, float(self.allowed or 0)):.1f}"


_MISSING: Final = (("See who is missing", "part=missing"),)
_NEW: Final = (("See who is new", "part=new"),)
_SCHOOLS: Final = (("See their schools", "field=school"),)
_GRADES: Final = (("See their grades", "field=grade"),)
_STUDENTS: Final[Mapping[str, Sequence[tuple[str, str]]]] = {
    "missing": _MISSING,
    "names": (("See last names", "field=last_name"), ("See first names", "field=first_name")),
    "ssid": (("See their SSIDs", "field=ssid"),),
    "school": _SCHOOLS,
    "grade": _GRADES,
    "last_year": _GRADES,
    "newcomers": _NEW,
    "new": _NEW,
    "schools_gone": _MISSING,
    "schools_missing": _MISSING,
    "schools_opened": _NEW,
    "schools_new": _NEW,
    "schools_moved": (*_SCHOOLS, *_GRADES),
    "schools_promoted": _GRADES,
    "several": _MISSING,
}
"""Kind -> the lists of its students. What is said of columns and files is of no student."""
_OF_ROWS: Final = ("rejected", "unknown", "schools_rejected")


def limit_lines(report: Report) -> Sequence[LimitLine]:
    """Return a line for each kind that was counted at all, what is beyond its limit first."""
    rules = rules_used(report.rules)
    lines = [
        LimitLine(
            limit.label,
            measure.part,
            measure.whole,
            measure.percent,
            allowed_percent(kind, rules),
            limit.is_beyond(measure, rules),
            _STUDENTS.get(kind, ()),
            kind in _OF_ROWS,
        )
        for kind, limit in LIMITS.items()
        if (measure := report.measures.get(kind)) is not None and measure.part
    ]
    return sorted(lines, key=lambda line: not line.is_beyond)
