"""A chart as numbers: where its line, ticks and marks are. The template draws it as SVG.

Pure functions; two sizes, because the text of a drawing shrinks with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil, floor, log10

MOST_TICKS = 4


@dataclass(frozen=True, slots=True)
class Point:
    """One day: a value or none, and whether something failed."""

    day: date
    value: float | None
    has_failed: bool = False


@dataclass(frozen=True, slots=True)
class Tick:
    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """Everything in the units of the view box."""

    width: int
    height: int
    left: int
    bottom: float
    lines: Sequence[str]
    """One `points` for each run of days with a value: a day without leaves a gap."""
    dots: Sequence[tuple[float, float]]
    crosses: Sequence[tuple[float, float]]
    rows: Sequence[Tick]
    columns: Sequence[Tick]


def draw(points: Sequence[Point], *, width: int, height: int, left: int = 64) -> Drawing:
    """Return the drawing of a series from 0 up."""
    top, bottom, right = 14.0, height - 30.0, width - 14.0
    ticks = _ticks(max((point.value or 0 for point in points), default=0))
    highest = ticks[-1]
    step = (right - left - 10) / max(1, len(points) - 1)

    def x(index: int) -> float:
        return round(left + 10 + index * step, 1)

    def y(value: float) -> float:
        return round(bottom - (bottom - top) * value / highest, 1)

    placed = [
        (x(index), None if point.value is None else y(point.value))
        for index, point in enumerate(points)
    ]
    every = max(1, ceil(len(points) / (width / 110)))
    return Drawing(
        width,
        height,
        left,
        bottom,
        _lines(placed),
        [(at, value) for at, value in placed if value is not None],
        [(x(index), bottom - 8) for index, point in enumerate(points) if point.has_failed],
        [Tick(y(value), f"{value:,}") for value in ticks],
        [
            Tick(x(index), f"{point.day:%b} {point.day.day}")
            for index, point in enumerate(points)
            if (len(points) - 1 - index) % every == 0
        ],
    )


def description(points: Sequence[Point]) -> str:
    """Return in words what the drawing shows: range, first, last, lowest, highest, failures."""
    known = [(point.value, point.day) for point in points if point.value is not None]
    if not known:
        return "Nothing was imported on these days."
    (first, began), (last, ended) = known[0], known[-1]
    (lowest, low_day), (highest, high_day) = min(known), max(known)
    failed = sum(point.has_failed for point in points)
    words = (
        f"From {_words(began)} to {_words(ended)}: first {first:,}, last {last:,}, lowest "
        f"{lowest:,} on {_words(low_day)}, highest {highest:,} on {_words(high_day)}."
    )
    if failed:
        words += f" On {failed} {'day' if failed == 1 else 'days'} an import failed."
    return words


def _words(day: date) -> str:
    return f"{day:%B} {day.day}"


def _ticks(highest: float) -> list[int]:
    """Round numbers from 0 to at least `highest`, at most five."""
    rough = max(1.0, highest / MOST_TICKS)
    power = 10 ** floor(log10(rough))
    step = next(int(power * factor) for factor in (1, 2, 5, 10) if power * factor >= rough)
    return [step * number for number in range(max(1, ceil(highest / step)) + 1)]


def _lines(placed: Sequence[tuple[float, float | None]]) -> list[str]:
    runs: list[list[str]] = [[]]
    for at, value in placed:
        if value is None:
            runs.append([])
        else:
            runs[-1].append(f"{at},{value}")
    return [" ".join(run) for run in runs if len(run) > 1]
