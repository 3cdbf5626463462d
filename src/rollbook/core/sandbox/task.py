"""What the limited process is asked to do with the file."""

from array import array
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum

from rollbook.core.catalogue.students import Catalogue, student_catalogue
from rollbook.core.catalogue.terms import Term
from rollbook.core.feed_settings import FeedRules, rules_from_json
from rollbook.core.sandbox.frames import packed, unpacked


class Wanted(StrEnum):
    """`header`: what the columns mean; `judged`: every row judged; `rejected`: some rows' cells."""

    HEADER = "header"
    JUDGED = "judged"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Task:
    """`name` and `size` are the file's."""

    wanted: Wanted
    name: str
    size: int
    catalogue: Catalogue
    rules: FeedRules
    names: tuple[str, ...] = ()
    """Words of the district's own students, which show a text file's encoding; see evidence."""
    day: date | None = None
    """The district's day, of which enrollments are current; None: none is chosen."""
    first_factor: int | None = None
    """Of a fix-it file: what its first file's percentages were multiplied with, if known."""

    def pack(self) -> bytes:
        """Return the task as bytes; a catalogue is known by its terms."""
        terms = [
            [term.name, *(day and day.isoformat() for day in (term.starts_on, term.ends_on))]
            for term in self.catalogue.terms
        ]
        return packed(
            {
                "wanted": self.wanted,
                "name": self.name,
                "size": self.size,
                "terms": terms,
                "rules": asdict(self.rules),
                "names": self.names,
                "day": self.day and self.day.isoformat(),
                "first_factor": self.first_factor,
            }
        )


def unpack_task(payload: bytes) -> Task:
    """Return the task that was packed."""
    given = unpacked(payload)
    days = (
        (name, [date.fromisoformat(day) if day else None for day in days])
        for name, *days in given["terms"]
    )
    terms = (Term(name, starts_on, ends_on) for name, (starts_on, ends_on) in days)
    return Task(
        Wanted(given["wanted"]),
        given["name"],
        given["size"],
        student_catalogue(terms),
        rules_from_json(given["rules"]),
        tuple(given["names"]),
        given["day"] and date.fromisoformat(given["day"]),
        given["first_factor"],
    )


def pack_rows(rows: Iterable[int]) -> bytes:
    """Return row numbers as bytes."""
    return array("q", sorted(rows)).tobytes()


def unpack_rows(payload: bytes) -> set[int]:
    """Return the row numbers that were packed."""
    rows = array("q")
    rows.frombytes(payload)
    return set(rows)
