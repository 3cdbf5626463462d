"""The first import into a table that had students before: who of them the file names.

A look at what fits together, before or after anything was written.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg

from rollbook.core.loading.identities import Identities
from rollbook.core.loading.statements import run


@dataclass(frozen=True, slots=True)
class Adoption:
    """Numbers of students."""

    matched: int
    """Known before, and in the file."""
    written_differently: int
    """Of those, found although their Student ID is written differently."""
    differing_names: int
    """Of those, with another name than was stored."""
    differing_schools: int
    """Of those, with another school than theirs is mapped to; 0 without a mapping of schools."""
    new: int
    known_not_in_file: int
    """Known before, and named by no row of the file, not even by a rejected one."""
    possible_twins: int
    """Rows that perhaps are of a known student with another number."""

    def notes(self) -> Iterator[str]:
        """Yield the same for people."""
        yield (
            "This is the first import into a table that had students before. "
            f"Of those {self.matched:,} are in the file ({self.differing_names:,} with another "
            f"name, {self.differing_schools:,} in another school, {self.written_differently:,} "
            "under a Student ID that is written differently) and "
            f"{self.known_not_in_file:,} are not. {self.new:,} are new, and "
            f"{self.possible_twins:,} rows may be of a student who is known by another number."
        )


def is_adoption(cursor: psycopg.Cursor[Any]) -> bool:
    """Tell whether there are students, and Rollbook has never stored anything; before a merge."""
    run(cursor, "is_adoption")
    ((is_first,),) = cursor.fetchall()
    return bool(is_first)


def count_adoption(cursor: psycopg.Cursor[Any], identities: Identities) -> Adoption:
    """Count, after the merge, from its temporary tables."""
    run(cursor, "count_adoption")
    ((written_differently, possible_twins, not_in_file),) = cursor.fetchall()
    return Adoption(
        matched=identities.known,
        written_differently=written_differently,
        differing_names=identities.names,
        differing_schools=identities.school,
        new=identities.new,
        known_not_in_file=not_in_file,
        possible_twins=possible_twins,
    )
