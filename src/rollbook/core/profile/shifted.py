"""Which columns have values that are like those of none of the feed's last files, and why."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from rollbook.core.catalogue.field import Count, Percent, Score
from rollbook.core.catalogue.school_year import AREAS
from rollbook.core.catalogue.students import Catalogue
from rollbook.core.issues import Issue, Severity
from rollbook.core.measure import Measure
from rollbook.core.profile.filled import Filled
from rollbook.core.profile.spread import FEWEST, Moved, Spread, Spreads

BECOME_ONE: Final = 90
"""Percent of the values that differed from the usual one, and now have it."""

LEAST_SWAPPED: Final = 10
"""Percent of its values by which a column differs from itself before it may be another's."""

FACTORS: Final = (10, 100, 1_000)
NEARLY: Final = 0.2
"""By which part a change of scale may be off."""

_FALLS_BY_THE_DAY: Final = "attendance_percentage"


@dataclass(frozen=True, slots=True)
class Shift:
    """How many values of a column have become others, and the spread that they had."""

    measure: Measure
    before: Spread
    is_one: bool = False
    """Nearly all values are the same now."""

    @property
    def share(self) -> float:
        return self.measure.part / self.measure.whole if self.measure.whole else 0.0


Shifts = Mapping[str, Shift]
"""Field -> the shift of its column."""


def least_shifts(
    now: Spreads, nights: Sequence[Spreads], catalogue: Catalogue, *, is_turn: bool
) -> dict[str, Shift]:
    """Return the shift of each column from that one of the last files that is most like it.

    `is_turn`: a school year ends or begins, so that what is counted by it may begin with 0.
    """
    found: dict[str, Shift] = {}
    for name, spread in now.items():
        befores = [night[name] for night in nights if name in night]
        for before in befores:
            shift = _shift(name, spread, before, catalogue, is_turn=is_turn)
            if name not in found or shift.share < found[name].share:
                found[name] = shift
            if not shift.measure.part:
                break
    return found


def rewritten_scores(
    becomes: Mapping[str, Sequence[int]],
    now: Filled,
    nights: Sequence[Spreads],
    catalogue: Catalogue,
) -> dict[str, Shift]:
    """Return the shift of each assessment's column, by the students whose stored value changes.

    A test is taken once, so that this is known of each student; what is counted by the day is not.
    `becomes`: field -> known students whose value is filled, becomes another, and is cleared. A
    column that none of the `nights` has is read from another one since, or is here for the first
    time: its values may be others.
    """
    known = {name for night in nights for name in night}
    found: dict[str, Shift] = {}
    for name, (filled, others, _) in becomes.items():
        whole = max(now.fields.get(name, 0) - filled, others)
        if name in known and catalogue.by_name[name].term is not None and whole >= FEWEST:
            found[name] = Shift(Measure(others, whole), Spread())
    return found


def with_more(shifts: Shifts, others: Shifts) -> dict[str, Shift]:
    """Return the greater shift of each column, with the spread that is known of it."""
    found = {**shifts}
    for name, other in others.items():
        known = found.get(name)
        if known is None or known.share < other.share:
            before = other.before if known is None or other.before.groups else known.before
            found[name] = Shift(other.measure, before, other.is_one)
    return found


def swapped_columns(now: Spreads, shifts: Shifts, catalogue: Catalogue) -> dict[str, str]:
    """Return the columns of which each fits another's past far better than its own, with that one.

    Only fields of one type: a score is never taken for a count.
    """
    found: dict[str, str] = {}
    moved = [
        name
        for name, shift in shifts.items()
        if shift.share * 100 >= LEAST_SWAPPED and shift.before.groups and name in now
    ]
    for name in moved:
        for other in moved:
            is_pair = name < other and _is_alike(name, other, catalogue)
            if is_pair and _fits(name, other, now, shifts) and _fits(other, name, now, shifts):
                found |= {name: other, other: name}
    return found


def shifted_issues(
    shifts: Shifts,
    now: Spreads,
    swapped: Mapping[str, str],
    *,
    headers: Mapping[str, str],
    catalogue: Catalogue,
) -> Iterable[Issue]:
    """Return the issue about each of these columns."""
    for name, shift in shifts.items():
        part, whole = shift.measure.part, shift.measure.whole
        other = swapped.get(name, "")
        if other:
            header = headers.get(other) or catalogue.by_name[other].header
            said = (
                f"This column has what {header} had in the last files, and the other way around: "
                "the two were probably swapped."
            )
        elif shift.is_one:
            said = (
                f"Nearly all values of this column are the same now: {part:,} of {whole:,} that "
                "differed now have that value."
            )
        else:
            is_number = isinstance(catalogue.by_name[name].type, Count | Score | Percent)
            spread = now.get(name, Spread())
            why = _why(shift.before, spread) if is_number else ""
            said = (
                f"At least {part:,} of {whole:,} values of this column are different from the "
                f"last files.{why}"
            )
        yield Issue(
            "COLUMN_SHIFTED",
            Severity.WARNING,
            f"{said} Check what the export writes into this column. If it's right, import the "
            "file anyway; the next files are compared with this one, too.",
            column=headers.get(name) or catalogue.by_name[name].header,
            field=name,
        )


def _shift(name: str, now: Spread, before: Spread, catalogue: Catalogue, *, is_turn: bool) -> Shift:
    moved = now.moved_from(before)
    is_turn = is_turn and catalogue.by_name[name].area in AREAS
    if is_turn:
        is_down = name == _FALLS_BY_THE_DAY
        moved = (
            Moved(0 if _has_no_days(now) else moved.fell, 0) if is_down else Moved(0, moved.rose)
        )
    shift = Shift(Measure(moved.most, min(now.count, before.count)), before)
    one = None if is_turn else _become_one(now, before)
    return shift if one is None or shift.share > one.share else one


def _has_no_days(now: Spread) -> bool:
    """Tell whether an attendance of 0 says that a new year has no day yet."""
    return now.others_than(0) * 100 < now.count * (100 - BECOME_ONE)


def _become_one(now: Spread, before: Spread) -> Shift | None:
    """Return the shift of a column in which nearly all values are the same now."""
    if now.usual is None:
        return None
    differed = before.surely_not(now.usual)
    gone = max(0, before.count - now.count)
    became = differed - gone - now.others_than(now.usual)
    if differed < FEWEST or became * 100 < differed * BECOME_ONE:
        return None
    return Shift(Measure(became, differed), before, is_one=True)


def _is_alike(name: str, other: str, catalogue: Catalogue) -> bool:
    one, another = catalogue.by_name[name].type, catalogue.by_name[other].type
    return type(one) is type(another) and isinstance(one, Count | Score | Percent)


def _fits(name: str, other: str, now: Spreads, shifts: Shifts) -> bool:
    """Tell whether a column is far more like another one's past than like its own."""
    return now[name].moved_from(shifts[other].before).most * 2 < shifts[name].measure.part


def _why(before: Spread, now: Spread) -> str:
    """Return what is told of numbers: their medians, and whether the scale has changed."""
    if not (before.groups and now.groups):
        return ""
    old, new = before.median, now.median
    middle = f" The median was about {old:,g}, and is about {new:,g} now"
    factor = _factor(old, new)
    return f"{middle}: the scale has probably changed, by {factor:,}." if factor else f"{middle}."


def _factor(old: float, new: float) -> int | None:
    """Return by how much the values were multiplied or divided, where that is a change of scale."""
    if min(old, new) <= 0:
        return None
    ratio = max(old, new) / min(old, new)
    return next((each for each in FACTORS if abs(ratio / each - 1) < NEARLY), None)
