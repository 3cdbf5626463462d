"""The first import into a table that had students before: who of them the file names.

A look at what fits together, before or after anything was written.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg

from rollbook.core.loading.identities import Identities
from rollbook.core.loading.statements import run
from rollbook.core.quantities import counted


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
    named_only_by_rejected_rows: int
    """Known before, and named by rejected rows alone; with `matched` and `known_not_in_file`, all
    who were there."""
    new_possible_twins: int
    """Of the `new` ones, those who perhaps were there already under another number."""
    second_records: int
    """Of the `matched` ones, those who perhaps have a second record."""

    def notes(self) -> Iterator[str]:
        """Yield the same for people."""
        yield " ".join(
            ["This is the first import into a table that already had students.", *self._sentences()]
        )

    def _sentences(self) -> Iterator[str]:
        there = self.matched + self.named_only_by_rejected_rows + self.known_not_in_file
        known = [counted(self.matched, "is in the file", "are in the file") + self._differences()]
        if self.named_only_by_rejected_rows:
            one = "is only in a row that was rejected"
            many = "are only in rows that were rejected"
            known.append(counted(self.named_only_by_rejected_rows, one, many))
        if self.known_not_in_file:
            known.append(counted(self.known_not_in_file, "isn't in it", "aren't in it"))
        yield f"Of the {counted(there, 'student')} already there, {_joined(known)}."
        if self.second_records:
            yield f"{counted(self.second_records, 'student')} of the file may be there twice."
        twins = self.new_possible_twins
        if twins:
            new = counted(self.new, "new student")
            yield f"Of the {new}, {twins:,} may already be there under another number."
        elif self.new:
            yield f"{counted(self.new, 'student is', 'students are')} new."

    def _differences(self) -> str:
        """Return what is different of those in the file, in brackets; '' for nothing."""
        found = (
            (self.differing_names, "with another name"),
            (self.differing_schools, "in another school"),
            (self.written_differently, "under a Student ID that is written differently"),
        )
        told = [f"{number:,} {words}" for number, words in found if number]
        return f" ({', '.join(told)})" if told else ""


def is_adoption(cursor: psycopg.Cursor[Any]) -> bool:
    """Tell whether there are students, and Rollbook has never stored anything; before a merge."""
    run(cursor, "is_adoption")
    ((is_first,),) = cursor.fetchall()
    return bool(is_first)


def count_adoption(cursor: psycopg.Cursor[Any], identities: Identities) -> Adoption:
    """Count, after the merge, from its temporary tables."""
    run(cursor, "count_adoption")
    ((written_differently, twins, new_twins, second_records, not_in_file),) = cursor.fetchall()
    there = identities.students - identities.new
    return Adoption(
        matched=identities.known,
        written_differently=written_differently,
        differing_names=identities.names,
        differing_schools=identities.school,
        new=identities.new,
        known_not_in_file=not_in_file,
        possible_twins=twins,
        named_only_by_rejected_rows=there - identities.known - not_in_file,
        new_possible_twins=new_twins,
        second_records=second_records,
    )


def _joined(parts: Sequence[str]) -> str:
    *before, last = parts
    return f"{', '.join(before)}, and {last}" if before else last
