"""What goes wrong with a column as a whole: each turns a night's columns into wrong ones."""

from collections.abc import Callable, Mapping
from statistics import median
from typing import Final

from scripts.guard.district import Columns

Spoil = Callable[[Columns], Columns]


def _each(name: str, change: Callable[[float], float]) -> Spoil:
    def spoil(columns: Columns) -> Columns:
        changed = [None if value is None else change(float(value)) for value in columns[name]]
        return {**columns, name: [*changed]}

    return spoil


def _swap(one: str, other: str) -> Spoil:
    def spoil(columns: Columns) -> Columns:
        return {**columns, one: columns[other], other: columns[one]}

    return spoil


def _usual(name: str) -> Spoil:
    def spoil(columns: Columns) -> Columns:
        there = sorted(value for value in columns[name] if value is not None)
        if not there:
            return columns
        return {**columns, name: [None if each is None else there[0] for each in columns[name]]}

    return spoil


def _middle(name: str) -> Spoil:
    def spoil(columns: Columns) -> Columns:
        there = [float(value) for value in columns[name] if value is not None]
        middle = round(median(there)) if there else 0
        return {**columns, name: [None if each is None else middle for each in columns[name]]}

    return spoil


READING: Final = "fall_2025_iready_reading_score"
MATH: Final = "fall_2025_iready_math_score"
WORDS: Final = "fall_2025_dibels_orf_wc_score"

DISASTERS: Final[Mapping[str, Spoil]] = {
    "absences × 100": _each("absences_ytd", lambda value: value * 100),
    "attendance ÷ 100 (0.94 for 94 %)": _each("attendance_percentage", lambda value: value / 100),
    "words read ÷ 100, rounded": _each(WORDS, lambda value: round(value / 100)),
    "absences and tardies swapped": _swap("absences_ytd", "tardies_ytd"),
    "attendance and absence % swapped": _swap("attendance_percentage", "absence_percentage"),
    "year and 30 days swapped": _swap("absences_ytd", "absences_last_30_days"),
    "score and words read swapped": _swap(READING, WORDS),
    "excused and unexcused swapped": _swap("excused_absences_ytd", "unexcused_absences_ytd"),
    "reading and math swapped": _swap(READING, MATH),
    "the same absences for everyone": _middle("absences_ytd"),
    "the same score for everyone": _middle(READING),
    "the same level for everyone": _usual("fall_2025_iready_reading_level"),
    "met standard for nobody": _usual("fall_2025_iready_reading_met_standard"),
    "absences reset to 0": _each("absences_ytd", lambda _: 0),
    "tardies reset to 0": _each("tardies_ytd", lambda _: 0),
    "incidents reset to 0": _each("incident_count_ytd", lambda _: 0),
    "absences of a whole year more": _each("absences_ytd", lambda value: value + 9),
    "scores of a year before": _each(READING, lambda value: value - 24),
}
