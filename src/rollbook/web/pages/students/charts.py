"""Small charts of one student: absences and attendance over the nights that are on record."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from rollbook.core.catalogue.students import Catalogue
from rollbook.records.queries.lineage import StudentLineage
from rollbook.web.charts import Drawing, Point, description
from rollbook.web.step_charts import Step, draw_steps

CHARTED: Final = ("absences_ytd", "attendance_percentage")
MOST_STEPS: Final = 120
"""Changes that are drawn; a value may change every night for more than a year."""
LEAST_STEPS: Final = 2
"""One value is no development."""


@dataclass(frozen=True, slots=True)
class Chart:
    """One field over time, drawn, in words and as lines of a table (newest first)."""

    name: str
    header: str
    drawing: Drawing
    description: str
    steps: Sequence[Step]
    is_whole: bool
    """False where older changes are left out."""


def charts(student: StudentLineage, catalogue: Catalogue, *, now: datetime) -> Sequence[Chart]:
    """Return a chart of each field that had several values; `now` is local, and so are
    the times."""
    found = []
    for name in CHARTED:
        field = student.fields[name]
        every = [
            Step(change.at.astimezone(now.tzinfo), number)
            for change in reversed(field.changes)
            if (number := _number(change.value)) is not None
        ]
        steps = every[-MOST_STEPS:]
        if len(steps) < LEAST_STEPS:
            continue
        # Nobody knows since when a value is there that no import brought: the line ends before it.
        until = steps[-1].at if field.is_changed_since else now
        words = description([Point(step.at.date(), step.value) for step in steps])
        found.append(
            Chart(
                name,
                catalogue.by_name[name].header,
                draw_steps(steps, until, width=360, height=180),
                words,
                steps[::-1],
                is_whole=len(every) == len(steps),
            )
        )
    return found


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    if isinstance(value, Decimal) and not value.is_finite():
        return None
    return int(value) if value == int(value) else float(value)
