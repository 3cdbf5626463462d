"""Who is a student in OneRoster 1.2: roles.csv says it, with the schools and dates of each role."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Final, NamedTuple

from rollbook.core.catalogue.school_days import date_in
from rollbook.core.layouts.enrollment_choice import Standing
from rollbook.core.reading.beside import Beside
from rollbook.core.reading.errors import FileTooLarge

MOST_USERS: Final = 1_000_000
"""People with a role: 130 bytes each."""

MOST_ALIKE: Final = 200_000
"""Different sets of roles: of schools and dates, which many students share."""

MOST_ROLES: Final = 100
"""Different student roles of one person: each more of them makes a set that is larger by one."""

MOST_TOGETHER: Final = 1_000_000
"""Roles in all different sets together: up to 90 bytes each."""

WANTED: Final = ("usersourcedid", "role", "orgsourcedid")
OTHERS: Final = ("status", "begindate", "enddate")


class StudentRole(NamedTuple):
    """A student's role in an organization, with its days as the file writes them."""

    org: str
    begins: str
    ends: str


Roles = frozenset[StudentRole]
"""Of one person; empty: other roles alone."""


def standing_on(begins: str, ends: str, day: date | None) -> Standing | None:
    """Return what the time from one day to another is on `day`; None where a date is none."""
    first, last = date_in(begins), date_in(ends)
    if (first is None and begins) or (last is None and ends):
        return None
    if day is None:
        return Standing.CURRENT
    if first is not None and first > day:
        return Standing.LATER
    return Standing.ENDED if last is not None and last < day else Standing.CURRENT


def is_kept(status: str) -> bool:
    """Tell whether a record is not to be deleted."""
    return status.lower() != "tobedeleted"


@dataclass(slots=True)
class PeoplesRoles:
    """The student roles of each person who has a role. Sets that are alike are kept once."""

    _of: dict[int, int] = field(default_factory=dict)
    """Digest of a person's number -> which of `_sets`."""
    _sets: list[Roles] = field(default_factory=lambda: [frozenset()])
    _numbers: dict[Roles, int] = field(default_factory=lambda: {frozenset(): 0})
    _open: set[int] = field(default_factory=set)
    """Digests of people with a role that is blank."""
    _together: int = 0
    """How many roles are in all of `_sets`."""

    @classmethod
    def read(cls, file: Beside) -> "PeoplesRoles":
        """Raises FileRefused."""
        found = cls()
        for user, role, org, status, begins, ends in file.rows():
            if user and is_kept(status):
                is_student = role.lower() == "student"
                found._add(hash(user), StudentRole(org, begins, ends) if is_student else None)
                if not role:
                    found._open.add(hash(user))
        return found

    def is_open(self, user: str) -> bool:
        """Tell whether one of the person's roles is blank, so that it may be a student's."""
        return hash(user) in self._open

    def roles(self, user: str) -> Roles | None:
        """Return the student roles of a person; None: roles.csv has no role of the person."""
        number = self._of.get(hash(user))
        return None if number is None else self._sets[number]

    def _add(self, user: int, role: StudentRole | None) -> None:
        known = self._of.get(user, 0)
        if role is not None and role not in self._sets[known]:
            if len(self._sets[known]) >= MOST_ROLES:
                raise FileTooLarge(
                    what=f"its roles.csv has more than {MOST_ROLES} student roles of one person"
                )
            known = self._number(self._sets[known] | {role})
        self._of[user] = known
        if len(self._of) > MOST_USERS:
            raise FileTooLarge(what=f"its roles.csv has more than {MOST_USERS:,} people")

    def _number(self, roles: Roles) -> int:
        if roles not in self._numbers:
            self._together += len(roles)
            if len(self._sets) > MOST_ALIKE or self._together > MOST_TOGETHER:
                raise FileTooLarge(what="its roles.csv has too many different dates and schools")
            self._numbers[roles] = len(self._sets)
            self._sets.append(roles)
        return self._numbers[roles]


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a student's roles come to: the names of the schools, one where it is certain, and the
    role that tells the dates."""

    schools: tuple[str, ...]
    role: StudentRole
    is_known: bool
    """orgs.csv has each organization of the roles that count."""


def choose(
    roles: Iterable[StudentRole],
    primary: str,
    *,
    names: Callable[[str], list[str] | None],
    day: date | None,
) -> Chosen:
    """Return what counts of a student's roles on `day`.

    The current ones count, where there are none those that have ended; of several schools that of
    `primary`, the person's primary organization. `names` gives the schools that an organization
    is, None: orgs.csv does not have it.
    """
    # A role of which a date is none may be current.
    standings = [
        (standing_on(each.begins, each.ends, day) or Standing.CURRENT, each) for each in roles
    ]
    best = max(each for each, _ in standings)
    counting = sorted(role for each, role in standings if each is best)
    if any(each.org == primary for each in counting):
        counting = [each for each in counting if each.org == primary]
    found = [names(each.org) if each.org else [] for each in counting]
    schools = dict.fromkeys(name for each in found for name in each or ())
    latest = max(counting, key=lambda each: date_in(each.begins) or date.min)
    return Chosen(tuple(schools), latest, all(each is not None for each in found))
