"""Students, files and rows as the plain model of an import sees them."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

FIELDS = ("student_id", "ssid", "first_name", "last_name", "grade", "school", "absences_ytd")
OF_ENROLLMENT = ("school", "grade")
COLUMNS = ("ssid", "first_name", "last_name", "grade")
"""Of these fields the table `students` has a column too."""

Values = dict[str, str | None]


@dataclass
class Student:
    """A row of `students`, and the student's snapshot."""

    key: int
    values: Values
    snapshot: Values | None = None
    snapshot_job: int | None = None

    @property
    def student_id(self) -> str:
        return self.values["student_id"] or ""

    @property
    def ssid(self) -> str | None:
        return self.values["ssid"]


@dataclass(frozen=True)
class Night:
    """One file, and the feed's settings."""

    rows: tuple[Values, ...]
    repaired: tuple[int, ...]
    refused: tuple[tuple[str, ...], ...]
    fields: tuple[str, ...] = FIELDS
    set_aside: tuple[str, ...] = ()
    mentioned: tuple[tuple[int, str], ...] = ()
    """Row -> a text in a row that validation rejected."""
    uneven: tuple[str, ...] = ()
    are_new_refused: bool = False
    are_zeros_lost: bool = True
    is_cleared: bool = False
    is_partial: bool = False
    open_field: str | None = None
    """Field of the last row's last cell, where the file may have been cut."""
    is_open_cut: bool = False

    @property
    def written(self) -> tuple[str, ...]:
        return tuple(
            name for name in self.fields if name != "student_id" and name not in self.set_aside
        )

    @property
    def has_names(self) -> bool:
        return {"first_name", "last_name"} <= set(self.written)

    @property
    def last_row(self) -> int:
        return len(self.rows) + 1


@dataclass
class Judged:
    """A row, and what is known of it."""

    row: int
    values: Values
    repaired: int
    refused: tuple[str, ...]
    student: Student | None = None
    known_ssid: str | None = None
    holders: tuple[Student, ...] = ()
    alike: tuple[Student, ...] = ()
    is_key_same: bool = False
    is_stored_short: bool = False
    how: str = "id"
    """By which number the student was found: `id`, `key` or `ssid`."""
    value_kept: str | None = None
    """The last cell's, where the stored value is longer."""
    code: str | None = None
    others: tuple[int, ...] = ()

    @property
    def given(self) -> str | None:
        return self.values.get("student_id")

    @property
    def ssid(self) -> str | None:
        return self.values.get("ssid")

    @property
    def is_open(self) -> bool:
        return self.code is None

    @property
    def is_new(self) -> bool:
        return self.student is None

    @property
    def has_other_ssid(self) -> bool:
        """The SSID is not the one that the student found by Student ID has already."""
        return self.ssid != self.known_ssid

    @property
    def whose(self) -> tuple[str, object]:
        return ("new", self.given) if self.student is None else ("known", self.student.key)

    def reject(self, code: str, others: Iterable[int] = ()) -> None:
        if self.code is None:
            self.code, self.others = code, tuple(sorted(set(others)))[:6]


@dataclass
class Judgment:
    """All rows of a file beside all students."""

    night: Night
    students: Sequence[Student]
    rows: list[Judged] = field(default_factory=list)

    @property
    def open(self) -> list[Judged]:
        return [each for each in self.rows if each.is_open]

    @property
    def newcomers(self) -> list[Judged]:
        return [each for each in self.rows if each.is_new and each.given is not None]


def key_of(number: str) -> str:
    """What of a Student ID is not only a matter of writing."""
    if number.isdigit():
        return number
    return re.sub(r"\.0+[^0-9A-Za-z]*$|[^0-9A-Za-z]+", "", number).lower()


def bare(number: str) -> str:
    return number.lstrip("0")


def folded(text: str | None) -> str:
    plain = unicodedata.normalize("NFKD", text or "")
    return re.sub(r"[\u0300-\u036f\s\W]", "", plain).lower()


def have_same_names(values: Values, student: Student) -> bool:
    names = ("first_name", "last_name")
    return all(
        folded(values.get(name)) and folded(values.get(name)) == folded(student.values[name])
        for name in names
    )
