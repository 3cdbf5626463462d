"""Rosters of a district as a merge counts them: what the statements of the database come to."""

from collections import Counter
from collections.abc import Collection, Mapping

from rollbook.core.loading.identities import STEPS_UP
from rollbook.core.loading.school_counts import Group, Move, Newcomers, SchoolCounts

Roster = Mapping[str, tuple[str, str]]
"""Student -> school and grade."""


def counts_of(before: Roster, now: Roster, rejected: Collection[str] = ()) -> SchoolCounts:
    """Count the students of two files; the rows of the `rejected` ones are not merged."""
    named = {*now, *rejected}
    there: dict[tuple[str, str], Counter[str]] = {}
    for student, place in before.items():
        counter = there.setdefault(place, Counter())
        is_merged = student in now and student not in rejected
        counter.update(
            before=1,
            missing=student not in named,
            rejected=student in named and not is_merged,
            now=student in named,
        )
    moves = Counter(
        (*before[student], *place)
        for student, place in now.items()
        if student in before and student not in rejected and before[student] != place
    )
    new = Counter(
        place for student, place in now.items() if student not in before and student not in rejected
    )
    return SchoolCounts(
        [
            Group(*place, each["before"], each["missing"], each["rejected"], each["now"])
            for place, each in there.items()
        ],
        [_move(*each, count) for each, count in moves.items()],
        [Newcomers(*place, count) for place, count in new.items()],
    )


def _move(school: str, grade: str, to_school: str, to_grade: str, count: int) -> Move:
    is_step = (grade, to_grade) in STEPS_UP
    is_other_school = school != "" and school.lower() != to_school.lower()
    is_other = is_other_school or (grade not in ("", to_grade) and not is_step)
    return Move(school, grade, to_school, to_grade, is_other, is_step, count, count)


def newcomers(counts: SchoolCounts) -> int:
    """Return how many students are new."""
    return sum(each.students for each in counts.newcomers)
