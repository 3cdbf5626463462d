"""A chart of a value that stays until it changes, as numbers: a line of steps over time.

Pure functions; `charts` has the form, the template draws it.
"""

from collections.abc import Sequence
from datetime import datetime
from math import ceil, floor, log10
from typing import Final, NamedTuple

from rollbook.web.charts import Drawing, Tick

MOST_STEPS: Final = 4
"""Between the lines of the grid."""
MOST_DAYS: Final = 4
"""Days that are named below."""
MOST_DOTS: Final = 40
"""Beyond that they hide the line."""


class Step(NamedTuple):
    """From this moment on the value was this one."""

    at: datetime
    value: float


def draw_steps(
    steps: Sequence[Step], until: datetime, *, width: int, height: int, left: int = 44
) -> Drawing:
    """Return the drawing of at least one step, oldest first; the last one lasts until `until`."""
    top, bottom, right = 14.0, height - 30.0, width - 14.0
    begin = steps[0].at
    seconds = max(1.0, (until - begin).total_seconds())
    ticks = _ticks([step.value for step in steps])
    span = ticks[-1] - ticks[0]

    def x(at: datetime) -> float:
        share = min(1.0, (at - begin).total_seconds() / seconds)
        return round(left + 10 + (right - left - 10) * share, 1)

    def y(value: float) -> float:
        return round(bottom - (bottom - top) * (value - ticks[0]) / span, 1)

    dots = [(x(step.at), y(step.value)) for step in steps]
    ends = [*(at for at, _ in dots[1:]), x(until)]
    line = " ".join(
        f"{at},{height} {end},{height}" for (at, height), end in zip(dots, ends, strict=True)
    )
    days = _days(begin, until)
    return Drawing(
        width,
        height,
        left,
        bottom,
        [line],
        dots if len(dots) <= MOST_DOTS else [],
        [],
        [Tick(y(value), f"{value:,g}") for value in ticks],
        [Tick(x(day), f"{day:%b} {day.day}") for day in days],
    )


def _ticks(values: Sequence[float]) -> list[float]:
    """Return round numbers around the values, at most six; whole ones where the values are."""
    lowest, highest = min(values), max(values)
    least = 1.0 if all(value == round(value) for value in values) else 0.1
    rough = max((highest - lowest) / MOST_STEPS, least)
    power = 10.0 ** floor(log10(rough))
    size = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough * 0.999)
    first, last = floor(lowest / size), ceil(highest / size)
    return [round(size * number, 6) for number in range(first, max(last, first + 1) + 1)]


def _days(begin: datetime, until: datetime) -> list[datetime]:
    """Return moments of different days, the first and the last among them."""
    apart = (until.date() - begin.date()).days
    count = min(MOST_DAYS, apart + 1)
    return [begin + (until - begin) * number / max(1, count - 1) for number in range(count)]
