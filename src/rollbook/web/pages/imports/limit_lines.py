"""What an import was measured by before it was stored, as lines of a table. Numbers alone."""

from collections.abc import Sequence
from dataclasses import dataclass

from rollbook.core.feed_settings import rules_used
from rollbook.core.limits import LIMITS
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


def limit_lines(report: Report) -> Sequence[LimitLine]:
    """Return a line for each kind that was counted at all, what is beyond its limit first."""
    rules = rules_used(report.rules)
    lines = [
        LimitLine(
            limit.label,
            measure.part,
            measure.whole,
            100 * measure.part / measure.whole if measure.whole else 0.0,
            limit.percent(rules) if limit.setting or limit.share else None,
            limit.is_beyond(measure, rules),
        )
        for kind, limit in LIMITS.items()
        if (measure := report.measures.get(kind)) is not None and measure.part
    ]
    return sorted(lines, key=lambda line: not line.is_beyond)
