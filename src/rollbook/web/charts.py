"""A chart as numbers: where its bars, lines, ticks and marks are. The template draws it as SVG.

Pure functions; two sizes, because the text of a drawing shrinks with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil, floor, log10

MOST_TICKS = 4
LEAST_BAR = 2.0
"""A bar of 0: it shows that there was an import, which changed nothing."""
WIDEST_BAR = 18.0


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
class Bar:
    x: float
    y: float
    width: float
    height: float
    label: str
    """What it says where a pointer rests on it."""


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
    bars: Sequence[Bar] = ()


def draw_bars(points: Sequence[Point], *, width: int, height: int, left: int = 64) -> Drawing:
    """Return the drawing of a bar for each day with a value. Bars tell the truth only from 0 up."""
    top, bottom, right = 22.0, height - 30.0, width - 14.0
    ticks = _ticks(max((point.value or 0 for point in points), default=0))
    step = (right - left) / max(1, len(points))
    wide = round(min(WIDEST_BAR, step * 0.7), 1)

    def x(index: int) -> float:
        return round(left + (index + 0.5) * step, 1)

    def y(value: float) -> float:
        return round(bottom - (bottom - top) * value / ticks[-1], 1)

    def tall(value: float) -> float:
        return round(max(LEAST_BAR, bottom - y(value)), 1)

    bars = [
        Bar(
            round(x(index) - wide / 2, 1),
            round(bottom - tall(point.value), 1),
            wide,
            tall(point.value),
            f"{_words(point.day)}: {point.value:,}",
        )
        for index, point in enumerate(points)
        if point.value is not None
    ]
    every = max(1, ceil(len(points) / (width / 110)))
    return Drawing(
        width,
        height,
        left,
        bottom,
        lines=[],
        dots=[],
        crosses=[
            (x(index), round(y(point.value or 0) - 10, 1))
            for index, point in enumerate(points)
            if point.has_failed
        ],
        rows=[Tick(y(value), f"{value:,}") for value in ticks],
        columns=[
            Tick(x(index), f"{point.day:%b} {point.day.day}")
            for index, point in enumerate(points)
            if (len(points) - 1 - index) % every == 0
        ],
        bars=bars,
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
