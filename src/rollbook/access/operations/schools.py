"""Which schools can be assigned to a person of staff: those that students are in."""

from collections.abc import Iterable, Sequence

from rollbook.access.models import Role
from rollbook.core.errors import UsageError
from rollbook.core.loading.school_names import school_key
from rollbook.core.visible import visible
from rollbook.records.queries.schools import schools_of_students

MOST_NAMED = 20


def chosen_schools(role: Role, schools: Sequence[str], *, known: Iterable[str] = ()) -> list[str]:
    """Return the schools as the data writes them, each once, by name; none but for staff.

    Case, accents, blanks and punctuation do not count. `known` were assigned before, and can stay
    when no student is in them any more. Raises UsageError for any other school.
    """
    if role is not Role.STAFF:
        return []
    there = {school_key(name): name for name in (*known, *schools_of_students())}
    for name in schools:
        if school_key(name) not in there:
            raise UsageError(
                what=f"No student is in the school “{visible(name[:100])}”.",
                advice=_advice(sorted(there.values())),
                field="schools",
            )
    return sorted({there[school_key(name)] for name in schools})


def _advice(there: Sequence[str]) -> str:
    if not there:
        return "No import has had a school yet. Assign schools after the first one that has."
    listed = ", ".join(map(visible, there[:MOST_NAMED]))
    more = ", ..." if len(there) > MOST_NAMED else ""
    return f"Students are in: {listed}{more}."
