"""How many known students an import would turn into others: by name, SSID, school and grade."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import psycopg
from psycopg import sql

from rollbook.core.catalogue.grades import GRADES
from rollbook.core.loading.schools import SCHOOL_ID
from rollbook.core.loading.statements import compose, run
from rollbook.core.measure import Measure
from rollbook.core.quantities import counted

KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "names": ("first_name", "last_name"),
    "ssid": ("ssid",),
    "school": ("school",),
}
"""What identifies a student -> its fields. The grade, which rises once a year, is apart."""

MEASURED: Final = (*KINDS, "grade", "last_year")
"""What the feed's limits are compared with."""

STEPS_UP: Final = frozenset(pairwise(GRADES)) | {("PK", "K")}
"""Grade before and after a promotion; not each district has a transitional kindergarten."""
STEPS_DOWN: Final = frozenset((after, before) for before, after in STEPS_UP)

Steps = frozenset[tuple[str, str]]
Values = Mapping[str, sql.Composable]
"""Field name -> what its column will hold."""


@dataclass(frozen=True, slots=True)
class Identities:
    """Numbers of students. Of the `known` ones in the file: those with another name, SSID, school
    or grade than is stored; a stored blank that is filled does not count.

    `promoted` are in the next grade, which does not count as another; `last_year` in the one
    before, which does. `students` are all there would be, the `new` ones included.
    """

    known: int = 0
    new: int = 0
    students: int = 0
    names: int = 0
    ssid: int = 0
    school: int = 0
    grade: int = 0
    promoted: int = 0
    last_year: int = 0

    def measures(self) -> dict[str, Measure]:
        """Return what the feed's limits are compared with, of known students."""
        return {kind: Measure(getattr(self, kind), self.known) for kind in MEASURED}

    def notes(self) -> Iterator[str]:
        """Yield what is worth knowing and holds nothing."""
        if self.promoted * 2 > self.known:
            known, go = counted(self.known, "known student"), "goes" if self.promoted == 1 else "go"
            yield f"{self.promoted:,} of the {known} {go} up to the next grade."


def count_identities(
    cursor: psycopg.Cursor[Any], *, in_students: Values, in_snapshots: Values
) -> Identities:
    """Count over the rows of `changed`, before they are written."""
    brought = {"k": in_students, "n": in_snapshots}
    conditions = {kind: _any(_others(names, brought)) for kind, names in KINDS.items()}
    if SCHOOL_ID in in_students:
        other = compose("is_another_school", {"after": in_students[SCHOOL_ID]})
        conditions["school"] = _any([conditions["school"], other])
    conditions["grade"] = _any(_grades(brought, is_step=False))
    conditions["promoted"] = _any(_grades(brought))
    conditions["last_year"] = _any(_grades(brought, steps=STEPS_DOWN))
    run(
        cursor,
        "count_identities",
        parts={
            "counts": sql.SQL(", ").join(
                sql.SQL("count(*) FILTER (WHERE {})").format(each) for each in conditions.values()
            )
        },
    )
    known, new, students, *counts = cursor.fetchall()[0]
    return Identities(known, new, students, **dict(zip(conditions, counts, strict=True)))


def _others(names: Iterable[str], brought: Mapping[str, Values]) -> Iterator[sql.Composable]:
    """Yield the conditions under which a stored text becomes another, not only differently
    written: case, accents, blanks and punctuation do not count."""
    for table, values in brought.items():
        for name in names:
            if name in values:
                yield is_another_text(sql.Identifier(table, name), values[name])


def is_another_text(stored: sql.Composable, after: sql.Composable) -> sql.Composable:
    """Return the condition under which a stored text becomes another one."""
    parts: dict[str, sql.Composable] = {
        "stored": stored,
        "after": after,
        "folded_stored": compose("folded", {"text": stored}),
        "folded_after": compose("folded", {"text": after}),
    }
    return compose("is_another_text", parts)


def is_another_grade(
    stored: sql.Composable, after: sql.Composable, *, is_step: bool, steps: Steps = STEPS_UP
) -> sql.Composable:
    """Return the condition under which a stored grade becomes another by one of `steps`, or by none
    of them."""
    pairs = sql.SQL(", ").join(
        sql.SQL("({}, {})").format(*map(sql.Literal, step)) for step in sorted(steps)
    )
    parts = {"stored": stored, "after": after, "steps": pairs}
    return compose("is_another_grade", parts | {"is": sql.SQL("IN" if is_step else "NOT IN")})


def _grades(
    brought: Mapping[str, Values], *, is_step: bool = True, steps: Steps = STEPS_UP
) -> Iterator[sql.Composable]:
    for table, values in brought.items():
        if "grade" in values:
            stored = sql.Identifier(table, "grade")
            yield is_another_grade(stored, values["grade"], is_step=is_step, steps=steps)


def _any(conditions: Iterable[sql.Composable]) -> sql.Composable:
    return sql.SQL(" OR ").join([*conditions, sql.SQL("false")])
