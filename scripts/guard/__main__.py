"""Print how often columns alarm for nothing over 60 nights, and which disasters are caught.

`python -m scripts.guard` takes some minutes; `--seeds 5,2,1`: districts of each size.
"""

import argparse
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from rollbook.core.catalogue.school_year import is_turning
from rollbook.core.catalogue.students import student_catalogue
from rollbook.core.catalogue.terms import Term
from rollbook.core.feed_settings import FeedRules
from rollbook.core.limits.table import LIMITS
from rollbook.core.profile.filled import Filled
from rollbook.core.profile.shifted import (
    Shifts,
    least_shifts,
    rewritten_scores,
    swapped_columns,
    with_more,
)
from rollbook.core.profile.spread import Spread, Spreads, spread_of_numbers, spread_of_words
from scripts.guard.disasters import DISASTERS
from scripts.guard.district import BEGINNINGS, NIGHTS, TESTED, Column, Columns, counted, nights

SIZES: Final = (300, 3_000, 30_000)
REMEMBERED: Final = 10
PLANTED_AFTER: Final = (20, 40, 55)
CATALOGUE: Final = student_catalogue([Term(term) for term in TESTED])
LIMITS_TRIED: Final = (20, 30, 40, 50)
DEFAULT: Final = FeedRules().shifted_limit


class Tallies:
    """What was counted."""

    def __init__(self) -> None:
        self.runs: Counter[tuple[int, str]] = Counter()
        self.alarms: Counter[tuple[int, str, int]] = Counter()
        self.planted: Counter[tuple[int, bool, str]] = Counter()
        self.caught: Counter[tuple[int, bool, str]] = Counter()

    def caught_of(self, name: str, sizes: Sequence[int], *, is_turn: bool) -> str:
        """Return how many of how many were caught, in words."""
        keys = [(size, is_turn, name) for size in sizes]
        planted = sum(self.planted[key] for key in keys)
        return f"{sum(self.caught[key] for key in keys)} of {planted}" if planted else ""


@dataclass(frozen=True)
class Night:
    """One night's file."""

    columns: Columns
    spreads: Spreads


def spreads_of(columns: Columns) -> dict[str, Spread]:
    """Return the spreads of a night, as a file's validation does."""
    found = {}
    for name, column in columns.items():
        texts = counted(column)
        is_word = name.endswith(("_level", "_met_standard"))
        spread = spread_of_words(texts) if is_word else spread_of_numbers(texts)
        if spread.groups:
            found[name] = spread
    return found


def shifts_of(night: Night, past: "deque[Night]", day: date) -> tuple[Shifts, dict[str, str]]:
    """Return the shift of each column, and the columns that look swapped."""
    before = [each.spreads for each in past]
    shifts = least_shifts(night.spreads, before, CATALOGUE, is_turn=is_turning(day, None))
    if past:
        stored = past[0].columns
        becomes = {
            name: _becomes(column, stored[name])
            for name, column in night.columns.items()
            if name in stored
        }
        counts = {name: len(column) - column.count(None) for name, column in night.columns.items()}
        filled = Filled(1, counts)
        shifts = with_more(shifts, rewritten_scores(becomes, filled, before, CATALOGUE))
    return shifts, swapped_columns(night.spreads, shifts, CATALOGUE)


def _becomes(now: Column, stored: Column) -> tuple[int, int, int]:
    others = sum(
        one != other and one is not None and other is not None
        for one, other in zip(now, stored, strict=True)
    )
    filled = sum(one is not None and other is None for one, other in zip(now, stored, strict=True))
    return filled, others, 0


def beyond(found: tuple[Shifts, dict[str, str]], limit: int) -> dict[str, int]:
    """Return the columns that hold at this limit, with the percentage of each."""
    rules, (shifts, swapped) = FeedRules(shifted_limit=limit), found
    return {
        name: round(shift.share * 100)
        for name, shift in shifts.items()
        if name in swapped or LIMITS["shifted"].is_beyond(shift.measure, rules)
    }


def run(students: int, seed: int, season: str, tallies: Tallies) -> None:
    """Go through 60 nights; on some of them every disaster is tried, too."""
    past: deque[Night] = deque(maxlen=REMEMBERED)
    for at, (day, columns) in enumerate(nights(students, seed, BEGINNINGS[season])):
        now = Night(columns, spreads_of(columns))
        shifts = shifts_of(now, past, day)
        for limit in LIMITS_TRIED:
            found = beyond(shifts, limit)
            tallies.alarms[students, season, limit] += bool(found)
        if at in PLANTED_AFTER:
            for name, spoil in DISASTERS.items():
                spoiled = spoil(columns)
                changed = {field for field in spoiled if spoiled[field] != columns[field]}
                if not changed or not all(
                    field in night.spreads for field in changed for night in past
                ):
                    continue
                there = spreads_of({field: spoiled[field] for field in changed})
                wrong = shifts_of(Night(spoiled, {**now.spreads, **there}), past, day)
                key = (students, is_turning(day, None), name)
                tallies.planted[key] += 1
                tallies.caught[key] += bool({*beyond(wrong, DEFAULT)} & changed)
        past.appendleft(now)
    tallies.runs[students, season] += 1


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", default="20,5,1")
    counts = [int(text) for text in parser.parse_args().seeds.split(",")]
    tallies = Tallies()
    for students, seeds in zip(SIZES, counts, strict=False):
        for season in BEGINNINGS:
            for seed in range(seeds):
                run(students, seed, season, tallies)
    print_alarms(tallies)
    print_caught(tallies)


def print_alarms(tallies: Tallies) -> None:
    """Print the false alarms of a month, by size of the district and season."""
    limits = " | ".join(f"{limit} %" for limit in LIMITS_TRIED)
    print(f"| students | from | districts | {limits} |")
    print(f"| --- | --- | --- |{' --- |' * len(LIMITS_TRIED)}")
    for (students, season), runs in tallies.runs.items():
        rates = [
            f"{tallies.alarms[students, season, limit] / runs / (NIGHTS / 30):.2f}"
            for limit in LIMITS_TRIED
        ]
        print(f"| {students:,} | {season} | {runs} | {' | '.join(rates)} |")


def print_caught(tallies: Tallies) -> None:
    """Print how many of the planted disasters were caught, by size; where a year begins, apart."""
    sizes = " | ".join(f"{size:,}" for size in SIZES)
    print(f"\n| what is wrong | {sizes} | June to September |")
    print(f"| --- |{' --- |' * (len(SIZES) + 1)}")
    for name in DISASTERS:
        cells = [tallies.caught_of(name, [size], is_turn=False) for size in SIZES]
        cells.append(tallies.caught_of(name, SIZES, is_turn=True))
        print(f"| {name} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
