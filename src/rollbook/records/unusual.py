"""What an import changed unusually, by field and by school, beside its feed's last imports."""

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from typing import Any, Final

FEWEST: Final = 5
"""With fewer imports before it, nothing is usual."""

MANY: Final = 10
"""Fewer students than this are never unusually many."""

ALWAYS_MANY: Final = 20
"""Where each import before changed at least so many, few are unusual."""

MOST_KEPT: Final = 50
"""Fields, and schools, that an outcome names."""

Counts = Mapping[str, int]
"""Field, or school -> students who changed."""


@dataclass(frozen=True, slots=True)
class Unusual:
    """A field or school with more than twice the most, or under a quarter of the least, of before.

    `least` and `most`: in one of the imports before.
    """

    name: str
    count: int
    least: int
    most: int

    @property
    def is_more(self) -> bool:
        return self.count > self.most


def unusual(counts: Counts, before: Sequence[Counts]) -> list[Unusual]:
    """Return what is unusual in `counts` beside those of the imports before, the largest first."""
    if len(before) < FEWEST:
        return []
    found = []
    for name in sorted({*counts, *(name for each in before for name in each)}):
        count, earlier = counts.get(name, 0), [each.get(name, 0) for each in before]
        line = Unusual(name, count, min(earlier), max(earlier))
        is_many = count >= MANY and count > 2 * line.most
        is_few = line.least >= ALWAYS_MANY and 4 * count < line.least
        if is_many or is_few:
            found.append(line)
    return sorted(found, key=lambda line: (-max(line.count, line.least), line.name))


@dataclass(frozen=True, slots=True)
class UnusualChanges:
    """The unusual fields and schools of one import."""

    fields: Sequence[Unusual] = ()
    schools: Sequence[Unusual] = ()
    """'' is the students without a school. A name is a file's text: not for viewers and mails."""

    def __bool__(self) -> bool:
        return bool(self.fields or self.schools)

    def to_json(self) -> dict[str, Any]:
        """Return the object as it is stored."""
        return {
            "fields": [astuple(each) for each in self.fields],
            "schools": [astuple(each) for each in self.schools],
        }

    @classmethod
    def from_json(cls, stored: Any) -> "UnusualChanges":
        """Return what an outcome says; earlier versions said nothing.

        Raises AttributeError, TypeError, ValueError where another program has written there.
        """
        if not stored:
            return cls()
        kinds = (stored.get("fields") or (), stored.get("schools") or ())
        return cls(*([_line(*each) for each in lines] for lines in kinds))


NOTHING: Final = UnusualChanges()


def unusual_changes(changes: Mapping[str, Any], before: Sequence[Any]) -> UnusualChanges:
    """Compare what an import changed with what its feed's last imports did.

    `before` is of rows that other programs may write: what is no count does not count.
    """
    if "fields" not in changes:  # it never came so far
        return NOTHING
    fields, schools = (
        unusual(_counts(changes, kind), [_counts(each, kind) for each in before])[:MOST_KEPT]
        for kind in ("fields", "updated")
    )
    return UnusualChanges(fields, schools)


def _counts(changes: Any, kind: str) -> Counts:
    found = changes.get(kind) if isinstance(changes, Mapping) else None
    if not isinstance(found, Mapping):
        return {}
    return {name: count for name, count in found.items() if isinstance(count, int)}


def _line(name: Any, *numbers: Any) -> Unusual:
    return Unusual(str(name), *map(int, numbers))
